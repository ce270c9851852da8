package dashboard

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"slotward/internal/server"
	"slotward/reconciler/plan"
)

// meetingPage is one event, explained.
type meetingPage struct {
	Title, When, Zone  string
	Start              string
	Calendar, Provider string
	Repeats            string
	Badge              badge
	Wanted             string
	Reason, Detail     string
	Since              string
	Next, Until        string
	Join, Link         string // the whole link: on its owner's own page only
	Bare               string // the link without the passcode
	Shared             []named
	Choices            []choiceRow
	History            []line
	Options            []option
	Preview            *previewed
	Here, All          string
	Activity           string
	Resync             string
	ID, ReasonCode     string
	Meeting            string
	Open               bool // it is still to come, so that it can be changed
	Renewable          bool // it has a Zoom link that another could replace
	Renewing           bool // another is on its way
}

func (d *dashboard) routeMeeting() {
	d.templateWith("meeting", "part_later")
	d.page("GET /people/{person}/meetings/{event}", d.meeting)
	d.page("GET /people/{person}/meetings/{event}/join", d.join)
	d.action("POST /people/{person}/meetings/{event}/provider", d.chooseProvider)
	d.action("POST /people/{person}/meetings/{event}/renew", d.renewLink)
}

// eventPath is the API's path of the event that a page is about.
func (r *request) eventPath() string { return "/api/v1/events/" + url.PathEscape(r.PathValue("event")) }

// event reads the event that a page is about, which has to be on one of the
// calendars of the person whose pages these are.
func (r *request) event() (e chosenEvent, calendar server.Calendar, all []server.Calendar, err error) {
	var list server.CalendarList
	if err := r.api.get(r.me()+"/calendars", nil, &list); err != nil {
		return e, calendar, nil, err
	}
	if err := r.api.get(r.eventPath(), nil, &e); err != nil {
		var refused *problemError
		if errors.As(err, &refused) && refused.Status == http.StatusUnprocessableEntity {
			err = missing("There is no such meeting.")
		}
		return e, calendar, nil, err
	}
	i := slices.IndexFunc(list.Calendars, func(c server.Calendar) bool { return c.ID == e.Calendar })
	if i < 0 {
		return e, calendar, nil, missing("There is no such meeting here.")
	}
	return e, list.Calendars[i], list.Calendars, nil
}

func (d *dashboard) meeting(r *request) (answer, error) {
	content, err := d.meetingContent(r)
	if err != nil {
		return answer{}, err
	}
	status, err := r.addPreview(content)
	if err != nil {
		return answer{}, err
	}
	a := show("meeting", "meetings", content.Title, content)
	a.status = status
	return a, nil
}

func (d *dashboard) meetingContent(r *request) (*meetingPage, error) {
	e, calendar, all, err := r.event()
	if err != nil {
		return nil, err
	}
	links, err := d.links(r, []server.Event{e.Event})
	if err != nil {
		return nil, err
	}
	accounts, _, err := r.accounts()
	if err != nil {
		return nil, err
	}
	native := nativesOf(only(accounts, calendar.Connection))
	at := d.clock(r, all)
	start, end := takesPlace(e.Event)
	path := r.meetingPath(e.ID)
	p := &meetingPage{
		Title: titled(e.Title), Zone: at.Told, Start: start.Format(time.RFC3339), Calendar: calendar.Name, Provider: providerName(e.Shows),
		Badge: badgeOf(e.Event), Wanted: wantedWords(e.Event, native), Reason: e.ReasonText, Detail: sentence(e.Detail), Since: moment(e.Since, at.now, at.zone),
		Next: sentence(e.NextStep), Until: moment(e.Until, at.now, at.zone), Here: path, All: r.page("meetings"), Resync: r.page("resync"),
		Activity: r.page("activity") + "?" + url.Values{"event": {e.ID}}.Encode(),
		ID:       e.ID, ReasonCode: e.Reason, Open: e.State != "over", Renewable: e.Shows == "zoom" && e.JoinURL != "", Options: chosen(choiceOptions(native), ""),
	}
	if !start.IsZero() {
		p.When = dayName(dayOfEvent(e.Event, at.zone), at.now) + ", " + span(start, end, e.AllDay, at.zone)
	}
	p.Repeats = map[string]string{"series": "It repeats; this is the next time.", "exception": "One date of a series, changed by itself."}[e.Kind]
	if link := links[e.ID]; link != "" {
		p.Join, p.Link = path+"/join", link
	} else {
		p.Bare = e.JoinURL
	}
	if e.Choice != nil {
		p.Options = chosen(p.Options, e.Choice.Provider)
	}
	p.Renewing = e.Renewal != nil
	if e.Meeting != 0 {
		p.Meeting = strconv.FormatInt(e.Meeting, 10)
	}
	for _, other := range e.SharesWith {
		p.Shared = append(p.Shared, named{titled(other.Title), r.meetingPath(other.Event)})
	}
	if e.Why != nil {
		r.explain(p, e.Why, at)
	}
	return p, nil
}

// chosenBy says who has chosen a link, and when: "by you, Tue 1 December, 09:00".
func (r *request) chosenBy(s server.DecidingSetting, at clock) string {
	who := cmp.Or(s.By, "somebody")
	if who == r.who.Name {
		who = "you"
	}
	words := "by " + who
	if when := moment(s.At, at.now, at.zone); when != "" {
		words += ", " + when
	}
	if s.From == "series" {
		words = "for the whole series, " + words
	}
	return words
}

// explain adds the choices that led to it and what was done.
func (r *request) explain(p *meetingPage, why *server.Explanation, at clock) {
	for _, s := range why.Settings {
		row := choiceOf(s)
		if s.Key == "choice" {
			row.From = r.chosenBy(s, at)
			if p.ReasonCode == string(plan.Chosen) {
				p.Detail = "That was chosen " + row.From + "."
			}
		}
		p.Choices = append(p.Choices, row)
	}
	for _, entry := range why.Done {
		l := r.say(entry)
		l.Clock, l.Event = moment(entry.At, at.now, at.zone), named{}
		p.History = append(p.History, l)
	}
}

// wantedWords say what an event should show, on a calendar whose own link is
// called native.
func wantedWords(e server.Event, native string) string {
	switch e.Wanted {
	case "zoom":
		return "It should show a Zoom link."
	case "native":
		return "It should show a link of the calendar's own, " + native + "."
	case "static":
		return "It should show the fixed link."
	case "none":
		return "It should show no link."
	case "leave":
		return "It is left as it is."
	}
	return "It was not looked at yet."
}

// join leads to the whole link, on the owner's own pages only: what the API
// tells of links lacks the passcode.
func (d *dashboard) join(r *request) (answer, error) {
	e, _, _, err := r.event()
	if err != nil {
		return answer{}, err
	}
	links, err := d.links(r, []server.Event{e.Event})
	if err != nil {
		return answer{}, err
	}
	link := links[e.ID]
	if u, err := url.Parse(link); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return answer{}, missing("This meeting has no link to join, or it is not yours.")
	}
	return answer{elsewhere: link}, nil
}
