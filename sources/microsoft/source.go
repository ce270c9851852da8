package microsoft

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/authentication"
	khttp "github.com/microsoft/kiota-http-go"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// Source is one Microsoft account's calendars. It paces itself and remembers
// what it has read, so one Source should live as long as its connection. It is
// safe for concurrent use.
type Source struct {
	me   *users.UserItemRequestBuilder
	base *url.URL
	now  func() time.Time
	pace *pace
	// ahead is how far the window that is read reaches.
	ahead time.Duration

	// patience bounds one request with its answer; pause waits between two tries.
	patience time.Duration
	pause    func(ctx context.Context, d time.Duration) error

	mu       sync.Mutex
	memories map[string]*memory // by calendar id
}

const (
	// patience is long enough for a page of events over a slow line.
	patience = 30 * time.Second
	// tries is how often a read is sent before it is given up. Writes are sent once.
	tries = 3
	// maxPause is the longest Retry-After that is waited out on the spot.
	maxPause = 5 * time.Second
)

// retryDelays are the waits after the first and second try: 0.3 s, 1.5 s in all.
var retryDelays = [tries - 1]time.Duration{300 * time.Millisecond, 1200 * time.Millisecond}

// New returns the calendars of the account whose bearer token hc adds. baseURL
// is where Graph stands, "https://graph.microsoft.com" for the real one; requests
// go there and nowhere else, whatever links an answer holds. now is the clock
// that Retry-After, the pace and the window are reckoned by.
func New(hc *http.Client, baseURL string, now func() time.Time, options ...Option) (*Source, error) {
	base, err := url.Parse(strings.TrimSuffix(baseURL, "/") + "/v1.0")
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("outlook calendar: the base URL is not one: give one such as https://graph.microsoft.com")
	}
	adapter, err := core.NewGraphRequestAdapterBaseWithParseNodeFactoryAndSerializationWriterFactoryAndHttpClient(
		&authentication.AnonymousAuthenticationProvider{}, core.GraphClientOptions{},
		newAnswers(), kjson.NewJsonSerializationWriterFactory(), client(hc, base))
	if err != nil {
		return nil, fmt.Errorf("outlook calendar: %w", err)
	}
	adapter.SetBaseUrl(base.String())
	s := &Source{
		me:   users.NewUserItemRequestBuilderInternal(map[string]string{"baseurl": base.String(), "user%2Did": "me-token-to-replace"}, adapter),
		base: base, now: now, pace: newPace(now), ahead: lookAhead, patience: patience, pause: pause, memories: map[string]*memory{},
	}
	for _, option := range options {
		option(s)
	}
	return s, nil
}

// client is hc with the two steps of the SDK that its requests need, in a fixed
// order, and none of those that send again, compress or follow redirects.
func client(hc *http.Client, base *url.URL) *http.Client {
	next := hc.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	c := *hc
	c.CheckRedirect = withoutRedirects
	c.Transport = khttp.NewCustomTransportWithParentTransport(guarded{base, next},
		khttp.NewUrlReplaceHandler(true, core.ReplacementPairs), khttp.NewParametersNameDecodingHandler())
	return &c
}

// Option changes a Source.
type Option func(*Source)

// WithPause replaces how the source waits before it tries a read again, for
// tests in which time does not pass by itself.
func WithPause(pause func(context.Context, time.Duration) error) Option {
	return func(s *Source) { s.pause = pause }
}

