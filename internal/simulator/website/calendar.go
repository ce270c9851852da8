package website

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// People is where the pages of accounts are: below it, the address of each.
const People = "/calendar/u/"

// calendar is a calendar app as a website.
type calendar struct {
	app   App
	brand Brand
	link  string // what the app's own link is called
	now   func() time.Time
}

// Templates of the calendar's pages.
var (
	weekPage  = embedded("week.html")
	newPage   = embedded("new.html")
	eventPage = embedded("event.html")
)

// newCalendar serves a calendar app: "/", what is below People, and StylePath.
func newCalendar(brand Brand, app App, link string, now func() time.Time) http.Handler {
	c := &calendar{app, brand, link, now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.start)
	mux.HandleFunc("GET "+StylePath, ServeStyle)
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request, desk){
		"GET " + People + "{account}":         c.week,
		"GET " + People + "{account}/new":     c.newEvent,
		"POST " + People + "{account}/new":    c.add,
		"GET " + People + "{account}/event":   c.event,
		"POST " + People + "{account}/{deed}": c.act,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { c.enter(w, r, serve) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { c.nothing(w, "There is no such page.") })
	return mux
}

// Serve adds a calendar app to the website of its provider: "/", what is below
// People, and StylePath. link is what the app calls its own link, "Google Meet".
func Serve(mux *http.ServeMux, brand Brand, app App, link string, now func() time.Time) {
	pages := newCalendar(brand, app, link, now)
	for _, pattern := range []string{"/{$}", People, StylePath} {
		mux.Handle(pattern, pages)
	}
}

// desk is the calendar app opened by one account.
type desk struct {
	app       App
	account   Person
	calendars []Calendar
	zone      *time.Location // of the account: that of its first calendar
	Link      string         // what the app's own link is called
}

func (d desk) Account() Person { return d.account }

// address is one of the account's pages.
func (d desk) address(page string, query url.Values) string {
	out := People + url.PathEscape(d.account.Email)
	if page != "" {
		out += "/" + page
	}
	if len(query) > 0 {
		out += "?" + query.Encode()
	}
	return out
}

// weekOf is the page of the week of t, which is in the desk's zone.
func (d desk) weekOf(t time.Time) string {
	return d.address("", url.Values{"week": {monday(t).Format(time.DateOnly)}})
}

// eventPage is the page of an event. done says what was just done with it.
func (d desk) eventPage(calendar, id, done string) string {
	query := url.Values{"calendar": {calendar}, "id": {id}}
	if done != "" {
		query.Set("done", done)
	}
	return d.address("event", query)
}

// named finds one of the account's calendars.
func (d desk) named(id string) (Calendar, bool) {
	i := slices.IndexFunc(d.calendars, func(c Calendar) bool { return c.ID == id })
	if i < 0 {
		return Calendar{}, false
	}
	return d.calendars[i], true
}

// writable are the calendars that the account may change.
func (d desk) writable() []Calendar {
	return slices.DeleteFunc(slices.Clone(d.calendars), func(c Calendar) bool { return !c.Writable })
}

// enter finds the account whose pages are asked for.
func (c *calendar) enter(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter, *http.Request, desk)) {
	people := c.app.People()
	i := slices.IndexFunc(people, func(p Person) bool { return p.Email == r.PathValue("account") })
	if i < 0 {
		c.nothing(w, "Nobody here has the account "+r.PathValue("account")+".")
		return
	}
	d := desk{app: c.app, account: people[i], calendars: c.app.Calendars(people[i].Email), zone: time.UTC, Link: c.link}
	if len(d.calendars) > 0 {
		d.zone = d.calendars[0].Zone
	}
	serve(w, r, d)
}

func (c *calendar) nothing(w http.ResponseWriter, why string) { WriteNothing(w, c.brand, why) }

func (c *calendar) start(w http.ResponseWriter, _ *http.Request) {
	WriteStart(w, c.brand, "Whose calendar?", People, c.app.People())
}

// week shows one week of all the account's calendars.
func (c *calendar) week(w http.ResponseWriter, r *http.Request, d desk) {
	now := c.now()
	first := monday(now.In(d.zone))
	if day, err := time.ParseInLocation(time.DateOnly, r.URL.Query().Get("week"), d.zone); err == nil {
		first = monday(day)
	}
	shown, err := d.week(first, now)
	if err != nil {
		c.nothing(w, err.Error())
		return
	}
	weekPage.Write(w, http.StatusOK, Page{Brand: c.brand, Title: d.account.Name + ", " + shown.Title, Done: done[r.URL.Query().Get("done")], Content: shown})
}

// event shows one event with everything that can be done to it.
func (c *calendar) event(w http.ResponseWriter, r *http.Request, d desk) {
	query := r.URL.Query()
	c.showEvent(w, http.StatusOK, d, query.Get("calendar"), query.Get("id"), Page{Done: done[query.Get("done")]})
}

func (c *calendar) showEvent(w http.ResponseWriter, status int, d desk, calendar, id string, p Page) {
	on, known := d.named(calendar)
	if !known {
		c.nothing(w, "This account has no such calendar.")
		return
	}
	e, err := d.app.Look(d.account.Email, calendar, id)
	if err != nil {
		if p.Problem == "" {
			p.Problem = "There is no such event on this calendar any more."
		}
		c.nothing(w, p.Problem)
		return
	}
	p.Brand, p.Title, p.Content = c.brand, orUntitled(e.Title), d.describe(on, e)
	eventPage.Write(w, status, p)
}

func orUntitled(title string) string {
	if title == "" {
		return "(no title)"
	}
	return title
}
