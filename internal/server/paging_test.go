package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"slotward/store"
)

// pages follows next to the end and returns everybody's names.
func (w *world) pages(query string) (names []string, total int) {
	w.t.Helper()
	for cursor := ""; ; {
		var page People
		w.ok(http.StatusOK, "GET", "/api/v1/people?"+query+cursor, "", &page)
		total = page.Total
		for _, p := range page.People {
			names = append(names, p.Name)
		}
		if page.Next == "" {
			return names, total
		}
		if len(names) > 100 {
			w.t.Fatal("the pages do not end")
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

func TestPeoplePageByPage(t *testing.T) {
	w := newWorld(t)
	for i := range 13 {
		w.person(fmt.Sprintf("%c-person", 'm'-rune(i)))
	}
	all, total := w.pages("limit=500")
	if len(all) != 13 || total != 13 || all[0] != "m-person" {
		t.Fatalf("%d of %d: %v", len(all), total, all)
	}
	sorted := slices.Sorted(slices.Values(all))
	for _, limit := range []string{"1", "5", "13"} {
		if got, total := w.pages("limit=" + limit); !slices.Equal(got, all) || total != 13 {
			t.Errorf("by %s: %v of %d", limit, got, total)
		}
		if got, _ := w.pages("sort=name&limit=" + limit); !slices.Equal(got, sorted) {
			t.Errorf("by name, by %s: %v", limit, got)
		}
	}
	if got, total := w.pages("q=C-PERS&limit=1"); !slices.Equal(got, []string{"c-person"}) || total != 1 {
		t.Errorf("search: %v of %d", got, total)
	}
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/people?cursor=made-up", "")
	w.refused(http.StatusUnprocessableEntity, "", "GET", "/api/v1/people?limit=501", "")
}

func TestPeopleTellHowTheyStand(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	w.person("eve")
	w.calendar(ada)
	calendar := w.calendar(bob)
	if err := w.store.SetConnectionState(t.Context(), calendar.Connection, store.NeedsReauth, "connect it again"); err != nil {
		t.Fatal(err)
	}
	for state, want := range map[string]string{"well": "ada", "attention": "bob", "unconnected": "eve", "paused": ""} {
		if got, _ := w.pages("state=" + state); strings.Join(got, ",") != want {
			t.Errorf("%s: %v", state, got)
		}
	}
	var p Person
	w.ok(http.StatusOK, "GET", "/api/v1/people/bob@acme.test", "", &p)
	if p.State != "attention" || len(p.Attention) != 1 || p.Attention[0] != "Google Calendar (bob@acme.test): connect it again" {
		t.Errorf("%+v", p)
	}
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/ada@acme.test", `{"paused":true}`, &p)
	if p.State != "paused" {
		t.Errorf("%+v", p)
	}
}

func TestMeetingsPageByPage(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	w.write(store.Outcome{}, func(x *store.Tx) error {
		for i := range 7 {
			if err := x.PutMeeting(store.Meeting{ID: int64(1 + i), Start: w.now(), CreatedAt: w.now()}); err != nil {
				return err
			}
		}
		return nil
	})
	var found []int64
	for cursor, first := "", true; first || cursor != ""; first = false {
		var page Meetings
		w.ok(http.StatusOK, "GET", "/api/v1/meetings?limit=3&cursor="+url.QueryEscape(cursor), "", &page)
		for _, m := range page.Meetings {
			found = append(found, m.ID)
		}
		if page.Total != 7 {
			t.Errorf("%d in all", page.Total)
		}
		cursor = page.Next
	}
	if !slices.Equal(found, []int64{1, 2, 3, 4, 5, 6, 7}) {
		t.Errorf("%v", found)
	}
	w.refused(http.StatusUnprocessableEntity, "invalid", "GET", "/api/v1/meetings?cursor=made-up", "")
}
