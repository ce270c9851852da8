package zoom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fake is a server that answers as a test tells it, and counts.
type fake struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string // "GET /meetings/1"
}

func (f *fake) count(prefix ...string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, call := range f.calls {
		if strings.HasPrefix(call, strings.Join(prefix, "")) {
			n++
		}
	}
	return n
}

func newFake(t *testing.T, answer http.HandlerFunc) (*fake, *Client) {
	t.Helper()
	f := &fake{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.calls = append(f.calls, r.Method+" "+r.URL.Path)
		f.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(f.Close)
	return f, newTestClient(f.Client(), f.URL)
}

// newTestClient neither paces nor pauses.
func newTestClient(hc *http.Client, base string, options ...Option) *Client {
	c := New(hc, base, func() time.Time { return noon }, append([]Option{WithPacer(NewPacer(Unpaced))}, options...)...)
	c.sleep = func(context.Context, time.Duration) error { return nil }
	return c
}

func say(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hangUp breaks the connection, after the status if there is one.
func hangUp(status int, part string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if status != 0 {
			w.Header().Set("Content-Length", "100000")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, part)
			_ = http.NewResponseController(w).Flush()
		}
		panic(http.ErrAbortHandler)
	}
}

var draft = Draft{Topic: "Kick-off", Type: Scheduled, Start: noon, Minutes: 30, TimeZone: "UTC", Reference: "home:abc"}

func TestOutcomesOfACreate(t *testing.T) {
	whole := `{"id":98884753832,"join_url":"https://x.test/j/1?pwd=a"}`
	for _, tc := range []struct {
		name    string
		create  http.HandlerFunc
		get     http.HandlerFunc // nil: must not be asked
		id      int64
		is, not error
	}{
		{"made", say(201, whole), nil, 98884753832, nil, nil},
		{"made, with another 2xx", say(200, whole), nil, 98884753832, nil, nil},
		{"id as text", say(201, strings.Replace(whole, `98884753832`, `"98884753832"`, 1)), nil, 98884753832, nil, nil},
		{"cut off after the id", say(201, whole[:30]), say(200, whole), 98884753832, nil, nil},
		{"cut off by the network", hangUp(201, whole[:30]), say(200, whole), 98884753832, nil, nil},
		{"cut off after the link, unreadable", say(201, whole[:len(whole)-1]+`,"x":`), say(503, ""), 98884753832, nil, nil},
		{"cut off after the id, unreadable", say(201, whole[:30]), say(503, ""), 98884753832, ErrUnknown, ErrGone},
		{"no link in the answer", say(201, `{"id":98884753832}`), say(200, whole), 98884753832, nil, nil},
		{"cut off in the id", say(201, whole[:10]), nil, 0, ErrUnknown, nil},
		{"201 with XML", say(201, "<error/>"), nil, 0, ErrUnknown, nil},
		{"200 with a page", say(200, "<!doctype html>"), nil, 0, ErrUnknown, nil},
		{"201 with nothing", say(201, ""), nil, 0, ErrUnknown, nil},
		{"200 with an error", say(200, `{"code":300,"message":"x"}`), nil, 0, ErrUnknown, nil},
		{"500", say(500, `{"code":500}`), nil, 0, ErrUnknown, nil},
		{"503 with a page", say(503, "<h1>"), nil, 0, ErrUnknown, nil},
		{"408", say(408, ""), nil, 0, ErrUnknown, nil},
		{"302", say(302, ""), nil, 0, ErrUnknown, nil},
		{"connection lost", hangUp(0, ""), nil, 0, ErrUnknown, nil},
		{"invalid", say(400, `{"code":300,"message":"Validation Failed.","errors":[{"field":"topic","message":"Invalid field."}]}`), nil, 0, ErrRefused, ErrUnknown},
		{"refused by somebody between", say(400, "<h1>Bad Request</h1>"), nil, 0, ErrIncomplete, ErrUnknown},
		{"not allowed", say(400, `{"code":3161,"message":"x"}`), nil, 0, ErrNotAllowed, ErrUnknown},
		{"scope", say(400, `{"code":4711,"message":"x"}`), nil, 0, ErrMissingScope, ErrUnknown},
		{"token", say(401, `{"code":124,"message":"x"}`), nil, 0, ErrRevoked, ErrUnknown},
		{"user gone", say(404, `{"code":1001,"message":"x"}`), nil, 0, ErrRevoked, ErrGone},
		{"wrong path", say(404, `{"message":"This API endpoint is not recognized."}`), nil, 0, ErrRefused, ErrUnknown},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					tc.create(w, r)
					return
				}
				if tc.get == nil {
					t.Error("the meeting was asked for")
					return
				}
				tc.get(w, r)
			})
			m, err := c.Create(t.Context(), draft)
			if m.ID != tc.id || !errors.Is(err, tc.is) {
				t.Errorf("meeting %d, %v", m.ID, err)
			}
			if tc.is == nil && m.JoinURL == "" {
				t.Error("no link and no error")
			}
			if tc.not != nil && errors.Is(err, tc.not) {
				t.Errorf("%v is also %v", err, tc.not)
			}
			if posts := f.count("POST"); posts != 1 {
				t.Errorf("sent %d times", posts)
			}
		})
	}
}

