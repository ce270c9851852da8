package main

import (
	"slices"
	"strings"
	"time"

	"slotward/internal/scenario"
)

// book is what the teller remembers of the story so far: who there is, what was
// chosen, and of each event what people said when they made or changed it. What
// can be seen in the calendars and in Zoom is looked up there.
type book struct {
	now      func() time.Time
	people   []*person
	settings map[string]string // of the installation
	events   []*event
	made     []*meeting // by hand in Zoom
	named    int        // names given so far
}

type person struct {
	name      string
	zoom      bool            // connected
	away      map[string]bool // calendar accounts that are disconnected, by provider
	paused    bool
	settings  map[string]string
	calendars []*calendar
}

type calendar struct {
	name     string
	owner    *person
	provider string
	on       bool
	newOnly  bool // events from before it was turned on are left
	since    time.Time
	settings map[string]string
}

// read reports whether anybody reads the calendar.
func (c *calendar) read() bool { return c.on && !c.owner.away[c.provider] }

// connected are the providers whose account of a person's is connected.
func (p *person) connected() (out []string) {
	if p.zoom {
		out = append(out, "zoom")
	}
	for _, c := range p.calendars {
		if !p.away[c.provider] && !slices.Contains(out, c.provider) {
			out = append(out, c.provider)
		}
	}
	return out
}

// at are a person's calendars at a provider.
func (b *book) at(p *person, provider string) []*calendar {
	return slices.DeleteFunc(slices.Clone(p.calendars), func(c *calendar) bool { return c.provider != provider })
}

// meeting is one that somebody made by hand in Zoom.
type meeting struct {
	name    string
	owner   *person
	id      int64
	start   time.Time
	minutes int
	wanted  bool // to be taken up, at some time
	taken   bool // it was: it is kept like ours now
	doubted bool // Zoom need not have told whose it is
}

// event is an event as people told of it.
type event struct {
	name     string
	calendar *calendar
	title    string
	notes    string
	location string
	guests   string
	created  time.Time // as it says itself
	born     time.Time // in the story
	series   bool
	private, allDay, kind, elsewhere, locked,
	declined bool
	gone bool

	chosen  string // the provider that somebody chose for it on its page; "": none
	owed    int64  // the meeting in the place of which somebody asked for another
	from    *event // whose copy it is: on a guest's calendar
	carried bool   // it was made from another one, with our block on it
	roomed  bool   // a room was booked, which is its place in Outlook
	carries int64  // the other's meeting, unless something calls for just that one
	due     bool   // since then the daemon may have seen to it
	written bool   // we have been at it
	native  bool   // its calendar's own link was asked for
	looked  bool   // it is as it was when the world was last looked at
	strips  []time.Time
	changed map[string]*occurrence // occurrences that are not as their series, by date
}

// occurrence is one occurrence of a series that somebody changed.
type occurrence struct {
	cancelled bool
	start     time.Time // zero: as it was
	length    time.Duration
	location  string // typed there; "": as its series'
	apart     bool   // its series was edited since, which need not have reached it
}

// name gives the next thing of a kind its name.
func (b *book) name(kind string) string {
	b.named++
	return kind + string(rune('a'+(b.named-1)%26)) + strings.Repeat("x", (b.named-1)/26)
}

// setting is what holds for a calendar: its own word, its owner's, the
// installation's, or the default.
func (b *book) setting(c *calendar, key string) string {
	for _, layer := range []map[string]string{c.settings, c.owner.settings, b.settings} {
		if v := layer[key]; v != "" {
			return v
		}
	}
	return defaults[key]
}

var defaults = map[string]string{
	"prefer": "zoom,native,none", "share": "slot", "reschedule": "keep", "on_cancel": "delete", "foreign": "respect", "replace_native": "yes",
	"eligible": "guests", "in_person": "add", "notify": "external", "series": "fixed",
}

