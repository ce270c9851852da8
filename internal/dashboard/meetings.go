package dashboard

import (
	"cmp"
	"net/url"
	"strconv"
	"time"

	"slotward/internal/server"
)

// meetingsShown is how many events a page of meetings has.
const meetingsShown = 50

// option is one of a choice.
type option struct {
	Value, Text string
	Chosen      bool
}

// meetingsPage is what is coming, day by day.
type meetingsPage struct {
	Zone       string
	Here       string // this page's own address
	Query      string
	Over       bool
	Filtered   bool
	States     []option
	Providers  []option
	Calendars  []option
	Days       []meetingDay
	Later      string // addresses; "" for no such page
	Earlier    string
	Searching  bool // nothing on this page fits, but there are more to look through
	NoCalendar bool // none is on
	NoAccount  bool // none is connected
	Private    bool // whole links are shown
	Resync     string
}

// meetingDay is one day with its events.
type meetingDay struct {
	ID, Name string
	Rows     []meetingRow
}

// meetingRow is one event in the list.
type meetingRow struct {
	Title, Path  string
	When         string
	Start        string // for machines
	Calendar     string
	Provider     string
	Repeats      bool
	Shared       []named
	Badge        badge
	Why, Next    string
	Join, Copy   string // addresses; "" for none
	JoinExternal bool   // Join leads elsewhere
}

// named is a title and where it leads.
type named struct{ Title, Path string }

func (d *dashboard) routeMeetings() {
	d.template("meetings")
	d.page("GET /people/{person}/meetings", d.meetings)
}

func (d *dashboard) meetings(r *request) (answer, error) {
	var calendars server.CalendarList
	if err := r.api.get(r.me()+"/calendars", nil, &calendars); err != nil {
		return answer{}, err
	}
	asked := askedMeetings(r)
	var events server.Events
	if err := r.api.get(r.me()+"/upcoming", asked, &events); err != nil {
		return answer{}, err
	}
	links, err := d.links(r, events.Events)
	if err != nil {
		return answer{}, err
	}
	at := d.clock(r, calendars.Calendars)
	content := meetingsPage{
		Zone: at.Told, Here: r.page("meetings"), Query: asked.Get("q"), Over: asked.Get("over") != "", Private: r.own() && d.Joining != nil,
		States: chosen(stateOptions, asked.Get("state")), Providers: chosen(providerOptions, asked.Get("provider")),
		Calendars: calendarOptions(calendars.Calendars, asked.Get("calendar")),
		Days:      r.days(events.Events, calendars.Calendars, links, at),
		Resync:    r.page("resync"),
	}
	content.Filtered = asked.Get("q")+asked.Get("state")+asked.Get("provider")+asked.Get("calendar") != ""
	content.Searching = len(events.Events) == 0 && events.Next != ""
	content.NoAccount, content.NoCalendar = len(calendars.Calendars) == 0, !anyOn(calendars.Calendars)
	content.Later, content.Earlier = r.turning(asked, events)
	return show("meetings", "meetings", "Meetings", content), nil
}

