package reconciler

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// http is the client of a connection in a process.
func (w *world) http(r *Reconciler, c store.Connection) *http.Client {
	r.clients.mu.Lock()
	defer r.clients.mu.Unlock()
	return r.client(c)
}

// get asks Google for the list of calendars with a client.
func (w *world) get(hc *http.Client) (int, error) {
	base := strings.TrimSuffix(w.oauth.google.TokenURL, "/token")
	resp, err := hc.Get(base + "/calendar/v3/users/me/calendarList")
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

func TestOneRefreshServesManyThatWereRefused(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	first, second := w.r, w.process()
	clients := []*http.Client{w.http(first, ada.google), w.http(second, ada.google)}
	for _, hc := range clients {
		if status, err := w.get(hc); status != http.StatusOK {
			t.Fatal(status, err)
		}
	}
	w.must(w.google.ExpireAccess(ada.Email))
	w.reset()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if status, err := w.get(clients[i%2]); status != http.StatusOK {
				t.Errorf("answered %d, %v", status, err)
			}
		})
	}
	all.Wait()
	w.counted(map[string]int{"google.token": 1})
}

// watched fails a test when a request leaves with a token that the store does not have.
type watched struct {
	*world
	base http.RoundTripper
}

func (s *watched) RoundTrip(req *http.Request) (*http.Response, error) {
	if access, ok := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer "); ok {
		stored := false
		for id := range int64(2) { // both connections of the only person
			token, err := s.store.Token(req.Context(), id+1)
			stored = stored || err == nil && token.Access == access
		}
		if !stored {
			s.Errorf("%s %s went out with a token that is not stored", req.Method, req.URL.Path)
		}
	}
	return s.base.RoundTrip(req)
}

func TestARotatedTokenIsStoredBeforeItIsUsed(t *testing.T) {
	watch := &watched{}
	w := newWorld(t, func(o *Options) { watch.base = o.Providers.Transport; o.Providers.Transport = watch })
	watch.world = w
	ada := w.person("ada")
	before, err := w.store.Token(w.ctx, ada.zoom.ID)
	w.must(err)
	w.event(ada, "a", 10)
	w.fine(ada)
	w.wait(2 * time.Hour)
	w.event(ada, "b", 11)
	w.reset()
	w.fine(ada)
	w.counted(map[string]int{"zoom.token": 1, "google.token": 1})
	after, err := w.store.Token(w.ctx, ada.zoom.ID)
	w.must(err)
	if after.Refresh == before.Refresh || after.Access == before.Access {
		t.Error("Zoom rotates both, and the store still has the old")
	}
}

func TestATokenThatAnotherProcessRefreshedIsTaken(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	other := w.process()
	mine := w.r.zoom(ada.zoom)
	if _, err := mine.List(w.ctx); err != nil {
		t.Fatal(err)
	}
	token, err := w.store.Token(w.ctx, ada.zoom.ID)
	w.must(err)
	if _, err := other.refresh(w.ctx, ada.zoom, token.Access); err != nil { // mine is dead now
		t.Fatal(err)
	}
	w.reset()
	if _, err := mine.List(w.ctx); err != nil {
		t.Fatal(err)
	}
	w.counted(map[string]int{"zoom.token": 0, "zoom.list": 2})
}

func TestAWithdrawnAccessIsToldOnceAndNotTriedAgain(t *testing.T) {
	for provider, revoke := range map[string]func(*world, string) error{
		"google": func(w *world, email string) error { return w.google.RevokeGrant(email) },
		"zoom":   func(w *world, email string) error { return w.zoom.RevokeApp(email) },
	} {
		t.Run(provider, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			w.must(revoke(w, ada.Email))
			w.fine(ada)
			connection := map[string]store.Connection{"google": ada.google, "zoom": ada.zoom}[provider]
			w.state(connection, store.NeedsReauth)
			if n := w.count(provider + ".token"); n > 1 {
				t.Errorf("the dead refresh token was sent %d times", n)
			}
			if provider == "zoom" {
				w.why(ada, a, plan.Fallback) // the pass that learns of it says what comes instead
			}
			w.reset()
			rows := w.store.RowsWritten()
			w.fine(ada)
			w.wait(24 * time.Hour)
			w.counted(map[string]int{provider + ".token": 0, "zoom.create": 0})
			if provider == "google" {
				w.counted(map[string]int{"all": 0})
			}
			if n := w.store.RowsWritten() - rows; n > 0 {
				t.Errorf("%d rows were written about it again", n)
			}
			// Connecting the same account takes everything up again.
			w.wait(-24 * time.Hour)
			w.connect(ada, provider)
			w.fine(ada)
			w.linked(ada, a)
		})
	}
}

// A storm of 401s passes: access that was withdrawn shows at the refresh.
func TestAStormOfRefusedTokensPasses(t *testing.T) {
	for _, operation := range []string{"google.list", "google.patch", "zoom.create", "zoom.update", "zoom.delete"} {
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			kept, gone := w.event(ada, "kept", 40), w.event(ada, "gone", 42)
			w.fine(ada)
			w.must(w.google.Move(ada.Email, kept, at(44), 0))
			w.must(w.google.Cancel(ada.Email, gone))
			fresh := w.event(ada, "fresh", 46)
			w.fault(operation, "401", 5)
			for range 4 {
				w.pass(ada)
				w.wait(time.Minute)
			}
			w.fine(ada)
			w.linked(ada, kept)
			w.linked(ada, fresh)
			w.live(ada, 2)
			w.state(ada.google, store.Connected)
			w.state(ada.zoom, store.Connected)
			if n := len(w.load(ada).Intents); n != 0 {
				t.Errorf("%d creates are still open", n)
			}
		})
	}
}

