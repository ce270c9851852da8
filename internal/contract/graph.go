package contract

import (
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	graphFile   = "graph-calendar.openapi.json"
	graphPrefix = "/v1.0/"
	schemaName  = "microsoft.graph."
)

// graphDocument describes what Microsoft's document of calendars leaves out:
// settings, zones, ids, batches.
//
//go:embed graph_more.json
var graphDocument []byte

// graphAdditions are members that real entities carry though the document, which
// was cut down to calendars, leaves them out.
var graphAdditions = []struct {
	schemas string // after the prefix, separated by blanks
	member  string
	value   *openapi3.Schema
}{
	{"event event-create event-update", "singleValueExtendedProperties", extendedProperties()},
	{"subscription", "notificationContentType", nullableText()},
	{"user", "givenName", nullableText()},
	{"user", "surname", nullableText()},
	{"user", "jobTitle", nullableText()},
	{"user", "mobilePhone", nullableText()},
	{"user", "officeLocation", nullableText()},
	{"user", "preferredLanguage", nullableText()},
	{"user", "businessPhones", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema())},
}

func nullableText() *openapi3.Schema { return openapi3.NewStringSchema().WithNullable() }

func extendedProperties() *openapi3.Schema {
	one := openapi3.NewObjectSchema().WithProperty("id", openapi3.NewStringSchema()).WithProperty("value", nullableText())
	one.Required = []string{"id"}
	return openapi3.NewArraySchema().WithItems(one)
}

// expandPattern is what $expand takes on events: the document's own choices, and
// one extended property by its id.
const expandPattern = `^(\*|calendar|instances|exceptionOccurrences(\([^()]*\))?|singleValueExtendedProperties\(\$filter=id eq '[^']+'\))(,(calendar|instances|exceptionOccurrences|singleValueExtendedProperties\(\$filter=id eq '[^']+'\)))*$`

// readGraph reads Graph's document from dir.
func readGraph(dir string) (*document, error) {
	data, err := os.ReadFile(filepath.Join(dir, graphFile))
	if err != nil {
		return nil, fmt.Errorf("contract of Microsoft: %w", err)
	}
	spec, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("contract of Microsoft: %w", err)
	}
	more, err := openapi3.NewLoader().LoadFromData(graphDocument)
	if err != nil {
		return nil, fmt.Errorf("contract of Microsoft, the rest: %w", err)
	}
	for path, item := range more.Paths.Map() {
		spec.Paths.Set(path, item)
	}
	if err := amendGraph(spec); err != nil {
		return nil, fmt.Errorf("contract of Microsoft: %w", err)
	}
	d := newDocument("microsoft", graphPrefix, spec)
	d.read, d.path, d.variant, d.inner = withoutAnnotations, deltaPath, continued, batched
	return d, nil
}

// amendGraph allows for what the converter of the document did not know, and
// makes strict what it left open.
func amendGraph(spec *openapi3.T) error {
	for _, add := range graphAdditions {
		for _, name := range strings.Fields(add.schemas) {
			schema := spec.Components.Schemas[schemaName+name]
			if schema == nil {
				return fmt.Errorf("there is no schema %s", name)
			}
			schema.Value.Properties[add.member] = openapi3.NewSchemaRef("", add.value)
		}
	}
	for name, ref := range spec.Components.Schemas {
		if strings.HasSuffix(name, "-create") {
			ref.Value.Required = nil // clients do not choose ids
		}
		if len(ref.Value.Properties) > 0 {
			ref.Value.AnyOf = nil // names the types that build on this one
		}
	}
	for _, ref := range spec.Components.Schemas { // only now: null is added to copies
		for member, p := range ref.Value.Properties {
			ref.Value.Properties[member] = nullable(p)
		}
	}
	inner := spec.Components.Schemas["error"].Value.Properties["error"].Value
	inner.Properties["innerError"] = openapi3.NewSchemaRef("", openapi3.NewObjectSchema())
	spec.OpenAPI = "3.0.3" // what is left of 3.1 is gone; the engine's own validator explains better
	for path, item := range spec.Paths.Map() {
		amendItem(path, item)
	}
	for short, long := range map[string]string{
		"/me/calendar/events": "/me/events", "/me/calendar/calendarView": "/me/calendarView", "/me/calendar/calendarView/delta()": "/me/calendarView/delta()",
	} {
		spec.Paths.Set(short, spec.Paths.Value(long))
	}
	return nil
}

