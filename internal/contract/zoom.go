package contract

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/getkin/kin-openapi/openapi3"
)

// usersDocument describes the user, which Zoom's document of meetings leaves out.
//
//go:embed zoom_users.json
var usersDocument []byte

// zoomAdditions are members that real answers carry though the document leaves
// them out of the schema.
var zoomAdditions = []struct {
	schema, member string
	value          *openapi3.Schema
}{
	// The answer to a create has what the answer to a read has.
	{"InlineResponse2018", "uuid", openapi3.NewStringSchema()},
	{"InlineResponse2018", "host_id", openapi3.NewStringSchema()},
	{"InlineResponse2018", "status", openapi3.NewStringSchema().WithEnum("waiting", "started")},
}

// weeklyDays are the schemas whose weekly_days the document limits to one day
// while its own text tells to separate several with commas.
var weeklyDays = []string{
	"UsersuserIdmeetingsRecurrence", "MeetingsmeetingIdRecurrence",
	"InlineResponse2018Recurrence", "InlineResponse20013Recurrence",
}

// readZoom reads Zoom's document from dir. The document itself is not
// validated: it has an empty token URL.
func readZoom(dir string) (*document, error) {
	data, err := os.ReadFile(filepath.Join(dir, zoomFile))
	if err != nil {
		return nil, fmt.Errorf("contract of Zoom: %w", err)
	}
	spec, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("contract of Zoom: %w", err)
	}
	users, err := openapi3.NewLoader().LoadFromData(usersDocument)
	if err != nil {
		return nil, fmt.Errorf("contract of Zoom users: %w", err)
	}
	for path, item := range users.Paths.Map() {
		spec.Paths.Set(path, item)
	}
	if err := amendZoom(spec.Components.Schemas); err != nil {
		return nil, fmt.Errorf("contract of Zoom: %w", err)
	}
	return newDocument("zoom", "/v2/", spec), nil
}

func amendZoom(schemas openapi3.Schemas) error {
	for _, add := range zoomAdditions {
		schema := schemas[add.schema]
		if schema == nil {
			return fmt.Errorf("there is no schema %s", add.schema)
		}
		if schema.Value.Properties[add.member] == nil {
			schema.Value.Properties[add.member] = openapi3.NewSchemaRef("", add.value)
		}
	}
	for _, name := range weeklyDays {
		if schema := schemas[name]; schema != nil {
			schema.Value.Properties["weekly_days"] = openapi3.NewSchemaRef("",
				openapi3.NewStringSchema().WithPattern(`^[1-7](,[1-7])*$`))
		}
	}
	return nil
}
