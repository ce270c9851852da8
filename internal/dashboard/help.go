package dashboard

import (
	"net/url"
	"slices"
	"strings"

	"slotward/internal/server"
)

// helpFound is how many events a search on the help page lists.
const helpFound = 10

// helpPage is what people ask when they wonder, answered from what holds for
// this person now.
type helpPage struct {
	Zone     string
	Here     string
	Query    string
	Searched bool
	Found    []helpEvent
	More     string // address of all that fit; "" when these are all
	Items    []helpItem
	Now      []helpItem // those of which something holds now
	Fine     bool
	Resync   string
}

// helpEvent is an event that was searched for, with its reason.
type helpEvent struct {
	Title, Path, When string
	Badge             badge
	Why, Next         string
}

// helpItem is a question with its answer.
type helpItem struct {
	ID, Question string
	helpAnswer
}

// helpAnswer is what holds now, what is so in general, and what cures it.
type helpAnswer struct {
	// Applies is true when something of it holds for this person now.
	Applies bool
	Now     []string // what holds for this person
	Cure    []string // what it means, and what to do
	Buttons []named
	Check   bool // a button that looks at the calendars now
	Search  bool // the box that searches for an event
}

// facts are what is known of a person, for answers.
type facts struct {
	person      server.Person
	connections []server.Connection
	calendars   []server.Calendar
	events      map[string]int // upcoming events by reason
	wanted      map[string]int // upcoming events by what is wanted
	budget      *budgetWords
	at          clock
	page        func(string) string
}

func (d *dashboard) routeHelp() {
	d.template("help")
	d.page("GET /people/{person}/help", d.help)
}

func (d *dashboard) help(r *request) (answer, error) {
	f, err := d.facts(r)
	if err != nil {
		return answer{}, err
	}
	content := &helpPage{Zone: f.at.Told, Here: r.page("help"), Query: strings.TrimSpace(r.FormValue("q")), Resync: r.page("resync")}
	for _, q := range questions {
		item := helpItem{q.id, q.text, q.answer(f)}
		content.Items = append(content.Items, item)
		if item.Applies {
			content.Now = append(content.Now, item)
		}
	}
	content.Fine = len(content.Now) == 0
	if content.Query != "" {
		if err := content.search(r, f.at); err != nil {
			return answer{}, err
		}
	}
	return show("help", "help", "Help", content), nil
}

// facts asks the API for all that the answers need.
func (d *dashboard) facts(r *request) (*facts, error) {
	f := &facts{events: map[string]int{}, wanted: map[string]int{}, page: r.page}
	var connections server.Connections
	var calendars server.CalendarList
	var reasons server.ReasonCounts
	for path, out := range map[string]any{"": &f.person, "/connections": &connections, "/calendars": &calendars, "/reasons": &reasons} {
		if err := r.api.get(r.me()+path, nil, out); err != nil {
			return nil, err
		}
	}
	f.connections, f.calendars = connections.Connections, calendars.Calendars
	for _, c := range reasons.Reasons {
		f.events[c.Reason] += c.Events
		f.wanted[c.Wanted] += c.Events
	}
	f.at = d.clock(r, f.calendars)
	f.budget = r.budget(f.at)
	return f, nil
}

// search lists the events with a text in their title, each with its reason:
// those to come first, then those that are over.
func (p *helpPage) search(r *request, at clock) error {
	p.Searched = true
	for _, over := range []string{"", "true"} {
		asked := url.Values{"q": {p.Query}, "limit": {"10"}}
		if over != "" {
			asked.Set("over", over)
		}
		var events server.Events
		if err := r.api.get(r.me()+"/upcoming", asked, &events); err != nil {
			return err
		}
		for _, e := range events.Events {
			start, _ := takesPlace(e)
			p.Found = append(p.Found, helpEvent{
				Title: titled(e.Title), Path: r.meetingPath(e.ID), When: moment(start, at.now, at.zone), Badge: badgeOf(e), Why: e.ReasonText, Next: sentence(e.NextStep),
			})
		}
		if events.Next != "" && p.More == "" {
			p.More = r.page("meetings") + "?" + url.Values{"q": {p.Query}}.Encode()
		}
	}
	p.Found = p.Found[:min(len(p.Found), helpFound)]
	return nil
}

// at lists the live accounts at a provider; "" is every provider.
func (f *facts) accounts(providers ...string) (out []server.Connection) {
	for _, c := range f.connections {
		if c.State != "disconnected" && (len(providers) == 0 || slices.Contains(providers, c.Provider)) {
			out = append(out, c)
		}
	}
	return out
}

// count adds up upcoming events with one of the reasons.
func (f *facts) count(reasons ...string) (n int) {
	for _, reason := range reasons {
		n += f.events[reason]
	}
	return n
}

// on are the calendars that are turned on.
func (f *facts) on() (out []server.Calendar) {
	for _, c := range f.calendars {
		if c.Enabled {
			out = append(out, c)
		}
	}
	return out
}

// conferencing leads to the accounts and calendars.
func (f *facts) conferencing(text string) named { return named{text, f.page("conferencing")} }

// meetings leads to the events in a state.
func (f *facts) meetings(text, state string) named {
	return named{text, f.page("meetings") + "?" + url.Values{"state": {state}}.Encode()}
}
