package google

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"google.golang.org/api/calendar/v3"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"slotward/sources"
)

// Source is one Google account's calendars. It paces itself, so one Source
// should live as long as its connection. It is safe for concurrent use.
type Source struct {
	api  *calendar.Service
	now  func() time.Time
	pace *pace

	// patience bounds one request with its answer; pause waits between two tries.
	patience time.Duration
	pause    func(ctx context.Context, d time.Duration) error

	mu    sync.Mutex
	facts map[string]facts // by calendar id, from its latest reading
}

// facts are what a reading says about its calendar and a single event does not.
type facts struct {
	role string // access role; "" when not known yet
	zone string // IANA name, for events that name none
}

const (
	// patience is long enough for a page of 2,500 events over a slow line.
	patience = 30 * time.Second
	// tries is how often a read is sent before it is given up. Writes are sent once.
	tries = 3
)

// retryDelays are the waits after the first and second try: 0.3 s, 1.5 s in all.
var retryDelays = [tries - 1]time.Duration{300 * time.Millisecond, 1200 * time.Millisecond}

// New returns the calendars of the account whose bearer token hc adds. baseURL
// is where Google's APIs stand, "https://www.googleapis.com/" for the real ones.
// now is the clock that Retry-After and the pace are reckoned by.
func New(hc *http.Client, baseURL string, now func() time.Time, options ...Option) (*Source, error) {
	if baseURL == "" {
		return nil, fmt.Errorf("google calendar: the base URL is empty: give one such as https://www.googleapis.com/")
	}
	// Without the slash at its end the client drops the last path segment.
	endpoint := strings.TrimSuffix(baseURL, "/") + "/calendar/v3/"
	api, err := calendar.NewService(context.Background(), option.WithHTTPClient(bounded(hc)), option.WithEndpoint(endpoint))
	if err != nil {
		return nil, fmt.Errorf("google calendar: base URL %q: %w", baseURL, err)
	}
	api.UserAgent = "slotward"
	s := &Source{
		api: api, now: now, pace: newPace(now), patience: patience, pause: pause, facts: map[string]facts{},
	}
	for _, option := range options {
		option(s)
	}
	return s, nil
}

// Option changes a Source.
type Option func(*Source)

// WithPause replaces how the source waits before it tries a read again, for
// tests in which time does not pass by itself.
func WithPause(pause func(context.Context, time.Duration) error) Option {
	return func(s *Source) { s.pause = pause }
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
	if err := s.pace.take(); err != nil {
		return none, err
	}
	bounded, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	answer, err := do(bounded)
	if err != nil {
		return none, classify(op, err, s.now())
	}
	return answer, nil
}

// read sends a request that changes nothing, again if it failed in passing.
func read[T any](ctx context.Context, s *Source, op operation, do func(context.Context) (T, error)) (T, error) {
	for try := 0; ; try++ {
		answer, err := once(ctx, s, op, do)
		if err == nil || try == len(retryDelays) || !passing(err) || ctx.Err() != nil {
			return answer, err
		}
		if s.pause(ctx, retryDelays[try]) != nil {
			return answer, err
		}
	}
}

// calendarFields are the members of a calendar list that are asked for.
const calendarFields = "kind,nextPageToken,items(id,summary,summaryOverride,timeZone,primary,accessRole,deleted)"

// writers are the access roles that may write events.
var writers = map[string]bool{"owner": true, "writer": true, "writerWithoutPrivateAccess": true}

// Calendars lists the account's calendars, hidden ones left out. Without the
// permission to list them it is ErrMissingScope.
func (s *Source) Calendars(ctx context.Context) ([]sources.Calendar, error) {
	op := operation{what: "listing calendars"}
	var out []sources.Calendar
	for token, pages := "", 0; ; pages++ {
		list, err := read(ctx, s, op, func(ctx context.Context) (*calendar.CalendarList, error) {
			call := s.api.CalendarList.List().MaxResults(250).Fields(googleapi.Field(calendarFields)).Context(ctx)
			if token != "" {
				call.PageToken(token)
			}
			return call.Do()
		})
		if err != nil {
			return nil, err
		}
		if list == nil || list.Kind != "calendar#calendarList" || pages == maxPages {
			return nil, op.incomplete("the answer is no list of calendars")
		}
		for _, c := range list.Items {
			if c == nil || c.Id == "" || c.Deleted {
				continue
			}
			name := c.SummaryOverride
			if name == "" {
				name = c.Summary
			}
			out = append(out, sources.Calendar{ID: c.Id, Name: name, TimeZone: c.TimeZone, Primary: c.Primary, Writable: writers[c.AccessRole]})
		}
		if token = list.NextPageToken; token == "" {
			return out, nil
		}
	}
}

// Get reads one event. A deleted event comes back with Gone set to Tombstone; an
// id that Google does not know is ErrGone.
func (s *Source) Get(ctx context.Context, calendarID, eventID string) (sources.Event, error) {
	op := operation{what: "reading an event"}
	answer, err := read(ctx, s, op, func(ctx context.Context) (*calendar.Event, error) {
		return s.api.Events.Get(calendarID, eventID).Fields(googleapi.Field(eventFields)).Context(ctx).Do()
	})
	if err != nil {
		return sources.Event{}, err
	}
	return s.answered(op, calendarID, eventID, answer)
}

// answered translates an event that was asked for by its id.
func (s *Source) answered(op operation, calendarID, eventID string, answer *calendar.Event) (sources.Event, error) {
	if answer == nil || answer.Kind != "calendar#event" || answer.Id != eventID {
		return sources.Event{}, op.incomplete("the answer is not the event asked for")
	}
	return s.factsOf(calendarID).translate(answer), nil
}

func (s *Source) factsOf(calendarID string) facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.facts[calendarID]
}

func (s *Source) learn(calendarID string, f facts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.facts[calendarID] = f
}
