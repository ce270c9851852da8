package dashboard

import (
	"slices"
	"strings"

	"slotward/internal/server"
)

// welcomePage is the way from nothing to the first links, as steps that can be
// left and taken up again: what is done follows from how things stand, and from
// nothing that has to be remembered.
type welcomePage struct {
	Name   string
	Acting bool // for somebody else: they get a link to connect with
	Here   string
	Done   int // steps that are done
	Steps  []*welcomeStep

	Calendars    []server.Provider // that can be connected
	HasCalendars []accountCard
	Choices      []calendarBox
	Wrong        string // why the choice of calendars was not saved
	Zoom         *server.Provider
	HasZoom      []accountCard
	Existing     existing
	Links        []firstLink
}

// welcomeStep is one step of the way.
type welcomeStep struct {
	ID, Title string
	Done      bool
	Next      bool   // the first that is not done
	Said      string // what was done, in words
}

// calendarBox is a calendar to tick.
type calendarBox struct {
	ID         int64
	Name, Hint string
	Ticked     bool
	Writable   bool
	Wrong      string
	kept       bool // it is kept now
}

// existing is the question whether the events already there get links, too.
type existing struct {
	Answer string    // "all", "new", or "" while it is open
	Told   *foreseen // what "all" would lead to; nil: not asked for
	Until  string    // when the last of it would be done
}

func (d *dashboard) routeWelcome() {
	d.templateWith("welcome", "part_preview", "part_later")
	d.page("GET /people/{person}/welcome", d.welcome)
	d.action("POST /people/{person}/welcome", d.takeStep)
}

func (d *dashboard) welcome(r *request) (answer, error) {
	p, err := d.welcomePage(r)
	return show("welcome", "", "Welcome", p), err
}

// welcomePage looks how far somebody is.
func (d *dashboard) welcomePage(r *request) (*welcomePage, error) {
	accounts, providers, err := r.accounts()
	if err != nil {
		return nil, err
	}
	calendars, err := r.calendars(accounts)
	if err != nil {
		return nil, err
	}
	whose, err := r.subject()
	if err != nil {
		return nil, err
	}
	acting, err := r.acting(r.Context())
	if err != nil {
		return nil, err
	}
	p := &welcomePage{Name: whose.Name, Acting: acting != "", Here: r.page("welcome")}
	calendarStep := p.connectSteps(d, r, accounts, providers, calendars, whose)
	p.Choices = boxes(accounts, calendars)
	if p.Links, err = r.firstLinks(); err != nil {
		return nil, err
	}
	if err := d.askExisting(r, p, calendars, calendarStep); err != nil {
		return nil, err
	}
	p.number()
	return p, nil
}

// connectSteps are the first three steps: it reports whether there is enough to
// ask about the events already there.
func (p *welcomePage) connectSteps(d *dashboard, r *request, accounts []ownAccount, providers []server.Provider, calendars []server.Calendar, whose server.Person) bool {
	connect := &welcomeStep{ID: "calendar", Title: "Connect a calendar"}
	choose := &welcomeStep{ID: "choose", Title: "Choose the calendars to keep"}
	zoom := &welcomeStep{ID: "zoom", Title: "Connect Zoom"}
	for i := range providers {
		if at := providers[i]; at.Configured && at.Calendars {
			p.Calendars = append(p.Calendars, at)
		} else if at.Configured {
			p.Zoom = &providers[i]
		}
	}
	for i := range accounts {
		a := &accounts[i]
		if !a.live() {
			continue
		}
		card, step := d.card(r, a, calendars, whose), zoom
		if a.Provider.Calendars {
			p.HasCalendars, step = append(p.HasCalendars, card), connect
		} else {
			p.HasZoom = append(p.HasZoom, card)
		}
		step.Done = step.Done || a.State == "connected"
	}
	kept := 0
	for _, c := range calendars {
		if c.Enabled {
			kept++
		}
	}
	choose.Done = kept > 0
	if choose.Done {
		choose.Said = number(kept, "calendar is kept", "calendars are kept")
	}
	if p.Zoom == nil && len(p.HasZoom) == 0 {
		zoom.Done, zoom.Said = true, "not needed: Zoom is not set up here"
	}
	p.Steps = []*welcomeStep{connect, choose, zoom}
	return choose.Done && zoom.Done
}

// boxes are the calendars to tick. Where none was chosen yet, the account's main
// one is.
func boxes(accounts []ownAccount, calendars []server.Calendar) (out []calendarBox) {
	chosen := slices.ContainsFunc(calendars, func(c server.Calendar) bool { return c.Enabled })
	for _, c := range calendars {
		box := calendarBox{
			ID: c.ID, Name: c.Name, Hint: accountBeside(accounts, c), Writable: c.Writable, Wrong: c.Error, kept: c.Enabled,
			Ticked: c.Enabled || !chosen && c.Primary && c.Writable && c.Error == "",
		}
		if !c.Writable {
			box.Hint = strings.TrimPrefix(box.Hint+"; may only be read by this account", "; ")
		}
		out = append(out, box)
	}
	return out
}

// number finds the step that comes next.
func (p *welcomePage) number() {
	for _, step := range p.Steps {
		if step.Done {
			p.Done++
		} else if p.Done == slices.Index(p.Steps, step) {
			step.Next = true
		}
	}
}

// askExisting adds the question about the events already there, with what it
// would mean, and the last step.
func (d *dashboard) askExisting(r *request, p *welcomePage, calendars []server.Calendar, ready bool) error {
	ask := &welcomeStep{ID: "existing", Title: "Also the events already there?"}
	watch := &welcomeStep{ID: "links", Title: "Watch the first links appear"}
	p.Steps = append(p.Steps, ask, watch)
	watch.Done = slices.ContainsFunc(p.Links, func(l firstLink) bool { return l.Tone == "good" })
	if !ready {
		return nil
	}
	all := server.ListedCalendarChange{CalendarChange: server.CalendarChange{Existing: "all"}}
	var changes []server.ListedCalendarChange
	for _, c := range calendars {
		if c.Enabled && c.Existing == "new" {
			all.Calendar = c.ID
			changes = append(changes, all)
		}
	}
	switch {
	case len(changes) == 0:
		ask.Done, ask.Said, p.Existing.Answer = true, "yes, those too", "all"
		return nil
	case r.FormValue("existing") == "new" || watch.Done:
		ask.Done, ask.Said, p.Existing.Answer = true, "no, only new ones", "new"
		return nil
	}
	ahead, err := r.foresee(r.me()+"/preview", map[string]any{"calendars": changes})
	if err != nil {
		return err
	}
	told := ahead.unknown().with("offered")
	p.Existing.Told = &told
	if !told.Zoom.DoneAt.IsZero() {
		p.Existing.Until = r.clockTime(told.Zoom.DoneAt)
	}
	return nil
}

// unfinished reports whether somebody has yet to connect a calendar or Zoom.
// Who disconnected one on purpose has been through this.
func (r *request) unfinished() (bool, error) {
	accounts, providers, err := r.accounts()
	if err != nil {
		return false, err
	}
	for _, needs := range []bool{true, false} { // a calendar, Zoom
		possible := slices.ContainsFunc(providers, func(p server.Provider) bool { return p.Configured && p.Calendars == needs })
		there := slices.ContainsFunc(accounts, func(a ownAccount) bool { return a.Provider.Calendars == needs })
		if possible && !there {
			return true, nil
		}
	}
	return false, nil
}
