package server

import (
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/getkin/kin-openapi/openapi3"
)

// The document is checked by another implementation, in the older dialect that
// it knows best.
func TestDocumentIsValid(t *testing.T) {
	s := &server{Options: withDefaults(Options{}), mux: http.NewServeMux()}
	s.api = humago.New(s.mux, apiConfig("test"))
	s.routes()
	s.serveDocument()
	older, err := s.api.OpenAPI().Downgrade()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(older)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
}
