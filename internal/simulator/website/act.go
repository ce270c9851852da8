package website

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
)

// done are the words for what was done.
var done = map[string]string{
	"added": "The event is on the calendar.", "moved": "The event was moved.", "edited": "The event was changed.",
	"invited": "The guest was invited.", "uninvited": "The guest was taken off the list.", "answered": "The organiser knows your answer.",
	"removed": "The event is off this calendar.", "cancelled": "The event was cancelled for everybody.", "relocated": "The event is on this calendar now.",
	"same": "Nothing was different, so nothing was changed.",
}

// deed is what somebody does to an event.
type deed struct {
	desk  desk
	on    Calendar
	event Event
	Form
}

// outcome is where somebody stands after a deed: before the event of this id, or
// with "" before the week; and the key of the words for it.
type outcome struct{ calendar, id, done string }

// deeds are what can be done to an event. Those of the organiser are only for
// whoever may change the event for everybody.
var deeds = map[string]struct {
	organizers bool
	do         func(deed) (outcome, error)
}{
	"move":     {true, deed.move},
	"edit":     {true, deed.edit},
	"guests":   {true, deed.guests},
	"relocate": {true, deed.relocate},
	"cancel":   {true, deed.cancel},
	"answer":   {false, deed.answer},
	"remove":   {false, deed.remove},
}

var (
	errOrganizer = errors.New("only the event's organiser can do that")
	errReadOnly  = errors.New("this account may not write on this calendar")
	errScope     = wrong("say which occurrences are meant")
)