// choices are the values that settings are given. An empty one takes the setting back.
var choices = map[string][]string{
	"prefer":         {"zoom,native,none", "native,zoom", "none", "static,zoom", "zoom,static", ""},
	"share":          {"never", "slot", ""},
	"reschedule":     {"renew", "keep", ""},
	"on_cancel":      {"keep", "delete", ""},
	"foreign":        {"replace", "adopt", "respect", ""},
	"replace_native": {"no", "yes", ""},
	"eligible":       {"all", "guests", ""},
	"in_person":      {"skip", "add", ""},
	"notify":         {"none", "all", "external", ""},
	"series":         {"open", "fixed", ""},
}

// What people write, and what that means.
var (
	titles = map[string]string{ // what it asks for
		"Plan": "", "Review": "", "Sync": "", "": "", "Plan #meet": "meet", "Plan #teams": "teams", "Plan #zoom": "zoom", "Plan #nolink": "none", "Plan by phone": "none",
	}
	texts = map[string]bool{ // whether it has a link that people put there
		"": false, "Agenda: the numbers": false, "See https://acme.webex.com/meet/ada first": true,
	}
	places = map[string]bool{ // likewise; the others are places
		"": false, "Room 4": false, "https://acme.webex.com/meet/ada": true, "https://zoom.us/j/99911122233": true,
	}
)

const (
	fixedURL  = "https://rooms.acme.test/ada"
	boardroom = "blue@resource.calendar.google.com"
)

// foreign reports whether somebody put a link of their own on the event.
func (e *event) foreign() bool { return texts[e.notes] || isLink(e.location) }

// place reports whether somebody named a place.
func (e *event) place() bool { return e.location != "" && !isLink(e.location) }

// isLink reports whether a location is a link: one of the table's, or to a meeting
// that somebody made by hand, which a story calls by its name.
func isLink(location string) bool { return places[location] || strings.HasPrefix(location, "$") }

// zoomTyped reports whether somebody put a link to Zoom on the event.
func (e *event) zoomTyped() bool {
	return strings.HasPrefix(e.location, "$") || strings.Contains(e.location, "zoom.us")
}

// byHand finds the meeting made by hand whose link stands on an event; nil: none.
func (b *book) byHand(e *event) *meeting {
	i := slices.IndexFunc(b.made, func(m *meeting) bool { return "$"+m.name == e.location })
	if i < 0 {
		return nil
	}
	return b.made[i]
}

// alone reports whether nobody else is invited; rooms do not count.
func (e *event) alone() bool {
	return !slices.ContainsFunc(strings.Split(e.guests, ","), func(g string) bool { return g != "" && g != boardroom })
}

// unused are the links of a person's meetings made by hand, as a story names them.
func (b *book) unused(p *person) (out []string) {
	for _, m := range b.made {
		if m.owner == p && !m.taken {
			out = append(out, "$"+m.name)
		}
	}
	return out
}

// carry notes what an event has from the one that it is made from, which looks
// like this: all that stands on it, but nothing that was chosen for the other.
func (e *event) carry(from scenario.Sight) {
	e.carried, e.carries, e.due, e.looked, e.chosen, e.owed = true, from.Meeting, false, false, "", 0
}

// asks is the provider that an event's own words ask for: "meet", "teams",
// "zoom", "none"; "" when they ask for nothing.
func (b *book) asks(e *event) string {
	asked := titles[e.title]
	if asked == "zoom" && e.zoomTyped() && b.setting(e.calendar, "foreign") != "replace" {
		return "" // these words are about the link that stands there
	}
	return asked
}

// topic is what Zoom may show of the event.
func (e *event) topic() string {
	if e.private || e.title == "" {
		return "Meeting"
	}
	return e.title
}

// native is what a calendar's provider calls its own kind of link.
func (c *calendar) native() string {
	if c.provider == "google" {
		return "meet"
	}
	return "teams"
}
