package main

import (
	"fmt"
	"strconv"
	"strings"

	"slotward/sources"
)

// demoPerson is somebody of the demo.
type demoPerson struct {
	name, email string // the address is that of the Zoom account, too
	id          int64  // in the daemon
	calendars   []*demoCalendar
}

// demoCalendar is the first calendar of one of a person's accounts.
type demoCalendar struct {
	owner    *demoPerson
	provider sources.Provider
	account  string // address at the provider
	app      calendarApp
	id       int64 // in the daemon
}

// names are what people call providers.
var names = map[string]string{"google": "Google", "microsoft": "Outlook", "zoom": "Zoom"}

// who is the calendar's owner, and which of the calendars it is if that needs saying.
func (c *demoCalendar) who() string {
	if c.provider == sources.Google {
		return c.owner.name
	}
	return fmt.Sprintf("%s (%s)", c.owner.name, names[string(c.provider)])
}

// enter makes a person's accounts at Zoom and, where an address is given, at
// Google and Microsoft.
func (d *demo) enter(name, google, microsoft string) (*demoPerson, error) {
	p := &demoPerson{name: name, email: firstOf(google, microsoft)}
	for _, c := range []*demoCalendar{
		{p, sources.Google, google, googleCalendar{d.world.google, google}, 0},
		{p, sources.Microsoft, microsoft, outlookCalendar{d.world.microsoft, microsoft}, 0},
	} {
		if c.account == "" {
			continue
		}
		if err := d.world.addAccount(c.provider, c.account, name); err != nil {
			return nil, err
		}
		p.calendars = append(p.calendars, c)
	}
	d.world.addHost(p.email, name)
	d.people = append(d.people, p)
	return p, nil
}

// calendars are everybody's.
func (d *demo) calendars() []*demoCalendar {
	var all []*demoCalendar
	for _, p := range d.people {
		all = append(all, p.calendars...)
	}
	return all
}

// calendarOf is the calendar of an account.
func (d *demo) calendarOf(account string) (*demoCalendar, error) {
	for _, c := range d.calendars() {
		if c.account == account {
			return c, nil
		}
	}
	return nil, fmt.Errorf("nobody in the demo has the account %s", account)
}

// locate takes the daemon's name of an event apart: on which of the person's
// calendars it is, and its id there.
func (p *demoPerson) locate(event string) (c *demoCalendar, id string, err error) {
	number, id, _ := strings.Cut(event, ":")
	for _, c := range p.calendars {
		if strconv.FormatInt(c.id, 10) == number {
			return c, id, nil
		}
	}
	return nil, "", fmt.Errorf("the daemon tells of the event %s, which is on none of %s's calendars", event, p.name)
}
