package dashboard

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"slotward/internal/server"
)

// conferencingPage is a person's accounts, what they are for, and what was chosen.
type conferencingPage struct {
	Paused     bool
	Here       string // this page's address
	Cards      []accountCard
	Gone       []accountCard // disconnected ones
	Connect    []server.Provider
	Acting     bool      // for somebody else: they get a link to connect with
	NoProvider bool      // nothing can be connected here at all
	Budget     budgetBar // without a limit: there is no Zoom account
	Calendars  []calendarRow
	Prefer     string // which link events get, in words
	Settings   []settingLine
}

// accountCard is one account.
type accountCard struct {
	ID          int64
	Title       string // of the provider
	Name        string // of the provider, as the API calls it
	Email       string
	Tone, Label string
	Detail      string // what the API says is wrong
	Cure        string
	Reconnect   string // what the button says; "" for none
	Scopes      []string
	Read        string // when it was last read without an error; "" never
	Since       string // since when it stands as it does
	Kept        string // what of it is kept, in words; "" for Zoom
	Leave       string // address of the page to disconnect it
}

// calendarRow is one calendar with its switch.
type calendarRow struct {
	ID              int64
	Name, Account   string
	On, Writable    bool
	Existing, Wrong string
	Own             int    // settings of its own
	Page            string // address of its choices
}

// settingLine is one setting that somebody chose.
type settingLine struct{ Title, Value, From string }

func (d *dashboard) routeConferencing() {
	d.template("conferencing")
	d.page("GET /people/{person}/conferencing", d.conferencing)
	d.action("POST /people/{person}/pause", d.pause)
	d.action("POST /people/{person}/conferencing/find", d.findCalendars)
}

func (d *dashboard) conferencing(r *request) (answer, error) {
	accounts, providers, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	calendars, err := r.calendars(accounts)
	if err != nil {
		return answer{}, err
	}
	whose, err := r.subject()
	if err != nil {
		return answer{}, err
	}
	chosen, err := d.choicesFor(r)
	if err != nil {
		return answer{}, err
	}
	acting, err := r.acting(r.Context())
	if err != nil {
		return answer{}, err
	}
	p := conferencingPage{Paused: whose.Paused, Here: r.page("conferencing"), Acting: acting != ""}
	for i := range accounts {
		card := d.card(r, &accounts[i], calendars, whose)
		if accounts[i].live() {
			p.Cards = append(p.Cards, card)
		} else {
			p.Gone = append(p.Gone, card)
		}
	}
	p.Connect = connectable(providers, accounts)
	p.NoProvider = !slices.ContainsFunc(providers, func(p server.Provider) bool { return p.Configured })
	p.Calendars = calendarRows(r, calendars, accounts, chosen)
	p.Prefer, p.Settings = chosenLines(chosen.Settings, nativesOf(accounts))
	if p.Budget, err = d.budget(r); err != nil {
		return answer{}, err
	}
	return show("conferencing", "conferencing", "Conferencing", p), nil
}

// card tells how one account stands.
func (d *dashboard) card(r *request, a *ownAccount, calendars []server.Calendar, whose server.Person) accountCard {
	c := accountCard{
		ID: a.ID, Title: a.Provider.Title, Name: a.Connection.Provider, Email: a.Email, Tone: a.standing.tone, Label: a.standing.label, Detail: a.Detail,
		Cure: a.standing.cure, Scopes: permissions(a.Scopes), Leave: r.page("connections/" + strconv.FormatInt(a.ID, 10) + "/disconnect"),
	}
	if a.Provider.Configured {
		c.Reconnect = a.standing.reconnect
	}
	if read := lastRead(a, whose); !read.IsZero() {
		c.Read = ago(d.Now(), read)
	}
	if !a.Since.IsZero() && a.State != "connected" {
		c.Since = r.clockTime(a.Since)
	}
	if !a.Provider.Calendars {
		return c
	}
	kept := 0
	for _, k := range calendars {
		if k.Connection == a.ID && k.Enabled {
			kept++
		}
	}
	c.Kept = number(kept, "calendar is kept", "calendars are kept")
	if kept == 0 {
		c.Kept = "no calendar is kept yet"
	}
	return c
}

