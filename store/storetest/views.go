package storetest

import (
	"errors"
	"strings"
	"time"

	"slotward/sources"
	"slotward/store"
)

func views(w *world) {
	var events []sources.Event
	for i := range 25 {
		events = append(events, w.event(ids("e", i), "1", time.Duration(i)*time.Hour))
	}
	events[7].Title = "Quarterly Review"
	open := w.event("open", "1", -time.Hour)
	open.Kind = sources.Series
	w.read(sources.Reading{Full: true, Token: "1", Events: append(events, open)})
	m := w.meeting(1)
	w.write(func(x *store.Tx) error {
		return errors.Join(x.PutMeeting(m), x.PutClaim(store.Claim{Event: w.ref("e00007"), Meeting: 1}),
			x.SaveDecisions([]store.Decision{{Event: w.ref("e00007"), Reason: "default", Wanted: "zoom", Meeting: 1}}))
	})
	find := func(q store.EventQuery) (found []string) {
		for pages := 0; ; pages++ {
			page, next, err := w.store.EventViews(w.ctx, q)
			w.ok(err)
			for _, v := range page {
				found = append(found, v.ID)
			}
			if q.Cursor = next; next == "" {
				return found
			}
			if pages > 30 {
				w.Fatal("the pages do not end")
			}
		}
	}
	for _, c := range []struct {
		name  string
		query store.EventQuery
		want  int
		first string
	}{
		{"all", store.EventQuery{}, 26, "open"},
		{"all, by sevens", store.EventQuery{Limit: 7}, 26, "open"},
		{"exactly one page", store.EventQuery{Limit: 26}, 26, "open"},
		{"of a person", store.EventQuery{Person: w.ada.ID, Limit: 13}, 26, "open"},
		{"of nobody", store.EventQuery{Person: 99}, 0, ""},
		{"of a calendar", store.EventQuery{Calendar: w.calendar.ID}, 26, "open"},
		{"by title", store.EventQuery{Text: "quarterly", Limit: 1}, 1, "e00007"},
		{"by id", store.EventQuery{Text: "e00003"}, 1, "e00003"},
		{"by part of the title", store.EventQuery{Text: "title of e", Limit: 10}, 24, "e00000"},
		{"from", store.EventQuery{From: w.clock.Now().Add(20 * time.Hour)}, 6, "open"},
		{"to", store.EventQuery{To: w.clock.Now().Add(2 * time.Hour)}, 3, "open"},
	} {
		found := find(c.query)
		if len(found) != c.want || c.want > 0 && found[0] != c.first {
			w.Errorf("%s: %v", c.name, found)
		}
	}
	v, err := w.store.EventView(w.ctx, w.ref("e00007"))
	w.ok(err)
	if v.Title != "Quarterly Review" || v.Decision.Reason != "default" || v.JoinURL != m.Joining.URL || v.Calendar != w.calendar.ID {
		w.Fatalf("view %+v", v)
	}
	_, err = w.store.EventView(w.ctx, w.ref("absent"))
	notFound(w, err)
	if _, _, err := w.store.EventViews(w.ctx, store.EventQuery{Cursor: "%"}); err == nil {
		w.Fatal("a cursor that is not ours")
	}
	all, err := w.store.Meetings(w.ctx, w.ada.ID)
	w.ok(err)
	equal(w, "meetings", len(all), 1)
}

func apiTokens(w *world) {
	secret, err := w.store.CreateAPIToken(w.ctx, "ci")
	w.ok(err)
	name, err := w.store.CheckAPIToken(w.ctx, secret)
	w.ok(err)
	equal(w, "name", name, "ci")
	var exists *store.ExistsError
	if _, err := w.store.CreateAPIToken(w.ctx, "ci"); !errors.As(err, &exists) {
		w.Fatalf("two of one name: %v", err)
	}
	list, err := w.store.APITokens(w.ctx)
	w.ok(err)
	equal(w, "tokens", len(list), 1)
	for _, wrong := range []string{"", secret + "x", strings.ToUpper(secret)} {
		_, err := w.store.CheckAPIToken(w.ctx, wrong)
		notFound(w, err)
	}
	w.ok(w.store.DeleteAPIToken(w.ctx, "ci"))
	_, err = w.store.CheckAPIToken(w.ctx, secret)
	notFound(w, err)
	notFound(w, w.store.DeleteAPIToken(w.ctx, "ci"))
}

