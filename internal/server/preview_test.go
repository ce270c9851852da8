package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"slotward/reconciler"
	"slotward/sources"
	"slotward/store"
)

// fakePreview answers what a test put there and remembers what it was asked
// to suppose, by person.
type fakePreview struct {
	store    *store.Store
	answer   reconciler.Preview
	err      error
	supposed map[int64]*store.Snapshot
}

func (f *fakePreview) Preview(ctx context.Context, person int64, change func(*store.Snapshot)) (reconciler.Preview, error) {
	snap, err := f.store.Load(ctx, person)
	if err != nil {
		return reconciler.Preview{}, err
	}
	change(snap)
	f.supposed[person] = snap
	return f.answer, f.err
}

func newPreviewWorld(t *testing.T) (*world, *fakePreview) {
	f := &fakePreview{supposed: map[int64]*store.Snapshot{}}
	w := newWorld(t, func(o *Options) { f.store, o.Previewer = o.Store, f })
	f.answer = reconciler.Preview{
		Get: 12, Keep: 1, Creates: 11, Updates: 1, Deletes: 2, Meetings: 3, Spent: 95, Limit: 100, Days: 2, DoneAt: w.now().Add(16 * time.Hour),
	}
	return w, f
}

func TestPreviewSupposesWhatTheChangeWouldDo(t *testing.T) {
	w, f := newPreviewWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	calendar := w.calendar(ada)
	rows := w.store.RowsWritten()
	var got Preview

	path := fmt.Sprintf("/api/v1/calendars/%d/preview", calendar.ID)
	w.ok(http.StatusOK, "POST", path, `{"enabled":true,"existing":"new","settings":{"share":"never"}}`, &got)
	c := f.supposed[ada.ID].Calendars[0]
	if !c.On || !c.NewOnly || !c.OnSince.Equal(w.now()) || c.Settings["share"] != "never" {
		t.Errorf("%+v", c)
	}
	if got.Events.Get != 12 || got.Zoom.Requests != 14 || got.Zoom.Days != 2 || !got.Zoom.DoneAt.Equal(w.now().Add(16*time.Hour)) {
		t.Errorf("%+v", got)
	}
	words := strings.Join(append(got.Stays, got.Goes...), "\n")
	for _, want := range []string{"1 event keeps its link", "12 events get a link", "12 of the 100 changes", "on 2 days", "2026-12-02 00:00 UTC"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q is not told in %s", want, words)
		}
	}

	w.ok(http.StatusOK, "POST", "/api/v1/people/1/preview", `{"paused":true,"settings":{"eligible":"all"}}`, &got)
	if p := f.supposed[ada.ID].Person; !p.Paused || p.Settings["eligible"] != "all" || !strings.Contains(fmt.Sprint(got.Stays), "still followed") {
		t.Errorf("%+v %v", p, got.Stays)
	}
	for body, where := range map[string]string{`{"removed":true}`: "/api/v1/people/1/preview", "": "/api/v1/people/1/connections/google/preview"} {
		w.ok(http.StatusOK, "POST", where, body, &got)
		if s := f.supposed[ada.ID].Connections[0].State; s != store.Disconnected || len(got.Goes) == 0 || !strings.Contains(fmt.Sprint(got.Stays), "3 upcoming meetings stay in Zoom") {
			t.Errorf("%s: %s %+v", where, s, got)
		}
	}
	w.ok(http.StatusOK, "POST", "/api/v1/settings/preview", `{"settings":{"share":"never"}}`, &got)
	if f.supposed[ada.ID].Settings["share"] != "never" || f.supposed[bob.ID].Settings["share"] != "never" || got.Events.Get != 24 || got.Zoom.Days != 2 {
		t.Errorf("%+v", got)
	}
	if w.store.RowsWritten() != rows || w.woken.Load() > 2 {
		t.Error("a preview changes something")
	}
}

func TestPreviewRefusesWhatTheChangeWouldBeRefused(t *testing.T) {
	w, f := newPreviewWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	w.calendar(ada)
	w.calendar(bob)
	w.lists.listed = []sources.Calendar{{ID: "team", Name: "Team", Writable: true}, {ID: "holidays", Name: "Holidays"}}
	var list CalendarList
	w.ok(http.StatusOK, "POST", "/api/v1/people/1/calendars/refresh", "", &list)
	team, holidays := list.Calendars[1].ID, list.Calendars[2].ID
	w.ok(http.StatusOK, "POST", "/api/v1/people/2/calendars/refresh", "", &list)
	w.ok(http.StatusOK, "PATCH", fmt.Sprintf("/api/v1/calendars/%d", list.Calendars[1].ID), `{"enabled":true}`, nil)

	p := w.refused(http.StatusConflict, "taken", "POST", fmt.Sprintf("/api/v1/calendars/%d/preview", team), `{"enabled":true}`)
	if !strings.Contains(p.Detail, "bob@acme.test") {
		t.Error(p.Detail)
	}
	w.refused(http.StatusConflict, "read_only", "POST", fmt.Sprintf("/api/v1/calendars/%d/preview", holidays), `{"enabled":true}`)
	w.refused(http.StatusNotFound, "no_calendar", "POST", "/api/v1/calendars/99/preview", `{"enabled":true}`)
	w.refused(http.StatusNotFound, "no_person", "POST", "/api/v1/people/99/preview", `{"removed":true}`)
	w.refused(http.StatusNotFound, "no_connection", "POST", "/api/v1/people/1/connections/zoom/preview", "")
	w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/settings/preview", `{"settings":{"share":"always"}}`)
	w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/people/1/preview", `{"settings":{"colour":"blue"}}`)
	f.err = sources.ErrUnavailable
	w.refused(http.StatusBadGateway, "provider_unavailable", "POST", "/api/v1/people/1/preview", `{"paused":true}`)
}
