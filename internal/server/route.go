package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const (
	// requestLimit bounds every request but a watched resync. The longest ones
	// read whole calendars at a provider.
	requestLimit = 2 * time.Minute
	// Names of the security schemes in the document.
	tokenScheme   = "token"
	sessionScheme = "session"
)

// known are the two ways by which somebody is known to the API.
var known = []map[string][]string{{tokenScheme: {}}, {sessionScheme: {}}}

const apiDescription = `Slotward keeps one right meeting link on every calendar event.

Every route but ` + "`/livez`, `/readyz` and `/oauth/…`" + ` needs an API token in the header
` + "`Authorization: Bearer …`" + `, which may do everything; ` + "`slotward token create NAME`" + ` makes one. Whoever is signed in in a
browser may use it too, a member for what is their own, with the page's token in the header ` + "`X-CSRF-Token`" + ` for whatever is not a GET. Errors are RFC 9457 problems whose
` + "`type`" + ` names the class, whose ` + "`detail`" + ` says what to do, and whose ` + "`errors`" + ` name the fields that are wrong.
Times are RFC 3339 in UTC. Unknown fields are refused.

Lists that grow are answered page by page: ask again with the ` + "`cursor`" + ` that stands in ` + "`next`" + ` until there is none. What PATCH changes has an
` + "`ETag`" + `: sent back as ` + "`If-Match`" + `, the change is refused (412) when somebody else was faster. A POST with an ` + "`Idempotency-Key`" + ` is done once
in 24 hours, however often it is sent.`

// apiConfig is huma without its extras: no schema links in answers, no pages
// that load scripts from elsewhere. serveDocument serves the one document.
func apiConfig(version string) huma.Config {
	c := huma.DefaultConfig("Slotward", version)
	c.CreateHooks = nil
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.RejectUnknownQueryParameters = true
	c.Info.Description = apiDescription
	c.Tags = []*huma.Tag{
		{Name: "people", Description: "Whose meetings are kept."},
		{Name: "connections", Description: "Accounts at Google and Zoom, each authorised by its owner in a browser."},
		{Name: "calendars", Description: "The calendars of a connection, on or off, with their settings."},
		{Name: "providers", Description: "How this installation is set up at Google, Microsoft and Zoom."},
		{Name: "tokens", Description: "API tokens, for programs."},
		{Name: "settings", Description: "Choices that cascade: installation, person, calendar, the event's own words."},
		{Name: "events", Description: "What each event should show, why, and what comes next."},
		{Name: "work", Description: "What is being done, was done, and would be done."},
		{Name: "oauth", Description: "Pages for browsers; send `Accept: application/json` to get the same meaning as JSON."},
		{Name: "health", Description: "For machines that watch this one."},
	}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		tokenScheme:   {Type: "http", Scheme: "bearer", Description: "An API token made by `slotward token create`."},
		sessionScheme: {Type: "apiKey", In: "cookie", Name: securePrefix + sessionCookie, Description: "Of a browser in which somebody is signed in."},
	}
	return c
}

// register adds an operation, for admins only unless own says otherwise. Errors
// of do are turned into problems by their class; those without a class are logged
// and answered 500.
func register[I, O any](s *server, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	op.Security = known
	op.Errors = append(op.Errors, http.StatusUnauthorized)
	if op.Method == http.MethodPost {
		op.Parameters = append(op.Parameters, keyParameter())
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusUnprocessableEntity)
	}
	if !forMembers(&op) {
		op.Middlewares = append(huma.Middlewares{s.adminsOnly}, op.Middlewares...)
		op.Errors = append(op.Errors, http.StatusForbidden)
		op.Description = strings.TrimSpace(op.Description + " For admins.")
	}
	registerOpen(s, op, do)
}

// registerChange is register for operations that change something: what was
// begun is finished, journalled and made due, also when the client goes away.
func registerChange[I, O any](s *server, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	register(s, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestLimit)
		defer cancel()
		return do(ctx, in)
	})
}

// registerOpen is register for operations that anybody may use.
func registerOpen[I, O any](s *server, op huma.Operation, do func(context.Context, *I) (*O, error)) {
	// boundBody has read the body already, bounded in size and time. A read
	// deadline left on the connection would end the request when it strikes.
	op.MaxBodyBytes, op.BodyReadTimeout = bodyLimit, -1
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, requestLimit)
		defer cancel()
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.explain(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

// answer is an output that is nothing but its body.
type answer[T any] struct{ Body T }

// created is the answer to something made, and where it is.
type created[T any] struct {
	Location string `header:"Location"`
	Body     T
}

// nothing is an input without parameters.
type nothing struct{}

// Document is the OpenAPI document that a server of this version serves.
func Document(version string) ([]byte, error) {
	s := &server{Options: withDefaults(Options{}), mux: http.NewServeMux()}
	s.api = humago.New(s.mux, apiConfig(version))
	s.routes()
	s.describeDocument()
	return json.Marshal(s.api.OpenAPI())
}

// describeDocument adds the document itself to what it describes, and examples.
func (s *server) describeDocument() {
	op := &huma.Operation{
		OperationID: "openapi", Method: http.MethodGet, Path: "/openapi.json", Tags: []string{"health"},
		Summary:   "This document",
		Security:  known,
		Responses: map[string]*huma.Response{"200": {Description: "OpenAPI 3.1", Content: map[string]*huma.MediaType{"application/openapi+json": {}}}},
	}
	s.api.OpenAPI().AddOperation(op)
	addExamples(s.api.OpenAPI())
}

// serveDocument serves the OpenAPI document. Every route is registered by now,
// so it is written once.
func (s *server) serveDocument() {
	s.describeDocument()
	document, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		// Only a type that cannot be described gets here, which the first test shows.
		panic(err)
	}
	s.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(document)
	})
}

// notFound answers what no route took: 405 where another method would do, else 404.
func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" {
			allow = append(allow, method)
		}
	}
	if len(allow) == 0 {
		writeProblem(w, problem(http.StatusNotFound, "no_route", "there is nothing here: /openapi.json lists what there is"))
		return
	}
	for _, method := range allow {
		w.Header().Add("Allow", method)
	}
	writeProblem(w, problem(http.StatusMethodNotAllowed, "method", "this address does not take "+printable(r.Method)))
}
