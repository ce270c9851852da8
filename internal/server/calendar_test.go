package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"slotward/sources"
)

func TestCalendars(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	first := w.calendar(ada)
	w.lists.listed = []sources.Calendar{
		{ID: "ada@acme.test", Name: "ada", TimeZone: "UTC", Primary: true, Writable: true},
		{ID: "team", Name: "Team", Writable: true}, {ID: "holidays", Name: "Holidays"},
	}
	var list CalendarList
	w.ok(http.StatusOK, "GET", "/api/v1/people/ada@acme.test/calendars", "", &list)
	if len(list.Calendars) != 1 || list.Calendars[0].Enabled {
		t.Fatalf("%+v", list)
	}
	w.ok(http.StatusOK, "POST", "/api/v1/people/ada@acme.test/calendars/refresh", "", &list)
	if len(list.Calendars) != 3 {
		t.Fatalf("%+v", list)
	}
	before := w.row(ada.ID).Requested
	var got Calendar
	path := fmt.Sprintf("/api/v1/calendars/%d", first.ID)
	w.ok(http.StatusOK, "PATCH", path, `{"enabled":true,"existing":"new","settings":{"reschedule":"renew"}}`, &got)
	if !got.Enabled || !got.EnabledAt.Equal(w.now()) || got.Existing != "new" || got.Settings["reschedule"] != "renew" {
		t.Errorf("%+v", got)
	}
	if w.row(ada.ID).Requested == before {
		t.Error("nobody is due")
	}
	rows := w.store.RowsWritten()
	w.pass(time.Minute)
	w.ok(http.StatusOK, "PATCH", path, `{"enabled":true}`, &got)
	if w.store.RowsWritten() != rows {
		t.Error("turning on what is on writes something")
	}
	p := w.refused(http.StatusConflict, "read_only", "PATCH", fmt.Sprintf("/api/v1/calendars/%d", list.Calendars[2].ID), `{"enabled":true}`)
	if !strings.Contains(p.Detail, "Holidays") {
		t.Error(p.Detail)
	}
	w.ok(http.StatusOK, "PATCH", path, `{"enabled":false}`, &got)
	if got.Enabled || len(w.journal("calendar")) != 2 {
		t.Errorf("%+v %+v", got, w.journal("calendar"))
	}
	w.refused(http.StatusNotFound, "no_calendar", "PATCH", "/api/v1/calendars/99", `{"enabled":true}`)
	w.refused(http.StatusUnprocessableEntity, "", "PATCH", path, `{"existing":"some"}`)
}

func TestCalendarOfSomebodyElse(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	w.calendar(ada)
	w.calendar(bob)
	w.lists.listed = []sources.Calendar{{ID: "team", Name: "Team", Writable: true}}
	ids := map[string]int64{}
	for _, email := range []string{"ada@acme.test", "bob@acme.test"} {
		var list CalendarList
		w.ok(http.StatusOK, "POST", "/api/v1/people/"+email+"/calendars/refresh", "", &list)
		ids[email] = list.Calendars[len(list.Calendars)-1].ID
	}
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", ids["ada@acme.test"]), `{"enabled":true}`, nil)
	p := w.refused(http.StatusConflict, "taken", "PATCH", fmt.Sprintf("/api/v1/calendars/%d", ids["bob@acme.test"]), `{"enabled":true}`)
	if !strings.Contains(p.Detail, "ada@acme.test") || !strings.Contains(p.Detail, "turn it off there first") {
		t.Error(p.Detail)
	}
}

// What only reads changes nothing: it asks no provider, and cannot be made to.
func TestListingCalendarsAsksNoProvider(t *testing.T) {
	w := newWorld(t)
	w.calendar(w.person("ada"))
	w.lists.err = sources.ErrUnavailable
	var list CalendarList
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/calendars", "", &list)
	if len(list.Calendars) != 1 {
		t.Errorf("%+v", list)
	}
	if resp, body := w.send("GET", "/api/v1/people/1/calendars?refresh=true", ""); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("answered %d: %s", resp.StatusCode, body)
	}
	if resp, body := w.send("GET", "/api/v1/people/1/calendars/refresh", ""); resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("answered %d: %s", resp.StatusCode, body)
	}
	w.refused(http.StatusBadGateway, "provider_unavailable", "POST", "/api/v1/people/1/calendars/refresh", "")
}

func TestCalendarListWhenTheProviderFails(t *testing.T) {
	w := newWorld(t)
	w.calendar(w.person("ada"))
	for class, c := range map[string]struct {
		err    error
		status int
	}{
		"needs_reauth":         {fmt.Errorf("google: %w: reconnect", sources.ErrRevoked), http.StatusConflict},
		"missing_scope":        {sources.ErrMissingScope, http.StatusConflict},
		"provider_unavailable": {sources.ErrUnavailable, http.StatusBadGateway},
		"limited":              {&sources.LimitedError{Until: w.now().Add(90 * time.Second), Scope: "user"}, http.StatusServiceUnavailable},
		"internal":             {fmt.Errorf("token=s3cr3t"), http.StatusInternalServerError},
	} {
		t.Run(class, func(t *testing.T) {
			w.t, w.lists.err = t, c.err
			p := w.refused(c.status, class, "POST", "/api/v1/people/1/calendars/refresh", "")
			if strings.Contains(p.Detail, "s3cr3t") {
				t.Error("an error without a class is shown:", p.Detail)
			}
			if resp, _ := w.send("POST", "/api/v1/people/1/calendars/refresh", ""); class == "limited" && resp.Header.Get("Retry-After") != "90" {
				t.Errorf("Retry-After %q", resp.Header.Get("Retry-After"))
			}
		})
	}
}
