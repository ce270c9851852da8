package server

import (
	"net/http"
	"testing"
	"time"

	"slotward/store"
)

// host gives a person a Zoom account.
func (w *world) host(p Person, account string) store.Connection {
	w.t.Helper()
	c, err := w.store.Connect(w.t.Context(), store.Connection{
		Person: p.ID, Provider: "zoom", Account: account + "@acme", HostID: account, Email: p.Email, Scopes: []string{"meeting:write:meeting"},
	}, store.Token{Access: "a", Refresh: "r"})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func TestBudget(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.DailyLimit = 50 })
	ada := w.person("ada")
	w.refused(http.StatusNotFound, "no_connection", "GET", "/api/v1/people/1/budget", "")
	w.host(ada, "h1")
	w.write(store.Outcome{}, func(tx *store.Tx) error { return tx.Spend("h1", "2026-12-01", 7) })
	var got Budget
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/budget", "", &got)
	midnight := time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	if got.Day != "2026-12-01" || got.Limit != 50 || got.Spent != 7 || got.Left != 43 || got.Reserve != 10 || !got.ResetsAt.Equal(midnight) || got.Refused {
		t.Errorf("%+v", got)
	}
	w.pass(2 * time.Hour)
	until := w.now().Add(30 * time.Hour)
	w.write(store.Outcome{}, func(tx *store.Tx) error { return tx.Exhaust("h1", "2026-12-01", until) })
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/budget", "", &got)
	if got.Left != 0 || got.Reserve != 0 || !got.Refused || !got.ResetsAt.Equal(until) {
		t.Errorf("%+v", got)
	}
}

func TestSettingsTellWhereEachComesFrom(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Defaults = map[string]string{"notify": "none"} })
	ada, bob := w.person("ada"), w.person("bob")
	calendar := w.calendar(ada)
	w.calendar(bob)
	w.ok(http.StatusOK, "PATCH", "/api/v1/settings", `{"settings":{"eligible":"all"}}`, nil)
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"settings":{"share":"never","eligible":"guests"}}`, nil)
	w.ok(http.StatusOK, "PATCH", "/api/v1/calendars/"+itoa(calendar.ID), `{"settings":{"share":"slot"}}`, nil)
	var got Choices
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/settings", "", &got)
	if len(got.Calendars) != 1 || got.Calendars[0].Calendar != calendar.ID || len(got.Settings) != 11 || len(got.Calendars[0].Settings) != 11 {
		t.Fatalf("%+v", got)
	}
	find := func(from []Choice, key string) Choice {
		for _, c := range from {
			if c.Key == key {
				return c
			}
		}
		return Choice{}
	}
	for _, test := range []struct {
		from []Choice
		want Choice
	}{
		{got.Settings, Choice{Key: "share", Value: "never", From: "person", Own: "never", Inherited: "slot", InheritedFrom: "default"}},
		{got.Settings, Choice{Key: "eligible", Value: "guests", From: "person", Own: "guests", Inherited: "all", InheritedFrom: "installation"}},
		{got.Settings, Choice{Key: "notify", Value: "none", From: "configuration", Inherited: "none", InheritedFrom: "configuration"}},
		{got.Settings, Choice{Key: "series", Value: "fixed", From: "default", Inherited: "fixed", InheritedFrom: "default"}},
		{got.Calendars[0].Settings, Choice{Key: "share", Value: "slot", From: "calendar", Own: "slot", Inherited: "never", InheritedFrom: "person"}},
		{got.Calendars[0].Settings, Choice{Key: "eligible", Value: "guests", From: "person", Inherited: "guests", InheritedFrom: "person"}},
	} {
		c := find(test.from, test.want.Key)
		if len(c.Allowed) == 0 || c.Default == "" {
			t.Errorf("%+v: neither values nor a default", c)
		}
		c.Allowed, c.Default = nil, ""
		if c.Value != test.want.Value || c.From != test.want.From || c.Own != test.want.Own || c.Inherited != test.want.Inherited || c.InheritedFrom != test.want.InheritedFrom {
			t.Errorf("%+v, want %+v", c, test.want)
		}
	}
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/people/99/settings", "")
}

func TestPreviewOfSeveralCalendarsAtOnce(t *testing.T) {
	w, f := newPreviewWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	adas, bobs := w.calendar(ada), w.calendar(bob)
	body := func(id int64) string {
		return `{"calendars":[{"calendar":` + itoa(id) + `,"enabled":true,"existing":"new","settings":{"share":"never"}}]}`
	}
	w.ok(http.StatusOK, "POST", "/api/v1/people/1/preview", body(adas.ID), nil)
	if c := f.supposed[ada.ID].Calendars[0]; !c.On || !c.NewOnly || c.Settings["share"] != "never" {
		t.Errorf("%+v", c)
	}
	w.refused(http.StatusNotFound, "no_calendar", "POST", "/api/v1/people/1/preview", body(bobs.ID))
	w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/people/1/preview", `{"calendars":[{"calendar":1,"settings":{"share":"x"}}]}`)
}
