package microsoft_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
	"slotward/sources/microsoft"
)

// renewing adds a bearer token, and after a refusal sends the request once more
// with another one, as whoever owns the tokens does.
type renewing struct {
	next         http.RoundTripper
	stale, fresh string
	bodies       [][]byte
}

func (r *renewing) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := r.send(request, r.stale)
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		return answer, err
	}
	_ = answer.Body.Close()
	return r.send(request, r.fresh)
}

func (r *renewing) send(request *http.Request, token string) (*http.Response, error) {
	out := request.Clone(request.Context())
	if request.GetBody != nil {
		var err error
		if out.Body, err = request.GetBody(); err != nil {
			return nil, err
		}
		content, err := io.ReadAll(out.Body)
		if err != nil {
			return nil, err
		}
		r.bodies = append(r.bodies, content)
		out.Body = io.NopCloser(bytes.NewReader(content))
	}
	out.Header.Set("Authorization", "Bearer "+token)
	return r.next.RoundTrip(out)
}

// A write whose token is refused can be sent again with a new one.
func TestWriteCanBeSentAgain(t *testing.T) {
	s := newSim(t)
	id, err := s.Insert(ada, simulated.NewEvent{Title: "x", Start: morning.AddDate(0, 0, 1), Guests: []string{bob}})
	must(t, err)
	good := s.connect(t, ada).AccessToken
	transport := &renewing{next: http.DefaultTransport, stale: good, fresh: good}
	source, err := microsoft.New(&http.Client{Transport: transport}, s.url, s.clock.Now)
	must(t, err)
	event, err := source.Get(t.Context(), s.calendar, id)
	must(t, err)
	transport.stale = "no longer good"
	after, err := source.Write(t.Context(), s.calendar, event, sources.LinkEdit(&event, &meeting, installation, ours, true))
	must(t, err)
	if !sources.Shows(&after, &meeting, installation) {
		t.Errorf("after the second try the event is %+v", after)
	}
	if len(transport.bodies) != 2 || !bytes.Equal(transport.bodies[0], transport.bodies[1]) {
		t.Errorf("%d bodies were sent, not the same one twice", len(transport.bodies))
	}
}