func TestARefusalOfFreshTokensThatLastsIsTold(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.fine(ada)
	w.fault("google.list", "401", 1000)
	w.pass(ada)
	w.state(ada.google, store.Connected)
	w.wait(patience)
	w.pass(ada)
	w.state(ada.google, store.NeedsReauth)
	w.reset()
	w.pass(ada)
	w.counted(map[string]int{"google.list": 0, "google.token": 0})
}

func TestADeadTokenIsSentOnce(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	hc := w.http(w.r, ada.google)
	w.must(w.google.RevokeGrant(ada.Email))
	w.reset()
	for range 5 {
		if _, err := w.get(hc); !errors.Is(err, sources.ErrRevoked) {
			t.Fatalf("got %v", err)
		}
	}
	w.counted(map[string]int{"google.token": 1})
}

func TestAFailingTokenEndpointKeepsTheTokens(t *testing.T) {
	for _, kind := range []string{"503", "html", "reset", "429"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			ada := w.person("ada")
			a := w.event(ada, "a", 10)
			before, err := w.store.Token(w.ctx, ada.zoom.ID)
			w.must(err)
			w.wait(2 * time.Hour)
			w.fault("zoom.token", kind, 1)
			w.pass(ada)
			w.state(ada.zoom, store.Connected)
			after, err := w.store.Token(w.ctx, ada.zoom.ID)
			w.must(err)
			if after.Refresh != before.Refresh {
				t.Error("the refresh token was lost")
			}
			if n := len(w.load(ada).Intents); n != 0 {
				t.Errorf("%d creates count as sent, though no request went out", n)
			}
			w.wait(time.Minute)
			w.fine(ada)
			w.linked(ada, a)
		})
	}
}

func TestABodyIsSentAgainAfterARefusedToken(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	w.during("zoom.create", func() { w.must(w.google.ExpireAccess(ada.Email)) })
	w.fine(ada)
	w.counted(map[string]int{"google.patch": 2, "google.token": 1, "zoom.create": 1})
	w.linked(ada, a)
}

// oneWay is a body that cannot be had again.
type oneWay struct {
	io.Reader
	closed bool
}

func (o *oneWay) Close() error { o.closed = true; return nil }

func TestABodyThatCannotBeHadAgainIsNotSentTwice(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	hc := w.http(w.r, ada.google)
	if _, err := w.get(hc); err != nil {
		t.Fatal(err)
	}
	w.must(w.google.ExpireAccess(ada.Email))
	body := &oneWay{Reader: strings.NewReader("{}")}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPatch, strings.TrimSuffix(w.oauth.google.TokenURL, "/token")+"/calendar/v3/calendars/x/events/y", body)
	w.must(err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := hc.Transport.RoundTrip(req)
	w.must(err)
	w.must(resp.Body.Close())
	if resp.StatusCode != http.StatusUnauthorized || !body.closed {
		t.Errorf("answered %d, body closed: %v", resp.StatusCode, body.closed)
	}
}

// closing counts how often a body that can be had again is closed.
type closing struct {
	*bytes.Reader
	times *int
}

func (c closing) Close() error { *c.times++; return nil }

func TestEveryBodyIsClosed(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	times := 0
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPatch, w.oauth.google.TokenURL, closing{bytes.NewReader([]byte("{}")), &times})
	w.must(err)
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("{}")), nil }
	resp, err := w.http(w.r, ada.google).Transport.RoundTrip(req)
	w.must(err)
	w.must(resp.Body.Close())
	if times != 1 {
		t.Errorf("the body was closed %d times", times)
	}
}

func TestATokenWithoutAnEndIsUsedUntilItIsRefused(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	token, err := w.store.Token(w.ctx, ada.google.ID)
	w.must(err)
	token.Expiry = time.Time{}
	_, err = w.store.Connect(w.ctx, ada.google, token)
	w.must(err)
	w.fine(ada)
	w.settled(ada)
	w.counted(map[string]int{"google.token": 0})
	w.must(w.google.ExpireAccess(ada.Email))
	w.fine(ada)
	w.counted(map[string]int{"google.token": 1})
}

func TestAnIdleTokenIsRefreshedOnceADay(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.fine(ada)
	w.reset()
	for range 3 * 24 {
		w.wait(time.Hour)
		w.fine(ada)
	}
	if n := w.count("zoom.token"); n != 3 {
		t.Errorf("Zoom's token was refreshed %d times in three days without anything to do there", n)
	}
}

func TestAClientThatIsNotConfiguredIsNobodysFault(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	a := w.event(ada, "a", 10)
	refresher := w.r.Providers.Refresher["zoom"]
	w.r.Providers.Refresher["zoom"] = nil
	w.wait(2 * time.Hour)
	if outcome := w.pass(ada); !strings.Contains(outcome.Error, "not configured") {
		t.Errorf("the pass says %q", outcome.Error)
	}
	w.state(ada.zoom, store.Connected)
	w.r.Providers.Refresher["zoom"] = refresher
	w.wait(time.Minute)
	w.fine(ada)
	w.linked(ada, a)
}

func TestAnUnsentRequestHasAClass(t *testing.T) {
	cause := errors.New("cause")
	dead, passing := &authError{dead: true, err: cause}, &authError{err: cause}
	for _, class := range []error{sources.ErrRevoked, zoom.ErrRevoked} {
		if !errors.Is(dead, class) || errors.Is(passing, class) {
			t.Errorf("%v is wrong", class)
		}
	}
	for _, class := range []error{sources.ErrUnavailable, zoom.ErrUnavailable} {
		if errors.Is(dead, class) || !errors.Is(passing, class) {
			t.Errorf("%v is wrong", class)
		}
	}
	if !errors.Is(dead, cause) || !errors.Is(passing, cause) {
		t.Error("the cause is lost")
	}
}