// askedMeetings are the page's own parameters, as the API takes them. What is
// empty is left out, so that a form with nothing chosen asks for everything.
func askedMeetings(r *request) url.Values {
	out := url.Values{"limit": {strconv.Itoa(meetingsShown)}}
	for _, name := range []string{"q", "state", "provider", "calendar", "over", "cursor"} {
		if value := r.FormValue(name); value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// turning are the addresses of the pages after and before this one, in time.
func (r *request) turning(asked url.Values, events server.Events) (later, earlier string) {
	to := func(over bool, cursor string) string {
		q := url.Values{}
		for _, name := range []string{"q", "state", "provider", "calendar"} {
			if value := asked.Get(name); value != "" {
				q.Set(name, value)
			}
		}
		if over {
			q.Set("over", "true")
		}
		if cursor != "" {
			q.Set("cursor", cursor)
		}
		if len(q) == 0 {
			return r.page("meetings")
		}
		return r.page("meetings") + "?" + q.Encode()
	}
	if asked.Get("over") != "" {
		if events.Next != "" {
			earlier = to(true, events.Next)
		}
		return to(events.Previous != "", events.Previous), earlier
	}
	if events.Next != "" {
		later = to(false, events.Next)
	}
	return later, to(events.Previous == "", events.Previous)
}

// links are the whole links of events, on their owner's own pages only.
func (d *dashboard) links(r *request, events []server.Event) (map[string]string, error) {
	if d.Joining == nil || !r.own() {
		return nil, nil // nobody else's to see
	}
	var ids []string
	for _, e := range events {
		if e.Shows != "none" {
			ids = append(ids, e.ID)
		}
	}
	return d.Joining(r.Context(), r.who.Person, ids...)
}

// days groups events by the day on which they take place, in the order given.
// What began before today and goes on stands under today.
func (r *request) days(events []server.Event, calendars []server.Calendar, links map[string]string, at clock) (out []meetingDay) {
	names := map[int64]string{}
	for _, c := range calendars {
		names[c.ID] = c.Name
	}
	today := dayOf(at.now, at.zone)
	var last time.Time
	for _, e := range events {
		_, end := takesPlace(e)
		day := dayOfEvent(e, at.zone)
		if day.Before(today) && end.After(at.now) {
			day = today
		}
		if len(out) == 0 || !day.Equal(last) {
			out = append(out, meetingDay{ID: "day-" + day.Format(time.DateOnly), Name: dayName(day, at.now)})
			last = day
		}
		rows := &out[len(out)-1].Rows
		*rows = append(*rows, r.meetingRow(e, names[e.Calendar], links[e.ID], at))
	}
	return out
}

// takesPlace is when an event takes place next, or did.
func takesPlace(e server.Event) (start, end time.Time) {
	if e.Next.IsZero() {
		return e.Start, e.End
	}
	return e.Next, e.NextEnd
}

// dayOfEvent is the day on which an event begins. Events that last all day are
// on their day in every zone.
func dayOfEvent(e server.Event, zone *time.Location) time.Time {
	start, _ := takesPlace(e)
	if e.AllDay {
		year, month, day := start.UTC().Date()
		return time.Date(year, month, day, 0, 0, 0, 0, zone)
	}
	return dayOf(start, zone)
}

func (r *request) meetingRow(e server.Event, calendar, link string, at clock) meetingRow {
	start, end := takesPlace(e)
	row := meetingRow{
		Title: titled(e.Title), Path: r.meetingPath(e.ID), When: span(start, end, e.AllDay, at.zone), Start: start.Format(time.RFC3339),
		Calendar: calendar, Provider: providerName(e.Shows), Repeats: e.Kind == "series", Badge: badgeOf(e),
	}
	for _, other := range e.SharesWith {
		row.Shared = append(row.Shared, named{titled(other.Title), r.meetingPath(other.Event)})
	}
	if e.State != "ready" || row.Badge.Colour == "warn" {
		row.Why, row.Next = e.ReasonText, sentence(e.NextStep)
	}
	if e.State == "over" {
		row.Next = ""
		return row
	}
	if link != "" {
		row.Join, row.Copy = row.Path+"/join", link
	} else if !r.own() && e.JoinURL != "" {
		row.Join, row.JoinExternal = e.JoinURL, true
	}
	return row
}

// meetingPath is the address of one event's page.
func (r *request) meetingPath(event string) string {
	return r.page("meetings/" + url.PathEscape(event))
}

// stateOptions and providerOptions are what events can be chosen by.
var stateOptions = []option{
	{Value: "", Text: "Any state"}, {Value: "ready", Text: "Has its link"}, {Value: "planned", Text: "Link on its way"},
	{Value: "waiting", Text: "Waits its turn"}, {Value: "attention", Text: "Needs somebody"}, {Value: "left", Text: "Left as it is"},
}

var providerOptions = []option{
	{Value: "", Text: "Any link"}, {Value: "zoom", Text: "Zoom"}, {Value: "meet", Text: "Google Meet"}, {Value: "teams", Text: "Microsoft Teams"},
	{Value: "static", Text: "Fixed link"}, {Value: "other", Text: "Another one"}, {Value: "none", Text: "No link"},
}

// chosen is a choice with the one that was made.
func chosen(options []option, value string) []option {
	out := make([]option, len(options))
	for i, o := range options {
		o.Chosen = o.Value == value
		out[i] = o
	}
	return out
}

func calendarOptions(calendars []server.Calendar, value string) []option {
	out := []option{{Value: "", Text: "All calendars"}}
	for _, c := range calendars {
		out = append(out, option{Value: strconv.FormatInt(c.ID, 10), Text: cmp.Or(c.Name, "calendar "+strconv.FormatInt(c.ID, 10))})
	}
	return chosen(out, value)
}

func anyOn(calendars []server.Calendar) bool {
	for _, c := range calendars {
		if c.Enabled {
			return true
		}
	}
	return false
}
