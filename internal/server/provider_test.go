package server

import (
	"net/http"
	"strings"
	"testing"

	"slotward/store"
)

func TestProvidersSayWhichAreConfigured(t *testing.T) {
	w := newZoomWorld(t)
	var got Providers
	w.ok(http.StatusOK, "GET", "/api/v1/providers", "", &got)
	configured := map[string]bool{}
	for _, p := range got.Providers {
		configured[p.Name] = p.Configured
		if p.Title == "" || p.Calendars != (p.Name != "zoom") || p.Single != (p.Name == "zoom") {
			t.Errorf("%+v", p)
		}
	}
	if len(configured) != 3 || !configured["zoom"] || configured["google"] || configured["microsoft"] {
		t.Errorf("%v", configured)
	}
}

func TestConnectingLeadsBackToAPageOfOurs(t *testing.T) {
	w := newZoomWorld(t)
	w.person("ada")
	i := w.invite("1", `{"provider":"zoom","return":"/people/me/welcome?step=zoom"}`)
	_, secret, _ := strings.Cut(i.URL, "ticket=")
	flow, err := w.store.Flow(t.Context(), ticketKey(secret))
	if err != nil || flow.Options[returnOption] != "/people/me/welcome?step=zoom" {
		t.Errorf("%+v %v", flow.Options, err)
	}
	for _, elsewhere := range []string{
		"https://evil.test/", "//evil.test/", `/\\evil.test`, "evil.test", "javascript:alert(1)", "/people\\u000a/me", "/\\t/evil.test", `\\\\evil.test`, "?x",
	} {
		p := w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/people/1/connections", `{"provider":"zoom","return":"`+elsewhere+`"}`)
		if len(p.Errors) != 1 || p.Errors[0].Location != "body.return" {
			t.Errorf("%s: %+v", elsewhere, p)
		}
	}
}

func TestOneAccountOfSeveralIsDisconnected(t *testing.T) {
	w, f := newPreviewWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	first := w.calendar(ada).Connection
	second, err := w.store.Connect(t.Context(), store.Connection{Person: ada.ID, Provider: "google", Account: "other", Email: "ada@home.test"}, store.Token{Access: "a", Refresh: "r"})
	if err != nil {
		t.Fatal(err)
	}
	bobs := w.calendar(bob).Connection
	state := func(connections []store.Connection) map[int64]store.ConnectionState {
		out := map[int64]store.ConnectionState{}
		for _, c := range connections {
			out[c.ID] = c.State
		}
		return out
	}
	where := "/api/v1/people/1/connections/google"
	w.ok(http.StatusOK, "POST", where+"/preview?connection="+itoa(second.ID), "", nil)
	if s := state(f.supposed[ada.ID].Connections); s[first] != store.Connected || s[second.ID] != store.Disconnected {
		t.Errorf("supposed: %v", s)
	}
	w.ok(http.StatusNoContent, "DELETE", where+"?connection="+itoa(second.ID), "", nil)
	all, err := w.store.Connections(t.Context(), ada.ID)
	if s := state(all); err != nil || s[first] != store.Connected || s[second.ID] != store.Disconnected {
		t.Errorf("%v %v", s, err)
	}
	w.refused(http.StatusNotFound, "no_connection", "DELETE", where+"?connection="+itoa(bobs), "")
	w.refused(http.StatusNotFound, "no_connection", "POST", where+"/preview?connection=99", "")
}