// nullable turns "this or null" into a schema that may be null, which the
// engine explains better.
func nullable(ref *openapi3.SchemaRef) *openapi3.SchemaRef {
	schema := *ref.Value
	switch {
	case schema.Type.Includes(openapi3.TypeNull):
		kept := slices.DeleteFunc(slices.Clone(schema.Type.Slice()), func(t string) bool { return t == openapi3.TypeNull })
		types := openapi3.Types(kept)
		schema.Type = &types
	case len(schema.AnyOf) == 2 && schema.AnyOf[1].Value.Type.Is(openapi3.TypeNull):
		schema = *schema.AnyOf[0].Value
		if len(schema.Enum) > 0 {
			schema.Enum = append(slices.Clone(schema.Enum), nil)
		}
	default:
		return ref
	}
	schema.Nullable = true
	return openapi3.NewSchemaRef("", &schema)
}

// amendItem allows for a PATCH of an entity that answers with the entity, and
// for parameters that the document lost.
func amendItem(path string, item *openapi3.PathItem) {
	if item.Patch != nil && item.Get != nil && item.Get.Responses.Status(http.StatusOK) != nil {
		item.Patch.Responses.Delete("204")
		item.Patch.Responses.Set("200", item.Get.Responses.Value("200"))
	}
	if strings.HasSuffix(path, "/cancel") && item.Post != nil {
		item.Post.Responses.Delete("204")
		item.Post.Responses.Set("202", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("accepted")})
	}
	if item.Get == nil {
		return
	}
	if strings.HasSuffix(path, "/instances") {
		for _, name := range []string{"startDateTime", "endDateTime"} {
			p := openapi3.NewQueryParameter(name).WithRequired(true).WithSchema(openapi3.NewStringSchema())
			item.Get.Parameters = append(item.Get.Parameters, &openapi3.ParameterRef{Value: p})
		}
	}
	expand := item.Get.Parameters.GetByInAndName(openapi3.ParameterInQuery, "$expand")
	if expand != nil && expand.Schema.Value.Items != nil && slices.Contains(expand.Schema.Value.Items.Value.Enum, any("exceptionOccurrences")) {
		expand.Schema = openapi3.NewSchemaRef("", openapi3.NewStringSchema().WithPattern(expandPattern))
	}
}

// deltaPath spells the function delta as the document does.
func deltaPath(path string) string {
	for _, ending := range []string{"/delta", "/microsoft.graph.delta", "/microsoft.graph.delta()", "/microsoft.graph.delta%28%29"} {
		if rest, ok := strings.CutSuffix(path, ending); ok {
			return rest + "/delta()"
		}
	}
	return path
}

// continued is the operation behind a link that an earlier page gave: its only
// parameter is the token.
func continued(r *http.Request, operation *openapi3.Operation) *openapi3.Operation {
	query := r.URL.Query()
	for _, name := range []string{"$skiptoken", "$deltatoken"} {
		if !query.Has(name) {
			continue
		}
		next := *operation
		p := openapi3.NewQueryParameter(name).WithRequired(true).WithSchema(openapi3.NewStringSchema().WithMinLength(1))
		next.Parameters = openapi3.Parameters{{Value: p}}
		for _, old := range operation.Parameters {
			if old.Value.In == openapi3.ParameterInPath {
				next.Parameters = append(next.Parameters, old)
			}
		}
		return &next
	}
	return operation
}

// withoutAnnotations takes off what may stand on any object of Graph's.
func withoutAnnotations(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(name string, _ any) bool { return strings.Contains(name, "@odata.") || name == "@removed" })
		for _, one := range v {
			withoutAnnotations(one)
		}
	case []any:
		for _, one := range v {
			withoutAnnotations(one)
		}
	}
	return v
}
