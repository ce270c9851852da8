package dashboard

import (
	"net/url"
	"strconv"

	"slotward/internal/server"
)

// activityShown is how many entries a page of the journal has.
const activityShown = 100

// activityPage is the journal in sentences, newest first, day by day.
type activityPage struct {
	Zone     string
	Query    string
	Kinds    []option
	Event    named // only what concerns this event; Path "" for all
	EventID  string
	Days     []activityDay
	Older    string // address; "" when there is nothing older
	Newest   string // address of the first page; "" on it
	Filtered bool
	Here     string
}

// activityDay is one day with what was done.
type activityDay struct {
	ID, Name string
	Lines    []line
}

// activityKinds are what the journal can be chosen by, with the parameters of
// the API that do it.
var activityKinds = []struct {
	option
	asks url.Values
}{
	{option{Value: "", Text: "Everything"}, nil},
	{option{Value: "links", Text: "Links and meetings"}, url.Values{"by": {"pass"}}},
	{option{Value: "people", Text: "Changes by people"}, url.Values{"by": {"people"}}},
	{option{Value: "problems", Text: "What did not work"}, url.Values{"outcome": {"failed"}}},
	{option{Value: "waiting", Text: "What was held back"}, url.Values{"outcome": {"held"}}},
}

func (d *dashboard) routeActivity() {
	d.templateWith("activity", "part_activity")
	d.page("GET /people/{person}/activity", d.activity)
}

func (d *dashboard) activity(r *request) (answer, error) {
	var calendars server.CalendarList
	if err := r.api.get(r.me()+"/calendars", nil, &calendars); err != nil {
		return answer{}, err
	}
	content, journal, err := r.journal(r.page("activity"), url.Values{"person": {r.person}})
	if err != nil {
		return answer{}, err
	}
	at := d.clock(r, calendars.Calendars)
	content.Zone, content.Days = at.Told, journalDays(journal.Entries, at, r.say)
	return show("activity", "activity", "Activity", content), nil
}

// journal asks for the page of the journal that the address here, with its
// parameters, means. asked chooses whose it is.
func (r *request) journal(here string, asked url.Values) (content activityPage, journal server.Journal, err error) {
	content = activityPage{
		Query: r.FormValue("q"), EventID: r.FormValue("event"), Here: here, Filtered: r.FormValue("q")+r.FormValue("kind")+r.FormValue("event") != "",
	}
	asked.Set("limit", strconv.Itoa(activityShown))
	for _, name := range []string{"q", "event", "before"} {
		if value := r.FormValue(name); value != "" {
			asked.Set(name, value)
		}
	}
	for _, kind := range activityKinds {
		content.Kinds = append(content.Kinds, kind.option)
		if kind.Value != r.FormValue("kind") {
			continue
		}
		for name, values := range kind.asks {
			asked[name] = values
		}
	}
	content.Kinds = chosen(content.Kinds, r.FormValue("kind"))
	if err := r.api.get("/api/v1/journal", asked, &journal); err != nil {
		return content, journal, err
	}
	content.turn(r, journal.Next)
	return content, journal, nil
}

// journalDays tells entries in sentences, by the day on which they were written.
func journalDays(entries []server.JournalEntry, at clock, say func(server.JournalEntry) line) (out []activityDay) {
	last := ""
	for _, e := range entries {
		day := dayOf(e.At, at.zone)
		if name := dayName(day, at.now); name != last {
			out = append(out, activityDay{ID: "day-" + day.Format("2006-01-02"), Name: name})
			last = name
		}
		l := say(e)
		l.Clock = e.At.In(at.zone).Format("15:04")
		lines := &out[len(out)-1].Lines
		*lines = append(*lines, l)
	}
	return out
}

// turn adds the addresses of the older and of the newest entries.
func (p *activityPage) turn(r *request, next int64) {
	q := url.Values{}
	for _, name := range []string{"q", "kind", "event"} {
		if value := r.FormValue(name); value != "" {
			q.Set(name, value)
		}
	}
	to := func() string {
		if len(q) == 0 {
			return p.Here
		}
		return p.Here + "?" + q.Encode()
	}
	if p.EventID != "" && r.person != "" {
		p.Event = named{Path: r.meetingPath(p.EventID)}
	}
	if r.FormValue("before") != "" {
		p.Newest = to()
	}
	if next != 0 {
		q.Set("before", strconv.FormatInt(next, 10))
		p.Older = to()
	}
}
