package dashboard

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/reconciler/plan"
)

const settingsPage = "/people/me/conferencing/settings"

func (w *world) settings(person int64) map[string]string {
	w.Helper()
	p, err := w.store.Person(w.Context(), person)
	if err != nil {
		w.Fatal(err)
	}
	return p.Settings
}

func TestEverySettingAndValueHasWords(t *testing.T) {
	for _, key := range plan.SettingKeys() {
		allowed, _ := plan.SettingValues(key)
		w := wordsFor(key, allowed)
		if w.title == key || len(w.values) != len(allowed) {
			t.Errorf("%s is not told in words", key)
		}
		for _, value := range allowed {
			if w.say(value) == value {
				t.Errorf("%s=%s is not told in words", key, value)
			}
		}
	}
}

func TestChoicesAreForeseenAndThenSaved(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 2)
	w.post(ada, "/people/me/welcome", url.Values{"step": {"existing"}, "existing": {"all"}})
	w.pass()
	p := w.get(ada, settingsPage).says(http.StatusOK, "Which link an event gets", "Now: They share a meeting (as it is built in)", "They share a meeting Usual on most plans Zoom allows one meeting at a time; as it is built in")
	form := p.form(settingsPage)
	form.Set("set.eligible", "all")
	form["use.prefer"] = []string{"native", "none"}
	form.Set("do", "preview")
	p = w.post(ada, settingsPage, form).says(http.StatusOK, "2 events lose their link", "Nothing of it is saved yet")
	if len(w.settings(ada.Person)) != 0 {
		t.Error("a preview saves something")
	}
	again := p.form(settingsPage)
	if again.Get("set.eligible") != "all" || again.Get("shown.prefer") != "native,none" || again.Get("own.prefer") != "own" {
		t.Errorf("what was chosen is lost: %v", again)
	}
	again.Set("do", "save")
	w.post(ada, settingsPage, again).leads("/people/me/conferencing?done=saved")
	if got := w.settings(ada.Person); len(got) != 2 || got["prefer"] != "native,none" || got["eligible"] != "all" {
		t.Errorf("%v", got)
	}
	w.get(ada, "/people/me/conferencing?done=saved").says(http.StatusOK, "The calendar’s own, then no link (chosen for all calendars)", "Every event that has a time (chosen for all calendars)")
	// Back to what is inherited.
	form = w.get(ada, settingsPage).form(settingsPage)
	form.Set("own.prefer", "")
	form.Set("set.eligible", "")
	form.Set("do", "save")
	w.post(ada, settingsPage, form).leads("/people/me/conferencing?done=saved")
	if got := w.settings(ada.Person); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// A form that was loaded before somebody else changed the same does not take that back.
func TestWhatOthersChooseMeanwhileIsKept(t *testing.T) {
	w := newWorld(t)
	ada := w.connected("ada", 0)
	calendars, err := w.store.Calendars(t.Context(), ada.Person)
	if err != nil {
		t.Fatal(err)
	}
	calendarPage := "/people/me/conferencing/calendars/" + digits(calendars[0].ID)
	person := func() string { return w.settings(ada.Person)["share"] }
	calendar := func() string {
		c, err := w.store.Calendar(t.Context(), calendars[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return c.Settings["share"]
	}
	for address, share := range map[string]func() string{settingsPage: person, calendarPage: calendar} {
		old := w.get(ada, address).form(address)
		first := w.get(ada, address).form(address)
		first.Set("set.share", "never")
		first.Set("do", "save")
		w.post(ada, address, first).leads("/people/me/conferencing?done=saved")
		old.Set("set.reschedule", "renew")
		old.Set("do", "preview") // looking at it first does not make it newer
		old = w.post(ada, address, old).form(address)
		old.Set("do", "save")
		p := w.post(ada, address, old).says(http.StatusPreconditionFailed, "changed meanwhile", "Each has its own")
		if share() != "never" {
			t.Errorf("%s: %q was chosen meanwhile, and is lost", address, "never")
		}
		again := p.form(address)
		again.Set("set.reschedule", "renew")
		again.Set("do", "save")
		w.post(ada, address, again).leads("/people/me/conferencing?done=saved")
		if share() != "never" {
			t.Errorf("%s: lost after all", address)
		}
	}
}

// A value stands once: what goes anyway is not offered a second time. Where
// somebody has chosen just that, so that it stays, both are told apart.
func TestWhatGoesAnywayIsOfferedOnce(t *testing.T) {
	share := server.Choice{Key: "share", Value: "slot", Inherited: "slot", InheritedFrom: "installation", Default: "slot", Allowed: []string{"slot", "never"}}
	for name, c := range map[string]struct {
		own, chosen string
		values      string
	}{
		"nothing is chosen":       {"", "", "* never"},
		"another is chosen":       {"never", "never", "* never"},
		"the same is chosen":      {"slot", "slot", "* slot never"},
		"the same is given up":    {"slot", "", "* slot never"},
		"another is being chosen": {"", "never", "* never"},
	} {
		share.Own = c.own
		f := fieldOf(share, &draft{value: c.chosen}, "", bothNatives)
		var values []string
		for _, o := range f.Options {
			if o.Chosen != (o.Value == c.chosen) {
				t.Errorf("%s: %+v", name, o)
			}
			values = append(values, cmp.Or(o.Value, "*"))
		}
		if got := strings.Join(values, " "); got != c.values {
			t.Errorf("%s: %s, want %s", name, got, c.values)
		}
	}
	if first := fieldOf(share, nil, "", bothNatives).Options[0]; first.Label != "They share a meeting" || !strings.Contains(first.Means, "as for everybody here") {
		t.Errorf("%+v", first)
	}
}

func TestTheOrderIsChangedByButtons(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 0)
	form := w.get(ada, settingsPage).form(settingsPage)
	if got := strings.Join(form["order.prefer"], " "); got != "zoom native none static" {
		t.Fatalf("%s", got)
	}
	form.Set("move", "prefer:up:native")
	form.Set("set.share", "never")
	p := w.post(ada, settingsPage, form).says(http.StatusOK)
	form = p.form(settingsPage)
	if got := strings.Join(form["order.prefer"], " "); got != "native zoom none static" || form.Get("own.prefer") != "own" || form.Get("set.share") != "never" {
		t.Fatalf("%s %v", got, form)
	}
	form.Set("move", "prefer:up:native") // is first already
	form = w.post(ada, settingsPage, form).form(settingsPage)
	form.Del("move")
	form.Set("do", "save")
	w.post(ada, settingsPage, form).leads("/people/me/conferencing?done=saved")
	if got := w.settings(ada.Person)["prefer"]; got != "native,zoom,none" {
		t.Errorf("%q", got)
	}
}

func TestWhatIsWrongStandsAtItsFieldAndNothingIsLost(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 0)
	for _, do := range []string{"save", "preview"} {
		form := w.get(ada, settingsPage).form(settingsPage)
		form.Set("set.static", `http://"><script>x</script>`)
		form.Set("set.notify", "nobody at all")
		form.Set("set.share", "never")
		form.Set("do", do)
		p := w.post(ada, settingsPage, form).says(http.StatusUnprocessableEntity, "Nothing was saved yet")
		if wrong := p.part("wrong-static"); !strings.Contains(wrong, "https://") {
			t.Error(wrong)
		}
		if wrong := p.part("wrong-notify"); !strings.Contains(wrong, "external or all or none") {
			t.Error(wrong)
		}
		again := p.form(settingsPage)
		if again.Get("set.static") != `http://"><script>x</script>` || again.Get("set.share") != "never" || len(w.settings(ada.Person)) != 0 {
			t.Errorf("%v", again)
		}
	}
	form := w.get(ada, settingsPage).form(settingsPage)
	form.Del("use.prefer")
	form.Set("do", "save")
	p := w.post(ada, settingsPage, form).says(http.StatusUnprocessableEntity)
	if wrong := p.part("wrong-prefer"); !strings.Contains(wrong, "Tick at least one") {
		t.Error(wrong)
	}
}

