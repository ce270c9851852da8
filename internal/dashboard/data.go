package dashboard

import (
	"net/http"
	"strings"

	"slotward/internal/server"
	"slotward/internal/server/frame"
)

// dataPage is what is stored about a person, and the way to take it along or
// away.
type dataPage struct {
	Person   server.Person
	Accounts int
	Kept     int // calendars
	Meetings int
	Export   string
	Delete   string
	Contents []string // of the export, in words
}

// deletePage says what deleting somebody leads to.
type deletePage struct {
	Email  string
	Own    bool // it is the viewer's own
	Typed  string
	Wrong  string // what is wrong with what was typed
	Action string
	Back   string
	Told   foreseen
	// Offered: the form is there, because it is told what it leads to.
	Offered bool
}

// removal is the change that removes somebody, as the API's previews take it.
var removal = map[string]any{"removed": true}

// exported says what the export has, and what not.
var exported = []string{
	"name, address and settings, and whether everything is paused",
	"the accounts to sign in with, and where somebody is signed in since when",
	"the connected accounts and what they may do, but not the tokens that open them",
	"the calendars and their settings",
	"the events as they were read last, with what was decided about each and why",
	"the Zoom meetings, but neither their passcodes nor the links to begin them",
	"which event shows which meeting",
	"all that was done, and when",
}

func (d *dashboard) routeData() {
	d.template("data")
	d.templateWith("data_delete", "part_preview", "part_later")
	d.page("GET /people/{person}/data", d.data)
	d.mux.HandleFunc("GET /people/{person}/data/export", d.export)
	d.page("GET /people/{person}/data/delete", d.askDelete)
	d.mux.HandleFunc("POST /people/{person}/data/delete", d.deletePerson)
}

func (d *dashboard) data(r *request) (answer, error) {
	p := dataPage{Export: r.page("data/export"), Delete: r.page("data/delete"), Contents: exported}
	var err error
	if p.Person, err = r.subject(); err != nil {
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
	var meetings server.Meetings
	if err := r.api.get("/api/v1/meetings", map[string][]string{"person": {r.person}, "limit": {"1"}}, &meetings); err != nil {
		return answer{}, err
	}
	p.Accounts, p.Meetings = len(accounts), meetings.Total
	for _, c := range calendars {
		if c.Enabled {
			p.Kept++
		}
	}
	return show("data", "data", "My data", p), nil
}

// export hands the API's document through as it is written.
func (d *dashboard) export(w http.ResponseWriter, plain *http.Request) {
	r := d.newRequest(plain)
	if _, err := r.subject(); err != nil {
		d.refuse(w, r, err) // a page, where the API has a problem
		return
	}
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, r.me()+"/export", http.NoBody)
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	d.API.ServeHTTP(w, ask)
}

// deletion is the page to delete somebody on, but for what that leads to.
func (d *dashboard) deletion(r *request) (p deletePage, whose server.Person, err error) {
	if whose, err = r.subject(); err != nil {
		return p, whose, err
	}
	p = deletePage{Email: whose.Email, Own: whose.ID == r.who.Person, Action: r.page("data/delete"), Back: r.page("data")}
	return p, whose, nil
}

// askDelete says what stays at the providers and what goes, before anything does.
func (d *dashboard) askDelete(r *request) (answer, error) {
	p, _, err := d.deletion(r)
	if err != nil {
		return answer{}, err
	}
	ahead, err := r.foresee(r.me()+"/preview", removal)
	if err != nil {
		return answer{}, err
	}
	p.Told = ahead.unknown().with("offered")
	p.Offered = p.Told.Later == nil
	return show("data_delete", "data", "Delete everything", p), nil
}

// askDeleteAgain is the page after something else was typed than the address. The
// form is there, whatever was told by then: it was offered before.
func (d *dashboard) askDeleteAgain(r *request, p deletePage) (answer, error) {
	ahead, err := r.foresee(r.me()+"/preview", removal)
	if err != nil {
		return answer{}, err
	}
	p.Told, p.Offered = ahead.unknown(), true
	if p.Told.Later != nil {
		p.Told.Later.Form, p.Told.Later.Path = nil, p.Action
	}
	p.Wrong = "Nothing was deleted. Type " + p.Email + " to say that it is meant."
	a := show("data_delete", "data", "Delete everything", p)
	a.status = http.StatusUnprocessableEntity
	return a, nil
}

// deletePerson answers the form to delete somebody. Sessions go with their
// person, so who deletes themselves gets a page that nobody is signed in for.
func (d *dashboard) deletePerson(w http.ResponseWriter, plain *http.Request) {
	r := d.newRequest(plain)
	deleted, a, err := d.deleteNamed(r)
	if err != nil || deleted == "" {
		d.serve(w, r, func(*request) (answer, error) { return a, err })
		return
	}
	if err := d.Frame.Notice(w, http.StatusOK, nil, farewell(deleted, d.Frame.Path("/"))); err != nil {
		d.refuse(w, r, err)
	}
}

// deleteNamed deletes somebody who is named by whoever deletes them, and returns
// their address if that was the viewer, else where to go on.
func (d *dashboard) deleteNamed(r *request) (deleted string, a answer, err error) {
	p, whose, err := d.deletion(r)
	if err != nil {
		return "", answer{}, err
	}
	p.Typed = strings.TrimSpace(r.FormValue("email"))
	if !strings.EqualFold(p.Typed, whose.Email) {
		a, err = d.askDeleteAgain(r, p)
		return "", a, err
	}
	if err := r.api.send(http.MethodDelete, r.me(), nil, nil); err != nil {
		return "", answer{}, err
	}
	if !p.Own {
		return "", done("/admin", "deleted"), nil
	}
	return whose.Email, answer{}, nil
}

// farewell is the last page that somebody sees.
func farewell(email, start string) frame.Notice {
	return frame.Notice{
		Title: "Everything is deleted", Good: true,
		Lines: []string{
			"Nothing is stored about " + email + " any more, and you are signed out.",
			"Meetings in Zoom and links on events stay as they are; nobody follows their moves and cancellations now.",
		},
		Onward: start, Go: "To the start",
	}
}
