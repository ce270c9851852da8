package scenario

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator/browser"
)

// worldCommands set the scene.
var worldCommands = map[string]command{
	"now":        {usage: "now TIME", least: 1, do: cmdNow, free: true},
	"advance":    {usage: "wait DURATION", least: 1, do: cmdWait},
	"person":     {usage: "person NAME PROVIDER…", least: 1, do: cmdPerson},
	"calendar":   {usage: "calendar OWNER/NAME PROVIDER [off]", least: 2, do: cmdCalendar},
	"connect":    {usage: "connect NAME PROVIDER [deny=SCOPE] [as=NAME]", least: 2, do: cmdConnect},
	"disconnect": {usage: "disconnect NAME PROVIDER [links=keep|revert]", least: 2, steady: true, do: cmdDisconnect},
	"pause":      {usage: "pause NAME", least: 1, steady: true, do: pausing(true)},
	"resume":     {usage: "resume NAME", least: 1, do: pausing(false)},
	"revoke":     {usage: "revoke NAME PROVIDER", least: 2, steady: true, do: cmdRevoke},
	"remove":     {usage: "remove NAME", least: 1, steady: true, do: cmdRemove},
	"set":        {usage: "set .|NAME|OWNER/CALENDAR KEY=VALUE…", least: 2, do: cmdSet},
	"choose":     {usage: "choose OWNER/CALENDAR existing=all|new · choose EVENT[@DATE] zoom|native|static|none|default", least: 2, do: cmdChoose, free: true},
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

func cmdNow(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	t, err := time.Parse(time.RFC3339, args[0])
	if err != nil {
		return err
	}
	return w.setClock(t)
}

// cmdWait moves the clock from one due time to the next, until the wait is over.
func cmdWait(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	d, err := length(args[0])
	if err != nil {
		return err
	}
	return w.moveTo(w.clock.Now().Add(d))
}

// moveTo lets the time go by. Faults that the script has set before last all the while.
func (w *world) moveTo(until time.Time) error {
	scripted := w.armed
	for {
		if err := w.up(); err != nil {
			return err
		}
		next, err := w.next()
		if err != nil {
			return err
		}
		if next.IsZero() || !next.After(w.clock.Now()) || next.After(until) {
			break
		}
		w.armed = w.armed || scripted
		w.unsettle()
		if err := w.setClock(next); err != nil {
			return err
		}
		if err := w.survive(w.idle); err != nil {
			return err
		}
	}
	if err := w.setClock(until); err != nil {
		return err
	}
	return w.idle()
}

func cmdPerson(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p := &person{name: args[0], email: emailOf(args[0]), providers: args[1:]}
	for _, provider := range p.providers {
		if _, calendars := services[provider]; !calendars && provider != "zoom" {
			return fmt.Errorf("unknown provider %s", provider)
		}
	}
	before := w.people[p.name]
	w.people[p.name] = p
	if err := w.openAccounts(p); err != nil {
		return err
	}
	err := w.client.call(http.MethodPost, "/api/v1/people", map[string]string{"name": p.title(), "email": p.email}, nil)
	if err != nil && (before == nil || !conflicts(err)) { // who is told of again is known, and connects again
		return err
	}
	for _, provider := range p.providers {
		if err := w.firstCalendar(p, provider); err != nil {
			return err
		}
		if err := w.connect(p, provider, browser.Choice{Account: p.email}); err != nil {
			return err
		}
	}
	return nil
}

// openAccounts gives somebody an account at every provider.
func (w *world) openAccounts(p *person) error {
	w.zoom.AddAccount(p.email, p.title())
	for _, office := range w.offices {
		if _, err := office.account(p.email, p.title()); err != nil {
			return err
		}
	}
	return nil
}

// stranger is somebody whom the daemon may not know, with accounts like everybody's.
func (w *world) stranger(name string) (*person, error) {
	if p, ok := w.people[name]; ok {
		return p, nil
	}
	p := &person{name: name, email: emailOf(name)}
	return p, w.openAccounts(p)
}

// firstCalendar names the person's first calendar at a provider, keeping what was
// chosen for it before: ada/main at the first that has calendars, ada/outlook at
// the second.
func (w *world) firstCalendar(p *person, provider string) error {
	office, ok := w.offices[provider]
	if !ok {
		return nil
	}
	name := p.name + "/main"
	if c := w.calendars[name]; c != nil && c.owner != nil && c.provider != provider {
		name = p.name + "/outlook"
	}
	c := w.calendars[name]
	if c == nil {
		c = &calendar{name: name, zone: "UTC"}
		w.calendars[name] = c
	}
	id, err := office.account(p.email, p.title())
	c.owner, c.provider, c.id, c.first = p, provider, id, true
	return err
}

// firstAt is the person's first calendar at a provider, nil when there is none.
func (w *world) firstAt(p *person, provider string) *calendar {
	for _, c := range w.calendars {
		if c.first && c.owner == p && c.provider == provider {
			return c
		}
	}
	return nil
}

// connect leads the person through the consent page and lets the first pass run.
// The first calendar is turned on with the account, unless the daemon knows it
// already: then it is on or off as it was.
func (w *world) connect(p *person, provider string, c browser.Choice) error {
	first := w.firstAt(p, provider)
	which := "primary"
	switch {
	case first != nil && w.knows(first):
		which = ""
	case first != nil && first.existing != "":
		which = "none"
	}
	asking := map[string]string{"provider": provider, "calendars": which}
	if which == "" {
		delete(asking, "calendars")
	}
	var link struct {
		URL string `json:"url"`
	}
	err := w.client.call(http.MethodPost, "/api/v1/people/"+url.PathEscape(p.email)+"/connections",
		asking, &link)
	if err != nil {
		return err
	}
	got, err := browser.Connect(context.Background(), link.URL, c)
	if err == nil && got.StatusCode == http.StatusBadGateway && w.random != nil {
		for _, desk := range w.desks {
			desk.Disarm()
		}
		got, err = browser.Connect(context.Background(), link.URL, c) // as the page says: try again
	}
	if err != nil {
		return err
	}
	if got.StatusCode != http.StatusOK {
		return fmt.Errorf("connecting %s: page %d: %s", provider, got.StatusCode, got.Words())
	}
	if err := w.idle(); err != nil {
		return err
	}
	if which == "none" {
		return w.turnOn(first, true)
	}
	return nil
}

// knows reports whether the daemon has listed a calendar for its owner.
func (w *world) knows(c *calendar) bool {
	_, err := w.calendarID(c)
	return err == nil
}

// turnOn turns a calendar on or off, with the answer that was chosen for it.
func (w *world) turnOn(c *calendar, on bool) error {
	id, err := w.calendarID(c)
	if err != nil {
		return err
	}
	change := map[string]any{"enabled": on}
	if c.existing != "" {
		change["existing"] = c.existing
	}
	if err := w.client.call(http.MethodPatch, fmt.Sprintf("/api/v1/calendars/%d", id), change, nil); err != nil {
		return err
	}
	return w.idle()
}

func cmdCalendar(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	owner, short, ok := strings.Cut(args[0], "/")
	if !ok {
		return fmt.Errorf("%s is not OWNER/NAME", args[0])
	}
	p, err := w.person(owner)
	if err != nil {
		return err
	}
	office, ok := w.offices[args[1]]
	if !ok {
		return fmt.Errorf("unknown provider %s", args[1])
	}
	c := w.calendars[args[0]]
	if c == nil {
		c = &calendar{name: args[0], zone: "UTC"}
		w.calendars[args[0]] = c
	}
	c.owner, c.provider, c.off = p, args[1], slices.Contains(args[2:], "off")
	if c.id == "" {
		if c.id, err = office.extra(p.email, short); err != nil {
			return err
		}
	}
	if _, err := w.client.calendars(p.email, true); err != nil {
		return err
	}
	if c.off {
		return nil
	}
	return w.turnOn(c, true)
}

func cmdConnect(w *world, _ *testscript.TestScript, neg bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	c := browser.Choice{Account: p.email}
	for _, option := range args[2:] {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "deny":
			c.Untick = strings.Split(value, ",")
		case "as":
			other, err := w.stranger(value)
			if err != nil {
				return err
			}
			c.Account = other.email
		default:
			return fmt.Errorf("unknown option %s", option)
		}
	}
	if err := w.firstCalendar(p, args[1]); err != nil {
		return err
	}
	if !slices.Contains(p.providers, args[1]) && len(c.Untick) == 0 && c.Account == p.email {
		p.providers = append(p.providers, args[1])
	}
	err = w.connect(p, args[1], c)
	if len(c.Untick) > 0 && !neg {
		return w.idle() // unticking a box is done, whatever the page then says
	}
	return err
}