func TestACalendarHasItsOwnChoices(t *testing.T) {
	w := newWorld(t)
	ada := w.newcomer("ada", 0)
	if err := w.google.AddCalendar(ada.Name, "team@acme.test", "Team", "UTC", "owner"); err != nil {
		t.Fatal(err)
	}
	if err := w.google.AddCalendar(ada.Name, "holidays", "Holidays", "UTC", "reader"); err != nil {
		t.Fatal(err)
	}
	w.consent(ada, "google", ada.Name)
	calendars, err := w.store.Calendars(t.Context(), ada.Person)
	if err != nil || len(calendars) != 3 {
		t.Fatalf("%+v %v", calendars, err)
	}
	pageOf := map[string]string{}
	for _, c := range calendars {
		pageOf[c.Name] = "/people/me/conferencing/calendars/" + digits(c.ID)
	}
	w.get(ada, pageOf["Holidays"]).says(http.StatusOK, "may only read the calendar")
	p := w.get(ada, pageOf["Team"]).says(http.StatusOK, "Is this calendar kept?", "Use these choices for all calendars")
	form := p.form(pageOf["Team"])
	if form.Get("keep") != "off" {
		t.Errorf("%v", form)
	}
	form.Set("keep", "new")
	form.Set("set.reschedule", "renew")
	form.Set("do", "preview")
	w.post(ada, pageOf["Team"], form).says(http.StatusOK, "Nothing changes for the events that there are now", "Nothing of it is saved yet")
	form.Set("do", "save")
	w.post(ada, pageOf["Team"], form).leads("/people/me/conferencing?done=saved")
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "new events only; with choices of its own", "May only be read")
	form = w.get(ada, pageOf["Team"]).says(http.StatusOK, "It gets a new link (chosen for this calendar)").form(pageOf["Team"])
	form.Set("everywhere", "yes")
	form.Set("do", "save")
	w.post(ada, pageOf["Team"], form).leads("/people/me/conferencing?done=saved")
	all, err := w.store.Calendars(t.Context(), ada.Person)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Settings["reschedule"] != "renew" || c.On != (c.Name == "Team") {
			t.Errorf("%+v", c)
		}
	}
	form.Set("keep", "off")
	form.Del("everywhere")
	w.post(ada, pageOf["Team"], form).leads("/people/me/conferencing?done=saved")
}

func TestWhoeverHasNoScriptCanSendEveryForm(t *testing.T) {
	w := newWorld(t, func(_ *world, o *server.Options) { o.Authorizers = nil })
	ada := w.newcomer("ada", 0)
	w.get(ada, "/people/me/conferencing").says(http.StatusOK, "not registered at any provider yet")
	w.get(ada, "/people/me/welcome").says(http.StatusOK, "No calendar service is set up here yet", "not needed: Zoom is not set up here")
	w.post(ada, "/people/me/connections", url.Values{"provider": {"zoom"}}).says(http.StatusConflict, "is not configured here")
}
