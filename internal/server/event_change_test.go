package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// zoomMeeting is the meeting that the tests' linked event shows.
const zoomMeeting = 81234567890

// choosing is a world in which ada's event "linked" has a Zoom link.
type choosing struct {
	*world
	preview  *fakePreview
	ada      Person
	calendar store.Calendar
	events   []sources.Event
	decided  []store.Decision
}

func newChoosing(t *testing.T) *choosing {
	w, f := newPreviewWorld(t)
	c := &choosing{world: w, preview: f, ada: w.person("ada")}
	c.calendar = w.calendar(c.ada)
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", c.calendar.ID), `{"enabled":true}`, nil)
	if _, err := w.store.Connect(t.Context(), store.Connection{Person: c.ada.ID, Provider: "zoom", Account: "u1@a1", Email: "ada@acme.test"}, store.Token{Access: "a", Refresh: "r"}); err != nil {
		t.Fatal(err)
	}
	c.put("linked", plan.Default, "", func(e *sources.Event) {
		e.Mark = sources.Mark{Installation: w.store.Installation(), EventHash: sources.HashEvent("linked"), Meeting: fmt.Sprint(zoomMeeting)}
	})
	return c
}

// put has an event read and decided about.
func (c *choosing) put(id string, reason plan.Reason, detail string, alter func(*sources.Event)) {
	c.t.Helper()
	e := event(id, id, 10)
	if alter != nil {
		alter(&e)
	}
	c.events = append(c.events, e)
	c.decided = append(c.decided, store.Decision{Event: c.ref(id), Person: c.ada.ID, Wanted: "zoom", Reason: string(reason), Detail: detail})
	meeting := store.Meeting{ID: zoomMeeting, Person: c.ada.ID, HostID: "h", Reference: "i:r", Topic: "linked", Type: 2, Start: day, Minutes: 30, CreatedAt: day}
	c.write(store.Outcome{}, func(tx *store.Tx) error {
		if err := tx.PutEvent(c.calendar.ID, e); err != nil {
			return err
		}
		if err := tx.PutMeeting(meeting); err != nil {
			return err
		}
		if err := tx.PutClaim(store.Claim{Event: c.ref("linked"), Meeting: zoomMeeting, Since: day}); err != nil {
			return err
		}
		return tx.SaveDecisions(c.decided)
	})
	if err := c.store.Interrupt(c.t.Context(), c.ada.ID); err != nil {
		c.t.Fatal(err)
	}
}

func (c *choosing) ref(id string) sources.EventRef {
	return sources.EventRef{Calendar: c.calendar.ID, Event: id}
}

func (c *choosing) path(id string) string {
	return "/api/v1/events/" + url.PathEscape(fmt.Sprintf("%d:%s", c.calendar.ID, id))
}

func TestEventIsGivenAnotherProvider(t *testing.T) {
	c := newChoosing(t)
	epoch := c.row(c.ada.ID).Epoch
	var e Event
	c.ok(http.StatusOK, "PATCH", c.path("linked"), `{"provider":"native"}`, &e)
	if e.Choice == nil || e.Choice.Provider != "native" || !e.Choice.At.Equal(c.now()) || e.Choice.By == "" || !strings.Contains(e.NextStep, "next pass") {
		t.Errorf("%+v", e)
	}
	if s := e.Why.Settings[0]; s.Key != "choice" || s.Value != "native" || s.From != "event" || s.By == "" || !s.At.Equal(c.now()) {
		t.Errorf("%+v", s)
	}
	lines := c.journal("choose")
	if len(lines) != 1 || lines[0].Event != c.ref("linked") || lines[0].Reason != "chosen" || !strings.Contains(lines[0].Detail, "provider: default → native, by ") {
		t.Errorf("%+v", lines)
	}
	if c.row(c.ada.ID).Epoch == epoch {
		t.Error("the person was not made due")
	}
	c.ok(http.StatusOK, "PATCH", c.path("linked"), `{"provider":"native"}`, nil)
	if n := len(c.journal("choose")); n != 1 {
		t.Errorf("the same again is told %d times", n)
	}
	var back Event
	c.ok(http.StatusOK, "PATCH", c.path("linked"), `{"provider":null}`, &back)
	c.ok(http.StatusOK, "PATCH", c.path("linked"), `{"provider":null}`, nil)
	if n := len(c.journal("choose")); back.Choice != nil || n != 2 {
		t.Errorf("%+v, told %d times", back.Choice, n)
	}
}

