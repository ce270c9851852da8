package reconciler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
	"golang.org/x/oauth2"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// Zoom is what a pass asks of Zoom.
type Zoom interface {
	ZoomReader
	ZoomWriter
}

// ZoomReader reads one host's meetings. Errors are classes of package zoom.
type ZoomReader interface {
	Get(ctx context.Context, id int64) (zoom.Meeting, error)
	// List is complete or an error, never a part.
	List(ctx context.Context) ([]zoom.Meeting, error)
}

// ZoomWriter changes one host's meetings. Deleting what is gone is no error.
type ZoomWriter interface {
	Create(ctx context.Context, draft zoom.Draft) (zoom.Meeting, error)
	Update(ctx context.Context, id int64, change zoom.Change) error
	Delete(ctx context.Context, id int64) error
	DeleteOccurrence(ctx context.Context, id int64, at time.Time) error
}

// Refresher trades a refresh token for a new access token at its provider.
type Refresher interface {
	Refresh(ctx context.Context, refreshToken string) (*oauth2.Token, error)
}

// Providers makes the clients of the outside world. Every client gets an
// http.Client that adds the connection's bearer token.
type Providers struct {
	Source    func(provider string, hc *http.Client) (sources.Source, error)
	Zoom      func(c store.Connection, hc *http.Client) Zoom
	Refresher map[string]Refresher // by provider
	Transport http.RoundTripper    // under the bearer token; nil: http.DefaultTransport
	Timeout   time.Duration        // of one request; zero: 30 s
}

// Options are what a Reconciler is made of. Store, Providers and Schedule are required.
type Options struct {
	Store      *store.Store
	Providers  Providers
	Schedule   cron.Schedule // when each person is looked at without a hint
	Audit      cron.Schedule // when the host's Zoom meetings are listed; nil: never
	Horizon    time.Duration // how far ahead events get links; zero: 180 days
	Passes     int           // passes that run at once; zero: 8
	Lease      time.Duration // how long a silent process keeps a person; zero: 2 min
	Poll       time.Duration // how often the queue is looked at; zero: 1 s
	Jitter     time.Duration // a person's schedule is shifted by up to this much; zero: none
	DailyLimit int           // Zoom writes per host and UTC day; zero: 100
	Defaults   map[string]string
	Owner      string // names this process across its restarts; zero: "slotward"
	Now        func() time.Time
	Log        *slog.Logger
	Registry   prometheus.Registerer // nil: no metrics
	Observe    func(Progress)        // called after each action; nil: nobody watches
	// Revoke takes a permission back at its provider, after its tokens were erased
	// here. nil: it is not taken back.
	Revoke func(context.Context, store.Connection, store.Token) error
}

// Progress tells of one action of a pass, for whoever watches.
type Progress struct {
	At      time.Time
	Person  int64
	Pass    string
	Action  plan.Action
	Outcome string // "done", "held", "failed"
	Detail  string
}

// Reconciler runs passes.
type Reconciler struct {
	Options
	wake    chan struct{}
	metrics *metrics
	waits   waits
	denials denials
	parks   parks
	untaken untaken
	clients clients
	audited sync.Map // people (int64) whose meetings were looked at since the start
}

// New checks the options and fills in defaults.
func New(o Options) (*Reconciler, error) {
	if o.Store == nil || o.Schedule == nil || o.Providers.Source == nil || o.Providers.Zoom == nil {
		return nil, errors.New("reconciler: store, schedule and providers are required")
	}
	if o.Horizon == 0 {
		o.Horizon = 180 * 24 * time.Hour
	}
	if o.Passes == 0 {
		o.Passes = 8
	}
	if o.Lease == 0 {
		o.Lease = 2 * time.Minute
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	if o.DailyLimit == 0 {
		o.DailyLimit = usualLimit
	}
	if o.Revoke == nil {
		o.Revoke = func(context.Context, store.Connection, store.Token) error { return nil }
	}
	if o.Owner == "" {
		o.Owner = "slotward"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Providers.Transport == nil {
		o.Providers.Transport = http.DefaultTransport
	}
	if o.Providers.Timeout == 0 {
		o.Providers.Timeout = 30 * time.Second
	}
	return &Reconciler{Options: o, wake: make(chan struct{}, 1), metrics: newMetrics(o.Registry, o.Store)}, nil
}

// Wake makes the loop look at the queue now.
func (r *Reconciler) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Plan is a dry run: it observes and plans for one person and stops. Nothing
// is written at any provider, and nothing but refreshed tokens in the store.
func (r *Reconciler) Plan(ctx context.Context, person int64) (plan.Plan, error) {
	p, err := r.newPass(ctx, store.Lease{Person: person})
	if err != nil {
		return plan.Plan{}, err
	}
	p.dry = true
	if err := p.observe(ctx); err != nil {
		return plan.Plan{}, err
	}
	todo, err := p.plan(ctx)
	if err != nil {
		return plan.Plan{}, err
	}
	return p.foreseen(todo), nil
}

// Refresh lists a connection's calendars at its provider and saves the list.
func (r *Reconciler) Refresh(ctx context.Context, connection int64) ([]store.Calendar, error) {
	c, err := r.Store.Connection(ctx, connection)
	if err != nil {
		return nil, err
	}
	source, err := r.source(c)
	if err != nil {
		return nil, err
	}
	listed, err := source.Calendars(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing the calendars of %s: %w", c.Email, err)
	}
	return r.Store.SaveCalendars(ctx, connection, listed)
}

// nativeOffer is what a source has whose calendars need not all be able to have
// links of the provider's own. The others always are.
type nativeOffer interface {
	// OffersNative reports whether the calendar can have such links now.
	OffersNative(ctx context.Context, calendar string) (bool, error)
}

// OffersNative asks the provider whether a calendar can have links of the
// provider's own. Errors are the classes of package sources.
func (r *Reconciler) OffersNative(ctx context.Context, calendar int64) (bool, error) {
	k, err := r.Store.Calendar(ctx, calendar)
	if err != nil {
		return false, err
	}
	c, err := r.Store.Connection(ctx, k.Connection)
	if err != nil {
		return false, err
	}
	source, err := r.source(c)
	if err != nil {
		return false, err
	}
	if offer, ok := source.(nativeOffer); ok {
		return offer.OffersNative(ctx, k.ProviderID)
	}
	return true, nil
}
