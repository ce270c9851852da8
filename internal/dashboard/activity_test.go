package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestActivityIsToldInSentences(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	change := func(action, title, detail string) {
		w.ok(w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Action: action, Title: title, Detail: detail, Outcome: "done"}))
	}
	change("calendar", "Team", "enabled: off → on; existing: all → new, by ada@acme.test")
	change("pause", "ada@acme.test", "by root@acme.test")
	change("settings", "ada@acme.test", "share: slot → never, by ada@acme.test")
	change("connect", "zoom ada@acme.test", "")
	change("something_new", "Whatever", "by eve@acme.test")
	p := w.get(as(ada, server.Member), "/people/me/activity")
	p.says(http.StatusOK, "Today, Tuesday 1 December", "You turned the calendar “Team” on. Events from before: are left: new events only (was: get a link, too).",
		"root@acme.test paused Slotward.", "You changed the settings. Events at the same time: have a link each (was: share one link).",
		"Somebody connected Zoom ada@acme.test.", "eve@acme.test did this: something new, “Whatever”.",
		"Slotward made a Zoom meeting for “Kickoff”. It gets the provider that the settings prefer.",
		"Slotward could not make a Zoom meeting for “Quarterly numbers”. Failed Zoom was busy.")
	for query, want := range map[string][2]string{
		"?kind=people":   {"turned the calendar", "made a Zoom meeting"},
		"?kind=links":    {"made a Zoom meeting", "turned the calendar"},
		"?kind=problems": {"Quarterly numbers", "Kickoff"},
		"?q=kickoff":     {"Kickoff", "Quarterly"},
		"?event=" + url.QueryEscape(fmt.Sprintf("%d:kickoff", calendar.ID)): {"Kickoff", "Quarterly"},
	} {
		p := w.get(as(ada, server.Member), "/people/me/activity"+query)
		if all := strings.Join(p.texts("ol", ""), " "); !strings.Contains(all, want[0]) || strings.Contains(all, want[1]) {
			t.Errorf("%s: %s", query, all)
		}
	}
	w.get(as(ada, server.Member), "/people/me/activity?q=nowhere").says(http.StatusOK, "Nothing that was done fits.")
}

// Every action that there is has words of its own, in each outcome.
func TestEveryActionHasWords(t *testing.T) {
	r := &request{person: "me"}
	for _, kind := range []plan.Kind{
		plan.Adopt, plan.Abandon, plan.Create, plan.Update, plan.Write, plan.Claimed, plan.Leave, plan.Restore, plan.Release, plan.Delete, plan.Drop,
		"missing", "orphan", "brake", "disconnect",
	} {
		for _, outcome := range []string{"done", "held", "failed"} {
			l := r.say(server.JournalEntry{Pass: "p", Action: string(kind), Title: "Kickoff", Outcome: outcome})
			if strings.Contains(l.Text, string(kind)+",") || strings.Contains(l.Text, "did this") || strings.Contains(l.Text, "%") {
				t.Errorf("%s %s: %s", kind, outcome, l.Text)
			}
		}
	}
	if l := r.say(server.JournalEntry{Action: "rebuild", Title: "everybody", Detail: "by the API token ops"}); l.Text != "the API token ops asked for what was made before to be taken up." {
		t.Error(l.Text)
	}
	for _, state := range []string{"ready", "planned", "waiting", "attention", "left", "over"} {
		if badges[state].Text == "" {
			t.Errorf("the state %s has no words", state)
		}
	}
	for _, key := range plan.SettingKeys() {
		values, _ := plan.SettingValues(key)
		for _, value := range values {
			if key != "prefer" && settingNames[key].values[value] == "" {
				t.Errorf("the setting %s=%s has no words", key, value)
			}
		}
	}
}

func TestActivityIsPaged(t *testing.T) {
	w := newWorld(t)
	ada, _ := w.person("ada")
	for i := range 150 {
		w.ok(w.store.Journal(t.Context(), store.Entry{Person: ada.ID, Pass: "p", Action: "create", Title: fmt.Sprintf("Number %d.", i), Outcome: "done"}))
	}
	first := w.get(as(ada, server.Member), "/people/me/activity?kind=links")
	first.says(http.StatusOK, "“Number 149.”", "“Number 50.”")
	second := w.get(as(ada, server.Member), first.link("Older →"))
	second.says(http.StatusOK, "“Number 49.”", "“Number 0.”")
	if second.link("Older →") != "" || second.link("← Newest") != "/people/me/activity?kind=links" {
		t.Errorf("%q %q", second.link("Older →"), second.link("← Newest"))
	}
}

