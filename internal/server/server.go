package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/oauth2"

	"slotward/internal/server/frame"
	"slotward/reconciler"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// Planner plans a person without doing anything: the dry run.
type Planner interface {
	// Plan reads the person's calendars and returns what a pass would do now.
	Plan(ctx context.Context, person int64) (plan.Plan, error)
	// Rebuild returns what an adoption would take up now, and what is left over.
	Rebuild(ctx context.Context, person int64) (plan.Plan, error)
}

// Previewer tells what a change would lead to.
type Previewer interface {
	// Preview plans as if change had been made and counts what would come of it.
	// Errors are the classes of packages sources and zoom.
	Preview(ctx context.Context, person int64, change func(*store.Snapshot)) (reconciler.Preview, error)
}

// Looker tells of events that the store does not hold.
type Looker interface {
	// Look asks the calendar for one event and says what would become of it.
	// store.ErrNotFound: there is none. Other errors are the classes of package sources.
	Look(ctx context.Context, person int64, event sources.EventRef) (store.EventView, error)
}

// Calendars asks a provider which calendars a connection has.
type Calendars interface {
	// Refresh lists the calendars at the provider, saves them and returns them
	// as saved. Errors are the classes of package sources.
	Refresh(ctx context.Context, connection int64) ([]store.Calendar, error)
}

// Consent leads a person through a provider's consent page.
type Consent interface {
	// Authorize returns the consent page's URL; verifier is the PKCE secret, of
	// which only the S256 challenge is sent.
	Authorize(state, verifier, redirect string) string
	// Exchange trades a code for tokens. It is never sent twice.
	Exchange(ctx context.Context, code, verifier, redirect string) (*oauth2.Token, error)
	// MissingScopes returns the needed permissions that were not granted.
	MissingScopes(granted []string) []string
}

// Account tells and ends whom a token speaks for.
type Account interface {
	// Identify returns the provider's immutable id of the account, and its e-mail address.
	Identify(ctx context.Context, tok *oauth2.Token) (account, email string, err error)
	// Refresh trades a refresh token for new tokens. It is never sent twice.
	Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error)
	// Revoke ends the token, and the grant it belongs to, at the provider.
	Revoke(ctx context.Context, tok *oauth2.Token) error
}

// Profiler is what the client of a provider has besides whose accounts are of
// several types.
type Profiler interface {
	// Profile is Identify, and tells the type; zero: not known.
	Profile(ctx context.Context, tok *oauth2.Token) (account, email string, plan int, err error)
}

// AdminConsent is what the client of a provider has besides whose organisations
// may let only an administrator allow an app.
type AdminConsent interface {
	// NeedsAdmin reports whether an error that came back from the consent page,
	// with its description, means that an administrator has to consent first.
	NeedsAdmin(code, description string) bool
	// AdminConsent returns the page where an administrator does. It leads back
	// to redirect with a parameter admin_consent.
	AdminConsent(state, redirect string) string
}

// Authorizer is one provider's OAuth client.
type Authorizer interface {
	Consent
	Account
}

// Options is what a server needs. Store, Planner, Previewer and Calendars are required.
type Options struct {
	Store     *store.Store
	Planner   Planner
	Previewer Previewer
	Calendars Calendars
	// Looker is asked about events that were not read. nil: nothing is known of them.
	Looker Looker
	// Authorizers has the OAuth client of each configured provider by its name:
	// "google", "microsoft", "zoom". A provider that is not here cannot be connected.
	Authorizers map[string]Authorizer
	// Setups say of each provider what an operator enters there and here.
	Setups map[string]Setup
	// PublicURL is where browsers reach this server, "https://slotward.example.com".
	// The redirect URIs to register at the providers follow from it.
	PublicURL string
	// Defaults are the installation's settings as configured; those saved
	// through the API stand above them.
	Defaults map[string]string
	// DailyLimit is how many Zoom writes a host has in a UTC day; zero: the usual number.
	DailyLimit int
	Now        func() time.Time // nil: time.Now
	Version    string
	Log        *slog.Logger // nil: nothing is logged
	// Frame makes pages; nil: one below PublicURL.
	Frame *frame.Frame
	// Pages returns the pages for people, served at every address that is not the
	// API's, OAuth's or for machines. They call api for whoever is signed in, see
	// WithIdentity. nil: there are none.
	Pages func(api http.Handler) http.Handler
	// SignIn says who may sign in, and for how long.
	SignIn SignInOptions
	// Wake is called after something became due. nil: nobody is told.
	Wake     func()
	Registry *prometheus.Registry // nil: a new, empty one
}