// lastRead is when an account was last read without an error: by the latest pass,
// if that went well, else when it last brought something.
func lastRead(a *ownAccount, whose server.Person) time.Time {
	if a.State == "connected" && whose.LastError == "" && whose.LastPass.After(a.ReadAt) && !whose.LastPass.Before(a.Since) {
		return whose.LastPass
	}
	return a.ReadAt
}

// connectable are the providers of which one more account can be connected.
func connectable(providers []server.Provider, accounts []ownAccount) (out []server.Provider) {
	for _, p := range providers {
		taken := p.Single && slices.ContainsFunc(accounts, func(a ownAccount) bool { return a.Connection.Provider == p.Name && a.live() })
		if p.Configured && !taken {
			out = append(out, p)
		}
	}
	return out
}

// calendarRows are the calendars of live accounts.
func calendarRows(r *request, calendars []server.Calendar, accounts []ownAccount, chosen server.Choices) (out []calendarRow) {
	own := map[int64]int{}
	for _, c := range chosen.Calendars {
		for _, s := range c.Settings {
			if s.Own != "" {
				own[c.Calendar]++
			}
		}
	}
	for _, c := range calendars {
		row := calendarRow{
			ID: c.ID, Name: c.Name, Account: accountBeside(accounts, c), On: c.Enabled, Writable: c.Writable, Wrong: c.Error,
			Own: own[c.ID], Page: r.page("conferencing/calendars/" + strconv.FormatInt(c.ID, 10)), Existing: "new events only",
		}
		if c.Existing == "all" {
			row.Existing = "all events"
		}
		out = append(out, row)
	}
	return out
}

// chosenLines say which link events get, and what else somebody has chosen, of
// calendars whose own link is called native.
func chosenLines(choices []server.Choice, native string) (prefer string, lines []settingLine) {
	for _, c := range choices {
		w := wordsFor(c.Key, c.Allowed).on(native)
		if c.Key == "prefer" {
			prefer = w.say(c.Value) + " (" + choiceOrigins[c.From] + ")"
			continue
		}
		if c.From != "default" {
			lines = append(lines, settingLine{w.title, w.say(c.Value), choiceOrigins[c.From]})
		}
	}
	return prefer, lines
}

// pause stops everything new for a person, or lets it go on.
func (d *dashboard) pause(r *request) (answer, error) {
	paused, said := r.FormValue("paused") == "true", "resumed"
	if paused {
		said = "paused"
	}
	if err := r.api.send(http.MethodPatch, r.me(), server.PersonChange{Paused: &paused}, nil); err != nil {
		return answer{}, err
	}
	return done(r.page("conferencing"), said), nil
}

// findCalendars asks the providers which calendars there are.
func (d *dashboard) findCalendars(r *request) (answer, error) {
	err := r.api.send(http.MethodPost, r.me()+"/calendars/refresh", nil, nil)
	if err != nil {
		return answer{}, err
	}
	back := wayBack[r.FormValue("from")]
	if back == "" {
		back = "conferencing"
	}
	return done(r.page(back), "found"), nil
}

// budgetBar is what is spent of the day's changes at Zoom, as parts of a hundred.
type budgetBar struct {
	server.Budget
	SpentPart, ReservePart, ReserveFrom int
	Resets                              string
}

// budget asks how the person's Zoom account stands.
func (d *dashboard) budget(r *request) (b budgetBar, err error) {
	b.Budget, err = r.budgetToday()
	var p *problemError
	if errors.As(err, &p) && p.Status == http.StatusNotFound {
		return b, nil // there is no budget without an account
	}
	if err != nil {
		return b, err
	}
	whole := max(b.Limit, 1)
	b.SpentPart = min(100, 100*b.Spent/whole)
	b.ReservePart = min(100-b.SpentPart, 100*b.Reserve/whole)
	b.ReserveFrom = 100 - b.ReservePart
	b.Resets = r.clockTime(b.ResetsAt)
	return b, nil
}