func TestEventChangesAreRefusedWithACure(t *testing.T) {
	c := newChoosing(t)
	c.put("invited", plan.NotOrganizer, "", func(e *sources.Event) { e.OrganizedHere = false })
	c.put("locked", plan.ReadOnly, "", func(e *sources.Event) { e.ReadOnly = true })
	c.put("typed", plan.ForeignLink, "zoom", nil)
	c.put("nameless", plan.NoGuests, "", func(e *sources.Event) { e.Native.Failed = true })
	for _, test := range []struct{ id, body, class string }{
		{"invited", `{"provider":"native"}`, "not_organizer"},
		{"locked", `{"provider":"none"}`, "read_only"},
		{"linked", `{"provider":"static"}`, "no_static"},
		{"typed", `{"provider":"zoom"}`, "foreign_link"},
		{"nameless", `{"provider":"native"}`, "no_native"},
	} {
		c.refused(http.StatusConflict, test.class, "PATCH", c.path(test.id), test.body)
		c.refused(http.StatusConflict, test.class, "POST", c.path(test.id)+"/preview", test.body)
	}
	c.refused(http.StatusConflict, "not_organizer", "POST", c.path("invited")+"/renew", "")
	c.refused(http.StatusConflict, "no_link", "POST", c.path("nameless")+"/renew", "")
	c.refused(http.StatusConflict, "no_link", "POST", c.path("nameless")+"/preview", `{"renew":true}`)
	c.refused(http.StatusNotFound, "no_event", "PATCH", c.path("elsewhere"), `{"provider":"none"}`)
	c.refused(http.StatusNotFound, "no_event", "POST", "/api/v1/events/99:linked/renew", "")
	c.refused(http.StatusUnprocessableEntity, "", "PATCH", c.path("linked"), `{"provider":"webex"}`)
	c.refused(http.StatusUnprocessableEntity, "", "PATCH", c.path("linked"), `{}`)
	zoom, err := c.store.Connections(t.Context(), c.ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, connection := range zoom {
		if connection.Provider == "zoom" {
			if err := c.store.Disconnect(t.Context(), connection.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.refused(http.StatusConflict, "no_zoom", "PATCH", c.path("nameless"), `{"provider":"zoom"}`)
	c.refused(http.StatusConflict, "no_zoom", "POST", c.path("linked")+"/renew", "")
	if n := len(c.journal("choose")) + len(c.journal("renew")); n > 0 {
		t.Errorf("%d refused changes are told as done", n)
	}
}

func TestEventIsGivenANewLinkOnce(t *testing.T) {
	c := newChoosing(t)
	var e Event
	for range 2 {
		c.ok(http.StatusAccepted, "POST", c.path("linked")+"/renew", "", &e)
	}
	if e.Renewal == nil || e.Renewal.By == "" || e.NextStep != "gets its new link in the next pass" {
		t.Errorf("%+v", e)
	}
	if lines := c.journal("renew"); len(lines) != 1 || lines[0].Meeting != zoomMeeting || lines[0].Event != c.ref("linked") {
		t.Errorf("%+v", lines)
	}
	// The new one is made and not yet on the event: that is the one that was asked for.
	if err := c.store.Request(t.Context(), c.ada.ID); err != nil {
		t.Fatal(err)
	}
	c.write(store.Outcome{}, func(tx *store.Tx) error {
		next := store.Meeting{ID: zoomMeeting + 1, Person: c.ada.ID, HostID: "h", Reference: "i:s", Type: 2, Start: day, Minutes: 30, CreatedAt: day}
		if err := tx.PutMeeting(next); err != nil {
			return err
		}
		if err := tx.PutClaim(store.Claim{Event: c.ref("linked"), Meeting: next.ID}); err != nil {
			return err
		}
		return tx.DropWish(c.ref("linked"), store.WishRenewal)
	})
	c.ok(http.StatusAccepted, "POST", c.path("linked")+"/renew", "", nil)
	if n := len(c.journal("renew")); n != 1 {
		t.Errorf("asked for %d times", n)
	}
}

func TestEventThatHasBegunKeepsItsLink(t *testing.T) {
	c := newChoosing(t)
	c.pass(day.Sub(c.now()) + 10*60*60*1e9)
	c.refused(http.StatusConflict, "begun", "POST", c.path("linked")+"/renew", "")
}

func TestEventPreviewSupposesTheWish(t *testing.T) {
	c := newChoosing(t)
	rows := c.store.RowsWritten()
	for body, want := range map[string]store.Wish{
		`{"provider":"none"}`: {Kind: store.WishProvider, Provider: "none"},
		`{"renew":true}`:      {Kind: store.WishRenewal, Meeting: zoomMeeting},
	} {
		var got Preview
		c.ok(http.StatusOK, "POST", c.path("linked")+"/preview", body, &got)
		all := c.preview.supposed[c.ada.ID].Wishes
		if len(all) != 1 || all[0].Event != c.ref("linked") || all[0].Kind != want.Kind || all[0].Provider != want.Provider || all[0].Meeting != want.Meeting {
			t.Errorf("%s supposes %+v", body, all)
		}
		if got.Zoom.Creates != 11 {
			t.Errorf("%+v", got)
		}
	}
	if c.store.RowsWritten() != rows {
		t.Error("a preview changes something")
	}
	c.ok(http.StatusOK, "PATCH", c.path("linked"), `{"provider":"none"}`, nil)
	c.ok(http.StatusOK, "POST", c.path("linked")+"/preview", `{"provider":null}`, nil)
	if all := c.preview.supposed[c.ada.ID].Wishes; len(all) != 0 {
		t.Errorf("taken back: %+v", all)
	}
}