func TestACreateThatNeverLeft(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	plain := httptest.NewServer(say(200, ""))
	defer plain.Close()
	untrusted := httptest.NewUnstartedServer(say(201, `{"id":1}`))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	noNames := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.zoom.test", IsNotFound: true}}
	}}}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tokenless := &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("the token cannot be unsealed")
	})}
	revoked := &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("refresh: %w", ErrRevoked)
	})}
	for _, tc := range []struct {
		name string
		ctx  context.Context
		hc   *http.Client
		base string
		is   error
	}{
		{"connection refused", t.Context(), &http.Client{Transport: &http.Transport{}}, "http://" + closed.Addr().String(), ErrUnavailable},
		{"no such name", t.Context(), noNames, "https://api.zoom.test/v2", ErrUnavailable},
		{"certificate not trusted", t.Context(), &http.Client{Transport: &http.Transport{}}, untrusted.URL, ErrUnavailable},
		{"no TLS at all", t.Context(), &http.Client{Transport: &http.Transport{}}, strings.Replace(plain.URL, "http:", "https:", 1), ErrUnavailable},
		{"cancelled before", cancelled, http.DefaultClient, plain.URL, context.Canceled},
		{"no token", t.Context(), tokenless, plain.URL, ErrUnavailable},
		{"authorisation gone", t.Context(), revoked, plain.URL, ErrRevoked},
		{"wrong address", t.Context(), http.DefaultClient, "http://a b/", ErrRefused},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := newTestClient(tc.hc, tc.base).Create(tc.ctx, draft)
			if !errors.Is(err, tc.is) || errors.Is(err, ErrUnknown) {
				t.Errorf("%v", err)
			}
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestACreateThatIsCancelledUnderWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, c := newFake(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if _, err := c.Create(ctx, draft); !errors.Is(err, ErrUnknown) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for _, cause := range []error{io.EOF, io.ErrUnexpectedEOF, context.DeadlineExceeded, &net.OpError{Op: "read", Err: errors.New("reset")}} {
		lost := newTestClient(&http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, cause })}, "http://x.test")
		if _, err := lost.Create(t.Context(), draft); !errors.Is(err, ErrUnknown) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

