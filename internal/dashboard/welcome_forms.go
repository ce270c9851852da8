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
// says otherwise, and off what is not.
func (d *dashboard) takeCalendars(r *request) (answer, error) {
	p, err := d.welcomePage(r)
	if err != nil {
		return answer{}, err
	}
	accounts, _, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	calendars, err := r.calendars(accounts)
	if err != nil {
		return answer{}, err
	}
	ticked := r.PostForm["calendar"]
	wrong := len(ticked) == 0
	if wrong {
		p.Wrong = "Tick at least one calendar: without one there is nothing to do."
	}
	for i, c := range calendars {
		on := slices.Contains(ticked, strconv.FormatInt(c.ID, 10))
		if !c.Writable {
			continue
		}
		p.Choices[i].Ticked = on
		if on == c.Enabled || len(ticked) == 0 {
			continue
		}
		change := server.CalendarChange{Enabled: &on}
		if on {
			change.Existing = "new"
		}
		refused, err := refusal(r.changeCalendar(c.ID, change))
		if err != nil {
			return answer{}, err
		}
		if refused != nil {
			p.Choices[i].Wrong, wrong = refused.Detail, true
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
