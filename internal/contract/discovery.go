package contract

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// discovery is the part of a Google discovery document that is needed.
type discovery struct {
	ServicePath string                  `json:"servicePath"` // "calendar/v3/"
	Parameters  map[string]*declaration `json:"parameters"`  // of every method
	Schemas     map[string]*declaration `json:"schemas"`
	Resources   map[string]*resource    `json:"resources"`
}

type resource struct {
	Methods   map[string]*method   `json:"methods"`
	Resources map[string]*resource `json:"resources"`
}

type method struct {
	ID         string                  `json:"id"` // "calendar.events.patch"
	Path       string                  `json:"path"`
	HTTPMethod string                  `json:"httpMethod"`
	Parameters map[string]*declaration `json:"parameters"`
	Request    *reference              `json:"request"`
	Response   *reference              `json:"response"`
}

type reference struct {
	Schema string `json:"$ref"`
}

// readGoogle reads the discovery document of the calendar API.
func readGoogle() (*document, error) {
	file, err := DiscoveryFile()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("contract of Google: %w", err)
	}
	var source discovery
	if err := json.Unmarshal(data, &source); err != nil {
		return nil, fmt.Errorf("contract of Google: %w", err)
	}
	spec, err := source.openAPI()
	if err != nil {
		return nil, fmt.Errorf("contract of Google: %w", err)
	}
	return newDocument("google", "/"+source.ServicePath, spec), nil
}

// openAPI converts the whole document.
func (d *discovery) openAPI() (*openapi3.T, error) {
	spec := &openapi3.T{
		OpenAPI:    "3.0.3",
		Info:       &openapi3.Info{Title: "Google Calendar", Version: "v3"},
		Paths:      openapi3.NewPaths(),
		Components: &openapi3.Components{Schemas: openapi3.Schemas{}},
	}
	for name, s := range d.Schemas {
		spec.Components.Schemas[name] = s.schema(whole)
		patched := s.schema(patch)
		patched.Value.Nullable = true
		spec.Components.Schemas[name+patchSuffix] = patched
	}
	openKinds(spec.Components.Schemas["Event"])
	if err := d.methods(spec, d.Resources); err != nil {
		return nil, err
	}
	if err := openapi3.NewLoader().ResolveRefsIn(spec, nil); err != nil {
		return nil, err
	}
	return spec, nil
}

// openKinds lets answers name kinds of events that the document does not know
// yet: Google has added some before, and programs have to bear it.
func openKinds(event *openapi3.SchemaRef) {
	if event == nil {
		return
	}
	if kind := event.Value.Properties["eventType"]; kind != nil {
		kind.Value.Enum = nil
	}
}

func (d *discovery) methods(spec *openapi3.T, resources map[string]*resource) error {
	for _, r := range resources {
		for _, m := range r.Methods {
			if err := d.method(spec, m); err != nil {
				return fmt.Errorf("%s: %w", m.ID, err)
			}
		}
		if err := d.methods(spec, r.Resources); err != nil {
			return err
		}
	}
	return nil
}

func (d *discovery) method(spec *openapi3.T, m *method) error {
	operation := &openapi3.Operation{
		OperationID: m.ID,
		Parameters:  append(parameters(m.Parameters), parameters(d.Parameters)...), // alt, fields, prettyPrint, …
		Responses:   openapi3.NewResponsesWithCapacity(1),
	}
	if m.Request != nil {
		name, err := d.requestSchema(spec, m)
		if err != nil {
			return err
		}
		operation.RequestBody = &openapi3.RequestBodyRef{
			Value: openapi3.NewRequestBody().WithJSONSchemaRef(componentRef(name)),
		}
	}
	if m.Response == nil { // "empty body": deletes answer 204
		operation.Responses.Set("204", &openapi3.ResponseRef{Value: openapi3.NewResponse().WithDescription("done")})
	} else {
		operation.Responses.Set("200", &openapi3.ResponseRef{
			Value: openapi3.NewResponse().WithDescription("done").WithJSONSchemaRef(componentRef(m.Response.Schema)),
		})
	}
	path := "/" + m.Path
	item := spec.Paths.Value(path)
	if item == nil {
		item = &openapi3.PathItem{}
		spec.Paths.Set(path, item)
	}
	item.SetOperation(m.HTTPMethod, operation)
	return nil
}

// requestSchema returns the name of the schema of a method's body. A patch may
// set any member to null, which removes it. Members can be required by some
// methods only, so these get a schema of their own.
func (d *discovery) requestSchema(spec *openapi3.T, m *method) (string, error) {
	source := d.Schemas[m.Request.Schema]
	if source == nil {
		return "", fmt.Errorf("there is no schema %s", m.Request.Schema)
	}
	if m.HTTPMethod == "PATCH" {
		return m.Request.Schema + patchSuffix, nil
	}
	own := source.schema(whole)
	for name, p := range source.Properties {
		if slices.Contains(p.Annotations.Required, m.ID) {
			own.Value.Required = append(own.Value.Required, name)
		}
	}
	slices.Sort(own.Value.Required)
	name := m.Request.Schema + "." + m.ID
	spec.Components.Schemas[name] = own
	return name, nil
}

// parameters converts the parameters of a method.
func parameters(sources map[string]*declaration) openapi3.Parameters {
	var all openapi3.Parameters
	for name, source := range sources {
		schema := source.schema(whole)
		if source.Repeated {
			list := openapi3.NewArraySchema()
			list.Items = schema
			schema = openapi3.NewSchemaRef("", list)
		}
		all = append(all, &openapi3.ParameterRef{Value: &openapi3.Parameter{
			Name: name, In: source.Location, Required: source.Required || source.Location == "path", Schema: schema,
		}})
	}
	return all
}