func TestMeaningOfAnswers(t *testing.T) {
	get := func(c *Client) error { _, err := c.Get(context.Background(), 7); return err }
	list := func(c *Client) error { _, err := c.List(context.Background()); return err }
	me := func(c *Client) error { _, err := c.Me(context.Background()); return err }
	update := func(c *Client) error {
		topic := "x"
		return c.Update(context.Background(), 7, Change{Topic: &topic})
	}
	remove := func(c *Client) error { return c.Delete(context.Background(), 7) }
	for _, tc := range []struct {
		status int
		body   string
		do     func(*Client) error
		want   error
	}{
		{404, `{"code":3001,"message":"Meeting does not exist: 7."}`, get, ErrGone},
		{404, `{"code":3001,"message":"Réunion introuvable : 7."}`, update, ErrGone},
		{404, `{"code":"3001"}`, update, ErrGone},
		{404, `{"code":1001,"message":"Meeting does not exist: 7."}`, update, ErrGone},
		{404, `{"code":3001}`, remove, nil},
		{404, `{"code":1001}`, remove, nil},
		{404, `{"code":300,"message":"Meeting 7 is not found or has expired."}`, get, ErrRefused},
		{404, `{"code":300}`, remove, ErrRefused},
		{404, `{"message":"This API endpoint is not recognized."}`, remove, ErrRefused},
		{404, `<h1>Not Found</h1>`, remove, ErrIncomplete},
		{404, ``, update, ErrIncomplete},
		{404, ``, get, ErrIncomplete},
		{404, `{"code":1001,"message":"User does not exist"}`, list, ErrRevoked},
		{404, `{"code":1001}`, me, ErrRevoked},
		{400, `{"code":3001}`, get, ErrRefused},
		{400, `{"code":3002}`, remove, ErrBusy},
		{400, `{"code":3003}`, remove, ErrRefused},
		{400, `{"code":3007}`, remove, nil},
		{400, `{"code":3018,"message":"Not allowed to delete PMI."}`, remove, ErrRefused},
		{400, `{"code":300,"message":"Validation Failed."}`, update, ErrRefused},
		{400, `{"code":104,"message":"scopes:[meeting:update:meeting]"}`, update, ErrMissingScope},
		{401, `{"code":4711}`, update, ErrMissingScope},
		{401, `{"code":124,"message":"Access token is expired."}`, get, ErrRevoked},
		{401, ``, get, ErrIncomplete},
		{403, `{"code":403}`, get, ErrRefused},
		{500, `{"code":3001}`, get, ErrUnavailable},
		{503, `<html>`, update, ErrUnavailable},
		{503, `{"code":3001}`, remove, ErrUnavailable},
		{204, ``, update, nil},
		{204, ``, remove, nil},
		{200, `<!doctype html>`, update, ErrIncomplete},
		{200, `<!doctype html>`, remove, ErrIncomplete},
		{200, `<!doctype html>`, get, ErrIncomplete},
		{200, `<!doctype html>`, list, ErrIncomplete},
		{200, `<!doctype html>`, me, ErrIncomplete},
		{200, `{"id":8,"join_url":"https://x.test/j/8"}`, get, ErrIncomplete},
		{200, `{"id":7}`, get, ErrIncomplete},
		{200, `{"id":7,"join_url":"https://x.test/j/7"`, get, ErrIncomplete},
		{302, ``, remove, ErrIncomplete},
	} {
		t.Run(fmt.Sprintf("%d %s", tc.status, tc.body), func(t *testing.T) {
			_, c := newFake(t, say(tc.status, tc.body))
			err := tc.do(c)
			if !errors.Is(err, tc.want) || tc.want == nil && err != nil {
				t.Errorf("%v, want %v", err, tc.want)
			}
			for _, other := range []error{ErrGone, ErrRevoked, ErrUnknown} {
				if !errors.Is(tc.want, other) && errors.Is(err, other) {
					t.Errorf("%v is also %v", err, other)
				}
			}
		})
	}
}

func TestLimitsReachTheCaller(t *testing.T) {
	f, c := newFake(t, say(429, `{"code":429,"message":"`+hostDaily+`"}`))
	var limit *LimitedError
	if _, err := c.Create(t.Context(), draft); !errors.As(err, &limit) || !limit.Host || errors.Is(err, ErrUnknown) {
		t.Errorf("create: %v", err)
	}
	if _, err := c.List(t.Context()); !errors.As(err, &limit) || !limit.Daily || f.count() != 2 {
		t.Errorf("list: %v after %d requests", err, f.count())
	}
}

func TestReadsAreTriedAgain(t *testing.T) {
	whole := say(200, `{"id":7,"join_url":"https://x.test/j/7"}`)
	for _, tc := range []struct {
		name   string
		first  http.HandlerFunc
		fails  int32
		want   error
		number int
	}{
		{"unavailable", say(503, ""), 1, nil, 2},
		{"unavailable twice", say(503, ""), 2, nil, 3},
		{"unavailable for long", say(503, ""), 100, ErrUnavailable, 3},
		{"reset", hangUp(0, ""), 2, nil, 3},
		{"garbled", say(200, `{"id":7,"jo`), 1, nil, 2},
		{"cut off", hangUp(200, `{"id":7`), 1, nil, 2},
		{"per second", say(429, `{"code":429,"message":"`+perSecond+`"}`), 1, nil, 2},
		{"gone", say(404, `{"code":3001}`), 100, ErrGone, 1},
		{"refused", say(400, `{"code":300}`), 100, ErrRefused, 1},
		{"revoked", say(401, `{"code":124}`), 100, ErrRevoked, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var n atomic.Int32
			f, c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) <= tc.fails {
					tc.first(w, r)
					return
				}
				whole(w, r)
			})
			// A connection that breaks before any answer is tried again by
			// net/http itself when it was used before: keep them fresh.
			c.http.Transport = &http.Transport{DisableKeepAlives: true}
			if _, err := c.Get(t.Context(), 7); !errors.Is(err, tc.want) || f.count() != tc.number {
				t.Errorf("%v after %d requests", err, f.count())
			}
		})
	}
}

func TestWritesAreNotTriedAgain(t *testing.T) {
	topic := "x"
	for _, answer := range []http.HandlerFunc{say(503, ""), say(200, "<html>"), say(429, `{"code":429}`)} {
		f, c := newFake(t, answer)
		if c.Update(t.Context(), 7, Change{Topic: &topic}) == nil || c.Delete(t.Context(), 7) == nil || f.count() != 2 {
			t.Errorf("%d requests", f.count())
		}
	}
	f, c := newFake(t, say(500, ""))
	if err := c.Update(t.Context(), 7, Change{}); err != nil || f.count() != 0 {
		t.Errorf("an empty change: %v after %d requests", err, f.count())
	}
}

