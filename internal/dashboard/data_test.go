package dashboard

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/store"
)

func TestEverythingIsExported(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 2)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	w.get(ada, "/people/me/data").says(http.StatusOK, "ada@acme.test", "Zoom meetings 2", "Download everything", "not the tokens")
	p := w.get(ada, "/people/me/data/export")
	var got server.Export
	if err := json.Unmarshal([]byte(p.body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Events) != 2 || len(got.Meetings) != 2 || len(got.Connections) != 2 || len(got.Claims) != 2 ||
		!strings.HasPrefix(p.header["Content-Disposition"][0], "attachment;") {
		t.Errorf("%+v %v", got, p.header)
	}
	for _, secret := range append(w.google.Secrets(), w.zoom.Secrets()...) {
		if strings.Contains(p.body, secret) {
			t.Error("a secret is in it")
		}
	}
	if text := strings.ReplaceAll(p.body, "pwd=…", ""); strings.Contains(text, "pwd=") || strings.Contains(text, "Passcode:") {
		t.Error("a passcode is in it")
	}
	admin := server.Identity{Name: "root", Role: server.Admin, CSRF: "csrf-of-root"}
	w.get(admin, "/people/99/data/export").says(http.StatusNotFound, "There is nothing here")
}

func TestAllMeetingsAreCounted(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	w.write(func(tx *store.Tx) error {
		for i := range 123 {
			w.ok(tx.PutMeeting(store.Meeting{ID: int64(1 + i), HostID: "h", Start: w.now(), CreatedAt: w.now()}))
		}
		return nil
	})
	w.get(as(ada, server.Member), "/people/me/data").says(http.StatusOK, "Zoom meetings 123")
}

func TestEverythingIsDeletedByWhoMeansIt(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.connected("ada", 1), w.connected("bob", 0)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	const where = "/people/me/data/delete"
	p := w.get(ada, where).says(http.StatusOK, "1 upcoming meeting stays in Zoom", "their tokens here", "you are signed out afterwards", "Type ada@acme.test to go on")
	form := p.form(where)
	form.Set("email", `ada"@acme`)
	p = w.post(ada, where, form).says(http.StatusUnprocessableEntity, "Nothing was deleted")
	if p.form(where).Get("email") != `ada"@acme` {
		t.Error("what was typed is lost")
	}
	if _, err := w.store.Person(t.Context(), ada.Person); err != nil {
		t.Fatal(err)
	}
	form.Set("email", " ADA@acme.test ")
	w.post(ada, where, form).says(http.StatusOK, "Everything is deleted", "Nothing is stored about ada@acme.test", "signed out")
	if _, err := w.store.Person(t.Context(), ada.Person); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	admin := server.Identity{Name: "root", Role: server.Admin, CSRF: "csrf-of-root"}
	form.Set("email", bob.Name)
	w.post(admin, "/people/"+digits(bob.Person)+"/data/delete", form).leads("/admin?done=deleted")
}
