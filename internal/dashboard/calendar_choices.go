package dashboard

import (
	"net/http"
	"slices"
	"strconv"

	"slotward/internal/server"
)

// keptCalendar is what a calendar's form has besides its settings.
type keptCalendar struct {
	Name       string
	Account    string
	Writable   bool
	Keep       string // "off", "new" or "all", as typed
	Everywhere bool   // the settings are for every calendar of the person's
	Others     int    // calendars besides this one
}

// thisCalendar finds the calendar that the address names among the person's own.
func (d *dashboard) thisCalendar(r *request) (c server.Calendar, choices []server.Choice, page choicesPage, err error) {
	accounts, _, err := r.accounts()
	if err != nil {
		return c, nil, page, err
	}
	calendars, err := r.calendars(accounts)
	if err != nil {
		return c, nil, page, err
	}
	all, err := d.choicesFor(r)
	if err != nil {
		return c, nil, page, err
	}
	id, _ := strconv.ParseInt(r.PathValue("calendar"), 10, 64)
	for _, own := range all.Calendars {
		if own.Calendar == id {
			choices = own.Settings
		}
	}
	for _, c := range calendars {
		if c.ID == id && choices != nil {
			page = choicesPage{
				native: nativesOf(only(accounts, c.Connection)),
				Title:  c.Name, Action: r.page("conferencing/calendars/" + strconv.FormatInt(id, 10)),
				Lead:     "What you choose here is for this calendar alone, and comes before what you chose for all of them.",
				Calendar: &keptCalendar{Name: c.Name, Account: accountBeside(accounts, c), Writable: c.Writable, Keep: keeping(c), Others: len(calendars) - 1},
			}
			return c, choices, page, nil
		}
	}
	return c, nil, page, missing("There is no such calendar.")
}

// only is the account of a connection, among none else.
func only(accounts []ownAccount, connection int64) []ownAccount {
	return slices.DeleteFunc(slices.Clone(accounts), func(a ownAccount) bool { return a.ID != connection })
}

// keeping is whether a calendar is kept, as its form has it.
func keeping(c server.Calendar) string {
	if !c.Enabled {
		return "off"
	}
	return c.Existing
}

func (d *dashboard) calendarChoices(r *request) (answer, error) {
	return d.calendarChoicesNow(r, "", http.StatusOK)
}

func (d *dashboard) calendarChoicesNow(r *request, problem string, status int) (answer, error) {
	// Before what the form shows: what changes in between is not overwritten unseen.
	id, _ := strconv.ParseInt(r.PathValue("calendar"), 10, 64)
	tag, err := r.tag(calendarPath(id))
	if err != nil {
		return answer{}, err
	}
	_, choices, page, err := d.thisCalendar(r)
	if err != nil {
		return answer{}, err
	}
	page.ETag, page.Problem = tag, problem
	return r.showChoices(choices, typedForm{}, page, status), nil
}

// chooseCalendar saves what was chosen for a calendar, or for all of them, or says
// what it would lead to.
func (d *dashboard) chooseCalendar(r *request) (answer, error) {
	c, choices, page, err := d.thisCalendar(r)
	if err != nil {
		return answer{}, err
	}
	form, err := r.read(choices)
	if err != nil {
		return answer{}, err
	}
	page.ETag = r.PostForm.Get("etag")
	page.Calendar.Everywhere = r.PostForm.Get("everywhere") != ""
	if keep := r.PostForm.Get("keep"); keep != "" {
		page.Calendar.Keep = keep
	}
	changes, err := d.calendarChanges(r, c, choices, form, page.Calendar)
	if err != nil {
		return answer{}, err
	}
	page.Changes = len(form.changes) > 0 || page.Calendar.Everywhere || page.Calendar.Keep != keeping(c)
	var refused *problemError
	switch do := r.pressed(); {
	case do == "move", len(form.wrong) > 0:
	case do == "save":
		if refused, err = r.saveCalendars(changes, page.ETag); err == nil && refused == nil {
			return done(r.page("conferencing"), "saved"), nil
		}
	default:
		var ahead outcome
		ahead, err = r.foresee(r.me()+"/preview", map[string]any{"calendars": changes})
		refused, page.Foreseen = ahead.refused, &ahead.foreseen
	}
	switch {
	case err != nil:
		return answer{}, err
	case outdated(refused):
		return d.calendarChoicesNow(r, meanwhile, refused.Status)
	}
	return r.again(choices, form, page, refused), nil
}

// calendarChanges is what a form wants of a calendar, and, when its settings are
// for all of them, of the others.
func (d *dashboard) calendarChanges(r *request, c server.Calendar, choices []server.Choice, form typedForm, kept *keptCalendar) ([]server.ListedCalendarChange, error) {
	first := server.ListedCalendarChange{Calendar: c.ID, CalendarChange: server.CalendarChange{Settings: form.changes}}
	if on := kept.Keep != "off"; on != c.Enabled {
		first.Enabled = &on
	}
	if kept.Keep != "off" && kept.Keep != c.Existing {
		first.Existing = kept.Keep
	}
	out := []server.ListedCalendarChange{first}
	if !kept.Everywhere {
		return out, nil
	}
	settings := map[string]string{}
	for _, choice := range choices {
		settings[choice.Key] = choice.Own
		if typed := form.drafts[choice.Key]; typed != nil {
			settings[choice.Key] = typed.value
		}
	}
	accounts, _, err := r.accounts()
	if err != nil {
		return nil, err
	}
	calendars, err := r.calendars(accounts)
	for _, other := range calendars {
		if other.ID != c.ID {
			out = append(out, server.ListedCalendarChange{Calendar: other.ID, CalendarChange: server.CalendarChange{Settings: settings}})
		}
	}
	return out, err
}

// saveCalendars makes changes, the first of which is checked before the others, and
// holds for what has the tag.
func (r *request) saveCalendars(changes []server.ListedCalendarChange, tag string) (refused *problemError, err error) {
	for _, change := range changes {
		_, err = r.api.ask(http.MethodPatch, calendarPath(change.Calendar), ifMatch(tag), change.CalendarChange, nil)
		if refused, err = refusal(err); refused != nil || err != nil {
			return refused, err
		}
		tag = ""
	}
	return nil, nil
}