func cmdDisconnect(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	path := "/api/v1/people/" + url.PathEscape(p.email) + "/connections/" + args[1]
	if len(args) > 2 {
		path += "?" + args[2]
	}
	if err := w.client.call(http.MethodDelete, path, nil, nil); err != nil {
		return err
	}
	return w.idle()
}

func pausing(paused bool) func(*world, *testscript.TestScript, bool, []string) error {
	return func(w *world, _ *testscript.TestScript, _ bool, args []string) error {
		p, err := w.person(args[0])
		if err != nil {
			return err
		}
		if err := w.client.call(http.MethodPatch, "/api/v1/people/"+url.PathEscape(p.email), map[string]any{"paused": paused}, nil); err != nil {
			return err
		}
		return w.idle()
	}
}

// cmdRemove removes a person from the daemon; the accounts at the providers stay.
func cmdRemove(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	if err := w.client.call(http.MethodDelete, "/api/v1/people/"+url.PathEscape(p.email), nil, nil); err != nil {
		return err
	}
	p.removed = true
	return w.idle()
}

func cmdRevoke(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	if args[1] == "zoom" {
		return w.zoom.RevokeApp(p.email)
	}
	office, ok := w.offices[args[1]]
	if !ok {
		return fmt.Errorf("unknown provider %s", args[1])
	}
	return office.RevokeGrant(p.email)
}