// act does what a form of an event's page asks for.
func (c *calendar) act(w http.ResponseWriter, r *http.Request, d desk) {
	what, known := deeds[r.PathValue("deed")]
	if !known {
		c.nothing(w, "There is no such page.")
		return
	}
	form, err := ReadForm(w, r, d.zone)
	if err != nil {
		wrongPage.Write(w, http.StatusBadRequest, Page{Brand: c.brand, Title: "That did not work", Content: err.Error()})
		return
	}
	on, known := d.named(form.Get("calendar"))
	if !known {
		c.nothing(w, "This account has no such calendar.")
		return
	}
	e, err := d.app.Look(d.account.Email, on.ID, form.Get("id"))
	if err != nil {
		c.nothing(w, "There is no such event on this calendar any more.")
		return
	}
	var o outcome
	switch {
	case !on.Writable:
		err = errReadOnly
	case what.organizers && !d.describe(on, e).Mine:
		err = errOrganizer
	default:
		o, err = what.do(deed{d, on, e, Form{form.Values, on.Zone}})
	}
	if err != nil {
		c.showEvent(w, Status(err), d, on.ID, e.ID, Page{Problem: "That did not work: " + err.Error() + "."})
		return
	}
	to := d.describe(on, e).Week + "&done=" + o.done
	if o.id != "" {
		to = d.eventPage(o.calendar, o.id, o.done)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (d deed) app() App { return d.desk.app }

// original names the event's occurrence.
func (d deed) original() string {
	if d.event.AllDay {
		return d.event.Original.Format(time.DateOnly)
	}
	return d.event.Original.UTC().Format(time.RFC3339)
}

// scope is which occurrences are meant: "one", "following" or "all". What follows
// the first occurrence is all; an event that does not repeat is one.
func (d deed) scope() (string, error) {
	if d.event.Series == "" {
		return "one", nil
	}
	switch scope := d.Get("scope"); scope {
	case "one", "all":
		return scope, nil
	case "following":
		series, err := d.app().Look(d.desk.account.Email, d.on.ID, d.event.Series)
		if err != nil {
			return "", err
		}
		if !d.event.Original.After(series.Start) {
			return "all", nil
		}
		return scope, nil
	}
	return "", errScope
}

// move gives an event another time.
func (d deed) move() (outcome, error) {
	scope, err := d.scope()
	if err != nil {
		return outcome{}, err
	}
	start, err := d.Start(d.event.AllDay)
	if err != nil {
		return outcome{}, err
	}
	minutes, err := d.Minutes(d.event.AllDay)
	if err != nil {
		return outcome{}, err
	}
	o := outcome{d.on.ID, d.event.ID, "moved"}
	switch scope {
	case "all":
		o.id, err = d.moveSeries(start, minutes)
	case "following":
		o.id, err = d.app().Split(d.on.ID, d.event.Series, d.original(), start, minutes)
	default:
		err = d.app().Move(d.on.ID, d.event.ID, start, minutes)
	}
	return o, err
}

// moveSeries moves a series by as much as its occurrence is moved, on the clock
// of the calendar's zone.
func (d deed) moveSeries(start time.Time, minutes int) (string, error) {
	series, err := d.app().Look(d.desk.account.Email, d.on.ID, d.event.Series)
	if err != nil {
		return "", err
	}
	zone := d.Zone
	if d.event.AllDay {
		zone = time.UTC
	}
	to, was, first := start.In(zone), d.event.Original.In(zone), series.Start.In(zone)
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	days := int(midnight(to).Sub(midnight(was)).Hours() / 24)
	moved := time.Date(first.Year(), first.Month(), first.Day()+days, to.Hour(), to.Minute(), 0, 0, zone)
	return series.ID, d.app().Move(d.on.ID, series.ID, moved, minutes)
}

// meant is the event that a change of texts or guests goes to; for those that
// follow, a series of their own.
func (d deed) meant() (Event, error) {
	scope, err := d.scope()
	if err != nil {
		return Event{}, err
	}
	id := d.event.ID
	switch scope {
	case "all":
		id = d.event.Series
	case "following":
		if id, err = d.app().Split(d.on.ID, d.event.Series, d.original(), d.event.Original, 0); err != nil {
			return Event{}, err
		}
	}
	return d.app().Look(d.desk.account.Email, d.on.ID, id)
}

// edit changes what differs from what the form showed, and nothing else: what
// others wrote meanwhile stays.
func (d deed) edit() (outcome, error) {
	var c Change
	for name, to := range map[string]**string{"title": &c.Title, "location": &c.Location, "notes": &c.Notes} {
		if text := d.text(name); text != d.text("was_"+name) {
			*to = &text
		}
	}
	if c == (Change{}) {
		return outcome{d.on.ID, d.event.ID, "same"}, nil
	}
	if c.Notes != nil { // refused before a series is split for it
		if _, err := d.event.Format.Rewrite(d.event.Notes, d.text("was_notes"), *c.Notes); err != nil {
			return outcome{}, err
		}
	}
	to, err := d.meant()
	if err != nil {
		return outcome{}, err
	}
	if c.Notes != nil {
		notes, err := to.Format.Rewrite(to.Notes, d.text("was_notes"), *c.Notes)
		if err != nil {
			return outcome{}, err
		}
		c.Notes = &notes
	}
	return outcome{d.on.ID, to.ID, "edited"}, d.app().Change(d.on.ID, to.ID, c)
}

// guests invites those who are typed, or takes one off.
func (d deed) guests() (outcome, error) {
	invited, err := d.addresses("invite")
	if err != nil {
		return outcome{}, err
	}
	gone, o := d.Get("uninvite"), outcome{d.on.ID, "", "invited"}
	switch {
	case gone != "":
		invited, o.done = nil, "uninvited"
	case len(invited) == 0:
		return outcome{}, wrong("write an e-mail address")
	}
	to, err := d.meant()
	if err != nil {
		return outcome{}, err
	}
	var list []string
	for _, g := range to.Guests {
		if !g.Room && !strings.EqualFold(g.Email, gone) {
			list = append(list, g.Email)
		}
	}
	for _, email := range invited {
		if !slices.Contains(list, email) {
			list = append(list, email)
		}
	}
	o.id = to.ID
	return o, d.app().Change(d.on.ID, to.ID, Change{Guests: &list})
}

// relocate moves an event, a series as a whole, to another of the account's calendars.
func (d deed) relocate() (outcome, error) {
	to, known := d.desk.named(d.Get("to"))
	if !known || !to.Writable {
		return outcome{}, wrong("choose one of your calendars")
	}
	id := d.event.ID
	if d.event.Series != "" {
		id = d.event.Series
	}
	there, err := d.app().Relocate(d.on.ID, id, to.ID)
	return outcome{to.ID, there, "relocated"}, err
}

// cancel deletes for everybody.
func (d deed) cancel() (outcome, error) {
	scope, err := d.scope()
	if err != nil {
		return outcome{}, err
	}
	switch scope {
	case "all":
		err = d.app().Cancel(d.on.ID, d.event.Series)
	case "following":
		err = d.app().EndBefore(d.on.ID, d.event.Series, d.original())
	default:
		err = d.app().Cancel(d.on.ID, d.event.ID)
	}
	return outcome{done: "cancelled"}, err
}

// own is the id of what a guest's answer or deletion goes to.
func (d deed) own() (string, error) {
	scope := d.Get("scope")
	switch {
	case d.event.Series == "" || scope == "one":
		return d.event.ID, nil
	case scope == "all":
		return d.event.Series, nil
	}
	return "", errScope
}

// answer answers an invitation.
func (d deed) answer() (outcome, error) {
	i := slices.IndexFunc(answers, func(a struct{ Value, Words string }) bool { return a.Value == d.Get("answer") })
	switch {
	case d.event.Answer == "" || d.event.Cancelled:
		return outcome{}, errors.New("there is no invitation to answer")
	case i < 0:
		return outcome{}, wrong("choose an answer")
	}
	id, err := d.own()
	if err != nil {
		return outcome{}, err
	}
	if err := d.app().RSVP(d.on.ID, id, answers[i].Value); err != nil {
		return outcome{}, err
	}
	o := outcome{d.on.ID, d.event.ID, "answered"}
	if _, gone := d.app().Look(d.desk.account.Email, d.on.ID, d.event.ID); gone != nil {
		o = outcome{done: "answered"} // declining took it off the calendar
	}
	return o, nil
}

// remove takes an event that somebody else organises off this calendar.
func (d deed) remove() (outcome, error) {
	if d.event.Organized {
		return outcome{}, errors.New("this calendar organises the event: cancel it instead")
	}
	id, err := d.own()
	if err != nil {
		return outcome{}, err
	}
	return outcome{done: "removed"}, d.app().Delete(d.on.ID, id)
}