func flows(w *world) {
	f := store.Flow{
		State: "s", Verifier: "v", Person: w.ada.ID, Provider: "zoom", CookieHash: "c",
		Options: map[string]string{"calendars": "primary"}, ExpiresAt: w.clock.Now().Add(10 * time.Minute),
	}
	w.ok(w.store.SaveFlow(w.ctx, f))
	_, err := w.store.Flow(w.ctx, "x")
	notFound(w, err)
	got, err := w.store.Flow(w.ctx, "s")
	w.ok(err)
	equal(w, "verifier when looked at", got.Verifier, "v")
	got, err = w.store.TakeFlow(w.ctx, "s")
	w.ok(err)
	if got.Verifier != "v" || got.Person != w.ada.ID || got.Options["calendars"] != "primary" || got.CookieHash != "c" || !got.ExpiresAt.Equal(f.ExpiresAt) {
		w.Fatalf("flow %+v", got)
	}
	_, err = w.store.TakeFlow(w.ctx, "s")
	notFound(w, err)
	w.ok(w.store.SaveFlow(w.ctx, f))
	w.clock.Move(11 * time.Minute)
	_, err = w.store.TakeFlow(w.ctx, "s")
	notFound(w, err)
	f.Person = 99
	notFound(w, w.store.SaveFlow(w.ctx, f))
	f.Person, f.Provider, f.ExpiresAt = 0, "", w.clock.Now().Add(time.Minute)
	w.ok(w.store.SaveFlow(w.ctx, f))
	got, err = w.store.TakeFlow(w.ctx, "s")
	w.ok(err)
	equal(w, "whose a flow of nobody's is", got.Person, 0)
}

func meetingPages(w *world) {
	bob := w.person("bob")
	w.write(func(x *store.Tx) error {
		var err error
		for i := range 12 {
			m := w.meeting(int64(100 - i))
			m.Start = w.clock.Now().Add(time.Duration(i/2) * time.Hour) // two at each hour
			err = errors.Join(err, x.PutMeeting(m))
		}
		return err
	})
	all, next, err := w.store.MeetingPage(w.ctx, store.MeetingQuery{})
	w.ok(err)
	if len(all) != 12 || next != "" || all[0].ID != 99 || all[1].ID != 100 {
		w.Fatalf("%d meetings, the first %d and %d, then %q", len(all), all[0].ID, all[1].ID, next)
	}
	for _, limit := range []int{1, 5, 12} {
		var found []int64
		q := store.MeetingQuery{Person: w.ada.ID, Limit: limit}
		for q.Cursor = "first"; q.Cursor != ""; {
			if q.Cursor == "first" {
				q.Cursor = ""
			}
			page, next, err := w.store.MeetingPage(w.ctx, q)
			w.ok(err)
			if len(page) > limit || len(found) > 12 {
				w.Fatalf("pages of %d: %d more after %d", limit, len(page), len(found))
			}
			for _, m := range page {
				found = append(found, m.ID)
			}
			q.Cursor = next
		}
		for i, m := range all {
			equal(w, "meeting", found[i], m.ID)
		}
		equal(w, "meetings", len(found), len(all))
	}
	none, _, err := w.store.MeetingPage(w.ctx, store.MeetingQuery{Person: bob.ID})
	w.ok(err)
	equal(w, "of somebody else", len(none), 0)
	_, _, err = w.store.MeetingPage(w.ctx, store.MeetingQuery{Cursor: "made up"})
	notFound(w, err)
}
