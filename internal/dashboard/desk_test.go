package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/store"
)

// desk is a world at which an admin works who has no calendars of their own, and
// whose browser does not tell where it is. Of the providers only Zoom is set up.
type desk struct{ *world }

// An admin who has no calendars of their own, and a member.
var (
	adminViewer  = server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-of-root"}
	memberViewer = server.Identity{Name: "ada@acme.test", Person: 1, Role: server.Member, CSRF: "csrf-of-ada"}
)

func newDesk(t testing.TB) *desk {
	t.Helper()
	return &desk{newWorld(t, func(w *world, o *server.Options) {
		delete(o.Authorizers, "google")
		o.PublicURL = elsewhere
		o.Setups = map[string]server.Setup{
			"zoom":   {Where: "Zoom App Marketplace", Scopes: w.zoomApp.Scopes(), Fields: []server.Field{{Key: "zoom.client_id", Set: true, Cure: "set it"}}},
			"google": {Fields: []server.Field{{Key: "google.client_id", Cure: "make an OAuth client at Google"}}},
		}
	})}
}

// get asks for a page as the admin.
func (w *desk) get(path string) *page {
	w.Helper()
	return w.ask(httptest.NewRequest(http.MethodGet, path, nil))
}

// ask sends a request of the admin's.
func (w *desk) ask(r *http.Request) *page {
	w.Helper()
	r.AddCookie(&http.Cookie{Name: zoneCookie})
	return w.send(r, adminViewer)
}

// post sends a form as the admin: names and values in turns.
func (w *desk) post(path string, pairs ...string) *page {
	w.Helper()
	form := url.Values{"csrf": {adminViewer.CSRF}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.ask(r)
}

// posted is post, and the page that the answer has to lead to.
func (w *desk) posted(to, path string, pairs ...string) *page {
	w.Helper()
	w.post(path, pairs...).leads(to)
	return w.get(to)
}

// person adds somebody.
func (w *desk) person(name string) store.Person {
	w.Helper()
	p, err := w.store.CreatePerson(w.Context(), name, strings.ToLower(name)+"@acme.test")
	w.ok(err)
	return p
}

// connect gives somebody an account.
func (w *desk) connect(p store.Person, provider, host string) store.Connection {
	w.Helper()
	c, err := w.store.Connect(w.Context(), store.Connection{
		Person: p.ID, Provider: provider, Account: provider + p.Email, Email: p.Email, HostID: host, State: store.Connected,
	}, store.Token{Access: "a", Refresh: "r"})
	w.ok(err)
	return c
}