// planned is a plan with one action of each group, one that waits, and more
// removals than the brake lets pass.
func planned(calendar int64) plan.Plan {
	ref := sources.EventRef{Calendar: calendar, Event: "kickoff"}
	return plan.Plan{
		Actions: []plan.Action{
			{Kind: plan.Create, Title: "New one", Events: []sources.EventRef{ref}, Reason: plan.Default}, {Kind: plan.Update, Title: "Moved one", Reason: plan.Default},
			{Kind: plan.Write, Title: "New one", Event: ref, Reason: plan.Default}, {Kind: plan.Delete, Title: "Old one", Reason: plan.Cancelled},
		},
		Held: []plan.Held{
			{Action: plan.Action{Kind: plan.Create, Title: "Far ahead"}, Reason: plan.DailyLimit},
			{Action: plan.Action{Kind: plan.Delete, Title: "Vanished"}, Reason: plan.BrakeHeld},
			{Action: plan.Action{Kind: plan.Restore, Title: "Switched", Reason: plan.Default}, Reason: plan.BrakeHeld},
		},
		Brake: &plan.Brake{Fingerprint: "f00d:1,2", Removals: 9, Limit: 5},
	}
}

func TestPreviewSaysWhatWouldBeDone(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.get(as(ada, server.Member), "/people/me/preview").says(http.StatusOK, "Everything is as it should be.")
	w.plans[ada.ID] = planned(calendar.ID)
	p := w.get(as(ada, server.Member), "/people/me/preview")
	p.says(http.StatusOK, "4 things to do now; Zoom is asked for 4 changes", "Zoom meetings to make Make a Zoom meeting for “New one”. It gets the provider that the settings prefer.",
		"Zoom meetings to change Change the Zoom meeting of “Moved one”.", "To write on the calendar Put its link on “New one”.",
		"To take away Delete the Zoom meeting of “Old one”. It was cancelled or deleted.",
		"Waiting Zoom's limit of writes for today is reached", "Make a Zoom meeting for “Far ahead”.",
		"Held back: 9 removals", "The Zoom meeting of “Vanished” is deleted; no event shows it any more.", "“Switched” loses its link. The settings prefer another link now, or none.", "once a look at the calendars has found the same")
}

func TestPreviewReleases(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.plans[ada.ID] = planned(calendar.ID)
	w.write(func(tx *store.Tx) error { return tx.SetHeld("f00d:1,2") })
	p := w.get(as(ada, server.Member), "/people/me/preview")
	ask := p.link("Release them …")
	w.get(as(ada, server.Member), ask).says(http.StatusOK, "Release these 9 removals?", "A Zoom meeting that is deleted is gone for good")
	released := func() string {
		person, err := w.store.Person(t.Context(), ada.ID)
		w.ok(err)
		return person.Released
	}
	for _, form := range []url.Values{nil, {"held": {"f00d"}}, {"sure": {"true"}, "held": {"beef"}}} {
		if p := w.post(as(ada, server.Member), "/people/me/release", form); p.to != ask || released() != "" {
			t.Errorf("%v: %d %s, released %q", form, p.status, p.to, released())
		}
	}
	p = w.post(as(ada, server.Member), "/people/me/release", url.Values{"sure": {"true"}, "held": {"f00d"}})
	if p.status != http.StatusSeeOther || released() != "f00d:1,2" {
		t.Errorf("%d, released %q", p.status, released())
	}
	w.get(as(ada, server.Member), p.to).says(http.StatusOK, "Released.", "You released what was held back.")
}

func TestATokenActsUnderItsOwnName(t *testing.T) {
	const token = "the API token x, by ada@acme.test"
	for detail, want := range map[string][2]string{
		"by " + token:                              {token, ""},
		"share: slot → never, by " + token:         {token, "share: slot → never"},
		"share: slot → never, by ada@acme.test":    {"ada@acme.test", "share: slot → never"},
		"by ada@acme.test":                         {"ada@acme.test", ""},
		"with a link from bob, by bob, by eve@x.y": {"eve@x.y", "with a link from bob, by bob"},
	} {
		if who, rest := author(server.JournalEntry{Detail: detail}); who != want[0] || rest != want[1] {
			t.Errorf("%q: by %q, %q", detail, who, rest)
		}
	}
}
