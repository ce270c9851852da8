package walk_test

import (
	"net/http"
	"testing"
)

// invite is a link by which somebody connects an account.
func (w *world) invite(person, provider string) string {
	w.t.Helper()
	var link struct {
		URL string `json:"url"`
	}
	w.must(w.ask(http.MethodPost, "/api/v1/people/"+person+"/connections", map[string]string{"provider": provider}, &link))
	return link.URL
}

// TestRefusals meets every way in which connecting an account can fail.
func TestRefusals(t *testing.T) {
	w := newWorld(t)
	w.must(w.ask(http.MethodPost, "/api/v1/people", map[string]string{"name": "Ada Lovelace", "email": ada}, nil))
	tb := w.newTab()
	tb.open(w.invite(ada, "google"))
	tb.deny("google")
	tb.see("was not connected")
	tb.shoot("refused-denied")
	tb.press("Try again")
	tb.consent("google", ada)
	tb.see("is connected")
	tb.shoot("connected")
}
