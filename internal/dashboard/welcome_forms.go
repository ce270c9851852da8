package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"slotward/internal/server"
)

// takeStep takes the step that a form is for.
func (d *dashboard) takeStep(r *request) (answer, error) {
	if r.FormValue("step") == "existing" {
		return d.answerExisting(r)
	}
	return d.takeCalendars(r)
}

// takeCalendars turns on what is ticked, for new events only until somebody
// says otherwise, and off what the form has and is not ticked: a calendar that
// came up after the form was loaded is left as it is.
func (d *dashboard) takeCalendars(r *request) (answer, error) {
	p, err := d.welcomePage(r)
	if err != nil {
		return answer{}, err
	}
	ticked, listed := r.PostForm["calendar"], r.PostForm["listed"]
	wrong := len(ticked) == 0
	if wrong {
		p.Wrong = "Tick at least one calendar: without one there is nothing to do."
	}
	for i := range p.Choices {
		box, number := &p.Choices[i], strconv.FormatInt(p.Choices[i].ID, 10)
		on := slices.Contains(ticked, number)
		if !box.Writable || !on && !slices.Contains(listed, number) {
			continue
		}
		box.Ticked = on
		if on == box.kept || len(ticked) == 0 {
			continue
		}
		change := server.CalendarChange{Enabled: &on}
		if on {
			change.Existing = "new"
		}
		refused, err := refusal(r.changeCalendar(box.ID, change))
		if err != nil {
			return answer{}, err
		}
		if refused != nil {
			box.Wrong, wrong = refused.Detail, true
		}
	}
	if !wrong {
		return done(r.page("welcome"), "kept"), nil
	}
	a := show("welcome", "", "Welcome", p)
	a.status = http.StatusUnprocessableEntity
	return a, nil
}

// answerExisting keeps the answer about the events already there.
func (d *dashboard) answerExisting(r *request) (answer, error) {
	if r.FormValue("existing") != "all" {
		return goTo(r.page("welcome") + "?" + url.Values{"existing": {"new"}, "done": {"only-new"}}.Encode()), nil
	}
	accounts, _, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	calendars, err := r.calendars(accounts)
	if err != nil {
		return answer{}, err
	}
	for _, c := range calendars {
		if !c.Enabled {
			continue
		}
		if err := r.changeCalendar(c.ID, server.CalendarChange{Existing: "all"}); err != nil {
			return answer{}, err
		}
	}
	return done(r.page("welcome"), "all-events"), nil
}