// WithHorizon reads events that begin up to ahead from now, instead of 180 days.
// A window that is read already keeps its end until it is moved on.
func WithHorizon(ahead time.Duration) Option {
	return func(s *Source) { s.ahead = ahead }
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// once sends one request, paced and bounded in time.
func once[T any](ctx context.Context, s *Source, op operation, do func(context.Context) (T, error)) (T, error) {
	var none T
	done, err := s.pace.take(ctx)
	if err != nil {
		return none, classify(op, err, &exchange{}, s.now())
	}
	defer done()
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	x := &exchange{}
	answer, err := do(observed(bounded, x))
	switch {
	case err != nil && isCanceled(err) && ctx.Err() == nil && bounded.Err() != nil:
		err = bounded.Err()
	case err == nil && x.status/100 != 2:
		err = errors.New("no answer")
	}
	if err != nil {
		return none, classify(op, err, x, s.now())
	}
	return answer, nil
}

// read sends a request that changes nothing, again if it failed in passing.
func read[T any](ctx context.Context, s *Source, op operation, do func(context.Context) (T, error)) (T, error) {
	for try := 0; ; try++ {
		answer, err := once(ctx, s, op, do)
		if err == nil || try == len(retryDelays) || ctx.Err() != nil {
			return answer, err
		}
		wait, ok := passing(err, s.now())
		if !ok || wait > maxPause || s.pause(ctx, max(wait, retryDelays[try])) != nil {
			return answer, err
		}
	}
}

// headers are sent with every request: they are not part of delta links. Ids
// stay the same while an event stays in its mailbox, and times come in UTC.
func headers(more ...string) *abstractions.RequestHeaders {
	h := abstractions.NewRequestHeaders()
	h.Add("Prefer", `IdType="ImmutableId"`)
	h.Add("Prefer", `outlook.timezone="UTC"`)
	for i := 0; i+1 < len(more); i += 2 {
		h.Add(more[i], more[i+1])
	}
	return h
}

// usable reports whether an id can stand in a path; Graph's ids can.
func usable(id string) bool {
	return id != "" && len(id) < 1024 && !strings.ContainsAny(id, "/\\?#%{} \t\r\n")
}

// noSuch is the error for an id that cannot be one.
func noSuch(op operation) error {
	return fmt.Errorf("outlook calendar: %s: %w", op.what, sources.ErrGone)
}

// expandMark asks for our property along with an event.
const expandMark = "singleValueExtendedProperties($filter=id eq '" + markProperty + "')"

// get reads one event as Graph has it, with our property.
func (s *Source) get(ctx context.Context, op operation, calendarID, eventID string) (models.Eventable, error) {
	op.event = true
	if !usable(calendarID) || !usable(eventID) {
		return nil, noSuch(op)
	}
	answer, err := readCalendar(ctx, s, op, calendarID, func(ctx context.Context) (models.Eventable, error) {
		return s.me.Calendars().ByCalendarId(calendarID).Events().ByEventId(eventID).Get(ctx, &users.ItemCalendarsItemEventsEventItemRequestBuilderGetRequestConfiguration{
			Headers: headers(), QueryParameters: &users.ItemCalendarsItemEventsEventItemRequestBuilderGetQueryParameters{Expand: []string{expandMark}},
		})
	})
	if err != nil {
		return nil, err
	}
	if answer == nil || text(answer.GetId()) != eventID || etag(answer) == "" || answer.GetStart() == nil {
		return nil, op.incomplete("the answer is not the event asked for")
	}
	return answer, nil
}

// take translates an event that was read with our property, and remembers it.
func (m *memory) takeRead(f facts, in models.Eventable) sources.Event {
	mark, own := markOf(in)
	e, shape := f.translate(in, mark)
	m.setMark(e.ID, mark)
	m.remember(e.ID, shape)
	if !own {
		m.inherit(&e)
	}
	return e
}

// inherit gives an exception that shows the block of its series the mark of its
// series. What is written on a series reaches the exceptions that were there
// before, body and places, but not the property that says whose it is.
func (m *memory) inherit(e *sources.Event) {
	if e.Kind != sources.Exception || e.Shown.Block == sources.BlockNone {
		return
	}
	setMark(e, m.markOf(e.SeriesID))
	if !names(e) {
		setMark(e, sources.Mark{})
	}
}

// Get reads one event. One that this source has read before and that is gone
// comes back as a tombstone, as does a cancelled occurrence by the id that a
// reading gave it; any other id that Graph does not know is ErrGone.
func (s *Source) Get(ctx context.Context, calendarID, eventID string) (sources.Event, error) {
	op := operation{what: "reading an event"}
	m := s.memoryOf(calendarID)
	if master, date, ok := occurrenceID(eventID); ok {
		return s.getCancelled(ctx, calendarID, master, eventID, date)
	}
	f, err := s.factsOf(ctx, calendarID)
	if err != nil {
		return sources.Event{}, err
	}
	in, err := s.get(ctx, op, calendarID, eventID)
	switch known, seen := m.shapeOf(eventID); {
	case err == nil:
		return m.takeRead(f, in), nil
	case seen && errors.Is(err, sources.ErrGone):
		return tombstone(eventID, known.kind), nil
	default:
		return sources.Event{}, err
	}
}

func tombstone(id string, kind sources.Kind) sources.Event {
	e := sources.Event{ID: id, Kind: kind, Gone: sources.Tombstone}
	sources.Inspect(&e)
	return e
}