func cmdSet(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	settings := map[string]string{}
	change := map[string]any{}
	for _, arg := range args[1:] {
		key, value, ok := strings.Cut(arg, "=")
		if !ok {
			return fmt.Errorf("%s is not KEY=VALUE", arg)
		}
		switch key {
		case "static":
			w.static = value
			settings[key] = value
		case "enabled":
			if value != "on" && value != "off" {
				return fmt.Errorf("%s is not enabled=on or enabled=off", arg)
			}
			change["enabled"] = value == "on"
		default:
			settings[key] = value
		}
	}
	path := "/api/v1/settings"
	change["settings"] = settings
	switch {
	case args[0] == ".":
	case strings.Contains(args[0], "/"):
		c, err := w.calendar(args[0])
		if err != nil {
			return err
		}
		id, err := w.calendarID(c)
		if err != nil {
			return err
		}
		if change["enabled"] == true && c.existing != "" {
			change["existing"] = c.existing
		}
		path = fmt.Sprintf("/api/v1/calendars/%d", id)
	default:
		p, err := w.person(args[0])
		if err != nil {
			return err
		}
		path = "/api/v1/people/" + url.PathEscape(p.email)
	}
	if err := w.client.call(http.MethodPatch, path, change, nil); err != nil {
		return err
	}
	return w.idle()
}

func cmdChoose(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if w.isEvent(args[0]) {
		if err := w.prepare(command{steady: true}); err != nil {
			return err
		}
		return w.chooseFor(args[0], args[1])
	}
	key, value, _ := strings.Cut(args[1], "=")
	if key != "existing" || (value != "all" && value != "new") {
		return fmt.Errorf("%s is not existing=all or existing=new", args[1])
	}
	c := w.calendars[args[0]]
	if c == nil {
		w.calendars[args[0]] = &calendar{name: args[0], zone: "UTC", existing: value}
		return nil
	}
	c.existing = value
	if c.owner == nil {
		return nil
	}
	if err := w.up(); err != nil {
		return err
	}
	id, err := w.calendarID(c)
	if err != nil {
		return err
	}
	if err := w.client.call(http.MethodPatch, fmt.Sprintf("/api/v1/calendars/%d", id), map[string]any{"existing": value}, nil); err != nil {
		return err
	}
	return w.idle()
}