// server is the state that handlers share; but for what is counted, it is not
// changed after New.
type server struct {
	Options
	api      huma.API
	mux      *http.ServeMux
	requests *requestMetrics
	watches  Streams
	pages    http.Handler // nil: none
}

// New returns the handler that serves everything below PublicURL. It keeps no
// goroutine of its own. Server-sent events need a writer that can be flushed,
// and a server without a write timeout or one that allows extending it.
func New(o Options) http.Handler {
	s := &server{Options: withDefaults(o), mux: http.NewServeMux()}
	s.requests = newRequestMetrics(s.Registry)
	s.api = humago.New(s.mux, apiConfig(s.Version))
	s.routes()
	s.serveDocument()
	s.mux.Handle("GET /static/", s.Frame)
	s.mux.HandleFunc("/", s.notFound)
	if s.Pages != nil {
		s.pages = s.Pages(s.boundBody(s.authenticate(s.once(s.mux))))
	}
	return s.guard(s.authenticate(s.boundBody(s.checkForgery(s.once(http.HandlerFunc(s.dispatch))))))
}

// dispatch hands a request to the pages for people, or to everything else.
func (s *server) dispatch(w http.ResponseWriter, r *http.Request) {
	if s.isPage(r.URL.Path) {
		s.pages.ServeHTTP(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}

func withDefaults(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wake == nil {
		o.Wake = func() {}
	}
	if o.SignIn.Idle == 0 {
		o.SignIn.Idle = idleLimit
	}
	if o.SignIn.Lifetime == 0 {
		o.SignIn.Lifetime = sessionLimit
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	if o.Frame == nil {
		o.Frame = frame.New(publicPath(o.PublicURL))
	}
	return o
}

// publicPath is the path of a public URL: "" or "/slotward".
func publicPath(public string) string {
	u, err := url.Parse(public)
	if err != nil {
		return ""
	}
	return u.Path
}

// routes registers every operation, in the order in which the document lists them.
func (s *server) routes() {
	s.routePersonCreate()
	s.routePersonList()
	s.routePersonGet()
	s.routePersonUpdate()
	s.routePersonDelete()
	s.routePersonPreview()
	s.routePersonRelease()
	s.routePersonSettings()
	s.routePersonExport()
	s.routeProviderList()
	s.routeProviderSetup()
	s.routeConnectionList()
	s.routeConnectionBegin()
	s.routeConnectionDelete()
	s.routeConnectionPreview()
	s.routeBudgetGet()
	s.routeCalendarList()
	s.routeCalendarRefresh()
	s.routeCalendarGet()
	s.routeCalendarUpdate()
	s.routeCalendarPreview()
	s.routeSettingsGet()
	s.routeSettingsUpdate()
	s.routeSettingsPreview()
	s.routeEventList()
	s.routeEventGet()
	s.routeEventUpdate()
	s.routeEventRenew()
	s.routeEventPreview()
	s.routeEventUpcoming()
	s.routeReasonList()
	s.routeMeetingList()
	s.routeJournalList()
	s.routeResync()
	s.routeAdopt()
	s.routeOverviewGet()
	s.routeStatusGet()
	s.routeTokens()
	s.routeOAuth()
	s.routeSignIn()
	s.routeHealth()
}

// redirectURI is the one redirect path of a provider, to be registered there
// exactly as it is.
func (s *server) redirectURI(provider string) string {
	return s.PublicURL + "/oauth/" + url.PathEscape(provider) + "/callback"
}
