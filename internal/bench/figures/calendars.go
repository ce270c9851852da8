package figures

import (
	"fmt"
	"net/http"
	"time"

	"slotward/internal/simulator"
	simgoogle "slotward/internal/simulator/google"
	simmicrosoft "slotward/internal/simulator/microsoft"
	"slotward/sources"
)

// calendars are a simulated provider with one account, whose calendar it is that
// things happen on.
type calendars struct {
	http.Handler
	people
	traits
	desk  *simulator.Desk
	mails func() int // updates and the like that guests were sent because of our writes
	at    func(url string)
	url   string // where it is served
}

// people do this to the calendar.
type people interface {
	insert(all []draft) (ids []string, err error)
	move(id string, start time.Time, minutes int) error
	rename(id, title string) error
	cancel(id string) error
}

// draft is an event as a person makes it.
type draft struct {
	title, notes string
	start        time.Time
	minutes      int
	guests       []string
	native       bool // with the calendar's own link
}

// traits are in what the providers differ for those who count.
type traits struct {
	title       string // of the provider
	list, patch string // operations: the incremental read, a write
	// readOne is the operation by which one event is read, where two things take
	// it: after a native link was taken off, because the answer to the write does
	// not tell that it went; and when an event is said to be removed, because it
	// may only have moved out of what is read. "" where they do not.
	readOne string
	// mostLists is how many reads the first pass over many events may take; zero:
	// nothing is promised.
	mostLists int
	settings  func(url string) []string // of a daemon
}

var traitsOf = map[sources.Provider]traits{
	sources.Google: {
		title: "Google", list: "google.list", patch: "google.patch", mostLists: 4,
		settings: func(url string) []string {
			return []string{
				"SLOTWARD_GOOGLE_CLIENT_ID=" + clientID, "SLOTWARD_GOOGLE_CLIENT_SECRET=" + clientSecret,
				"SLOTWARD_GOOGLE_AUTH_URL=" + url + "/o/oauth2/v2/auth", "SLOTWARD_GOOGLE_TOKEN_URL=" + url + "/token",
				"SLOTWARD_GOOGLE_REVOKE_URL=" + url + "/revoke", "SLOTWARD_GOOGLE_USERINFO_URL=" + url + "/v1/userinfo",
				"SLOTWARD_GOOGLE_API_URL=" + url + "/",
			}
		},
	},
	sources.Microsoft: {
		title: "Microsoft", list: "microsoft.delta", patch: "microsoft.patch", readOne: "microsoft.get",
		settings: func(url string) []string {
			return []string{
				"SLOTWARD_MICROSOFT_CLIENT_ID=" + clientID, "SLOTWARD_MICROSOFT_CLIENT_SECRET=" + clientSecret,
				"SLOTWARD_MICROSOFT_LOGIN_URL=" + url, "SLOTWARD_MICROSOFT_GRAPH_URL=" + url,
			}
		},
	},
}

// newCalendars makes a provider with its account, who lets us in. callback is
// where it sends those who agreed.
func newCalendars(name sources.Provider, clock *simulator.Clock, callback string) (*calendars, error) {
	c := &calendars{traits: traitsOf[name], desk: simulator.NewDesk()}
	switch name {
	case sources.Google:
		s := simgoogle.New(simgoogle.Options{Clock: clock, Desk: c.desk})
		s.AddClient(clientID, clientSecret, callback)
		c.Handler, c.people, c.at, c.mails = s, googlePeople{s}, s.SetURL, func() int { return len(s.Mails()) }
		return c, s.AddAccount(person, "Ada")
	case sources.Microsoft:
		s := simmicrosoft.New(simmicrosoft.Options{Clock: clock, Desk: c.desk})
		s.AddClient(clientID, clientSecret, callback)
		s.Configure(func(b *simmicrosoft.Behaviour) { b.ImmutableNames = true })
		c.Handler, c.people, c.at, c.mails = s, microsoftPeople{s}, s.SetURL, func() int { return len(s.Mails()) }
		return c, s.AddAccount(person, "Ada")
	}
	return nil, fmt.Errorf("calendars of %q cannot be simulated", name)
}

type googlePeople struct{ *simgoogle.Server }

func (p googlePeople) insert(all []draft) ([]string, error) {
	out := make([]simgoogle.NewEvent, len(all))
	for i, d := range all {
		out[i] = simgoogle.NewEvent{Title: d.title, Notes: d.notes, Start: d.start, Minutes: d.minutes, Guests: d.guests, Meet: d.native}
	}
	return p.SeedMany(person, out)
}

func (p googlePeople) move(id string, start time.Time, minutes int) error {
	return p.Move(person, id, start, minutes)
}

func (p googlePeople) rename(id, title string) error {
	return p.Edit(person, id, simgoogle.Change{Title: &title})
}

func (p googlePeople) cancel(id string) error { return p.Cancel(person, id) }

type microsoftPeople struct{ *simmicrosoft.Server }

func (p microsoftPeople) insert(all []draft) ([]string, error) {
	out := make([]simmicrosoft.NewEvent, len(all))
	for i, d := range all {
		out[i] = simmicrosoft.NewEvent{Title: d.title, Notes: d.notes, Start: d.start, Minutes: d.minutes, Guests: d.guests, Teams: d.native}
	}
	return p.SeedMany(person, out)
}

func (p microsoftPeople) move(id string, start time.Time, minutes int) error {
	return p.Move(person, id, start, minutes)
}

func (p microsoftPeople) rename(id, title string) error {
	return p.Edit(person, id, simmicrosoft.Change{Title: &title})
}

func (p microsoftPeople) cancel(id string) error { return p.Cancel(person, id) }