func TestALongWaitIsLeftToTheCaller(t *testing.T) {
	f, c := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		say(429, `{"code":429,"message":"`+perSecond+`"}`)(w, httptest.NewRequest("GET", "/", nil))
	})
	var limit *LimitedError
	if _, err := c.Get(t.Context(), 7); !errors.As(err, &limit) || limit.Until.Sub(noon) != time.Minute || f.count() != 1 {
		t.Errorf("%v after %d requests", err, f.count())
	}
}

func TestAListIsCompleteOrAnError(t *testing.T) {
	page := func(id int, next string) string {
		return fmt.Sprintf(`{"meetings":[{"id":%d,"join_url":"https://x.test/j/%d"}],"next_page_token":%q}`, id, id, next)
	}
	for _, tc := range []struct {
		name  string
		pages map[string]http.HandlerFunc // by token
		want  int
		err   error
	}{
		{"two pages", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(200, page(2, ""))}, 2, nil},
		{"one meeting on both", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(200, page(1, ""))}, 1, nil},
		{"empty", map[string]http.HandlerFunc{"": say(200, `{"meetings":[],"next_page_token":""}`)}, 0, nil},
		{"second fails", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(500, "")}, 0, ErrUnavailable},
		{"second is refused", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(400, `{"code":300}`)}, 0, ErrRefused},
		{"second is a page", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(200, "<html>")}, 0, ErrIncomplete},
		{"second says nothing", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(200, "{}")}, 0, ErrIncomplete},
		{"in a circle", map[string]http.HandlerFunc{"": say(200, page(1, "b")), "b": say(200, page(2, "c")), "c": say(200, page(3, "b"))}, 0, ErrIncomplete},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				if q.Get("page_size") != "300" || q.Get("type") != "scheduled" {
					t.Errorf("asked for %s", r.URL.RawQuery)
				}
				tc.pages[q.Get("next_page_token")](w, r)
			})
			all, err := c.List(t.Context())
			if len(all) != tc.want || !errors.Is(err, tc.err) || err != nil && all != nil {
				t.Errorf("%d meetings, %v", len(all), err)
			}
		})
	}
}

func TestAnEndlessAnswer(t *testing.T) {
	_, c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<16))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	if _, err := c.Get(t.Context(), 7); !errors.Is(err, ErrIncomplete) {
		t.Error(err)
	}
}

func TestErrorsTellNoSecret(t *testing.T) {
	secret := strings.Repeat("eyJhbGciOi", 8)
	_, c := newFake(t, say(400, `{"code":300,"message":"\u0007bad https://us02web.zoom.us/s/1?zak=ZAK `+secret+` end","errors":[{"field":"topic"}]}`))
	_, err := c.Get(t.Context(), 7)
	for _, bad := range []string{"ZAK", "eyJ", "127.0.0.1", "\a"} {
		if strings.Contains(err.Error(), bad) {
			t.Errorf("%q shows %q", err, bad)
		}
	}
	for _, good := range []string{"meeting 7", "HTTP 400", "code 300", "topic", "end"} {
		if !strings.Contains(err.Error(), good) {
			t.Errorf("%q lacks %q", err, good)
		}
	}
	scopes := "Invalid access token, does not contain scopes:[meeting:write:meeting, meeting:write:meeting:admin]."
	if got := clean(scopes); got != scopes {
		t.Errorf("the names of scopes are cut: %q", got)
	}
}

func TestAZoneThatZoomDoesNotKnow(t *testing.T) {
	var bodies []string
	_, c := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		switch {
		case strings.Contains(string(body), "timezone"):
			say(400, `{"code":300,"message":"Échec","errors":[{"field":"timezone","message":"x"}]}`)(w, r)
		case r.Method == http.MethodPost:
			say(201, `{"id":7,"join_url":"https://x.test/j/7"}`)(w, r)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	if m, err := c.Create(t.Context(), draft); err != nil || m.ID != 7 || len(bodies) != 2 {
		t.Errorf("meeting %d, %v after %q", m.ID, err, bodies)
	}
	start, zone := noon, "Europe/Busingen"
	if err := c.Update(t.Context(), 7, Change{Start: &start, TimeZone: &zone}); err != nil || len(bodies) != 4 {
		t.Errorf("%v after %q", err, bodies)
	}
	if err := c.Update(t.Context(), 7, Change{TimeZone: &zone}); !errors.Is(err, ErrRefused) || len(bodies) != 5 {
		t.Errorf("%v after %q", err, bodies)
	}
}
