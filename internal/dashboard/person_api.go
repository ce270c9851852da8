package dashboard

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slotward/internal/server"
)

// ownAccount is a connection with what its provider is.
type ownAccount struct {
	server.Connection
	Provider server.Provider
	standing standing
}

// live reports whether the account is connected, however it stands.
func (a *ownAccount) live() bool { return a.State != "disconnected" }

// accounts asks for a person's connections and for the providers that there are.
func (r *request) accounts() (all []ownAccount, providers []server.Provider, err error) {
	var known server.Providers
	if err := r.api.get("/api/v1/providers", nil, &known); err != nil {
		return nil, nil, err
	}
	var list server.Connections
	if err := r.api.get(r.me()+"/connections", nil, &list); err != nil {
		return nil, nil, err
	}
	for _, c := range list.Connections {
		a := ownAccount{Connection: c, standing: standingOf(c.State)}
		for _, p := range known.Providers {
			if p.Name == c.Provider {
				a.Provider = p
			}
		}
		all = append(all, a)
	}
	return all, known.Providers, nil
}

// calendars asks for a person's calendars, without those of accounts that are
// disconnected.
func (r *request) calendars(accounts []ownAccount) ([]server.Calendar, error) {
	var list server.CalendarList
	if err := r.api.get(r.me()+"/calendars", nil, &list); err != nil {
		return nil, err
	}
	var out []server.Calendar
	for _, c := range list.Calendars {
		if a := accountOf(accounts, c.Connection); a != nil && a.live() {
			out = append(out, c)
		}
	}
	return out, nil
}

// accountOf finds the account of a connection; nil: there is none.
func accountOf(accounts []ownAccount, connection int64) *ownAccount {
	for i := range accounts {
		if accounts[i].ID == connection {
			return &accounts[i]
		}
	}
	return nil
}

// accountBeside is the address of a calendar's account, as it stands beside the
// calendar's name; "" where the calendar is named by it.
func accountBeside(accounts []ownAccount, c server.Calendar) string {
	a := accountOf(accounts, c.Connection)
	if a == nil || strings.EqualFold(strings.TrimSpace(c.Name), a.Email) {
		return ""
	}
	return a.Email
}

// nativesOf names the links that the calendars of accounts have of their own;
// both of them where it is not known which.
func nativesOf(accounts []ownAccount) string {
	found := ""
	for i := range accounts {
		name := nativeNames[accounts[i].Connection.Provider]
		switch {
		case name == "" || !accounts[i].live() || name == found:
		case found != "":
			return bothNatives
		default:
			found = name
		}
	}
	return cmp.Or(found, bothNatives)
}

// changeCalendar changes one calendar.
func (r *request) changeCalendar(id int64, change server.CalendarChange) error {
	return r.api.send(http.MethodPatch, calendarPath(id), change, nil)
}

func calendarPath(id int64) string { return "/api/v1/calendars/" + strconv.FormatInt(id, 10) }

// subject asks for whose pages these are.
func (r *request) subject() (p server.Person, err error) {
	err = r.api.get(r.me(), nil, &p)
	return p, err
}

// ourPath is the path of an address of ours, as goTo wants it: without host and
// without what the public URL has before it.
func (d *dashboard) ourPath(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(u.RequestURI(), d.Frame.Path("")), nil
}

// clockTime writes an instant in the viewer's zone: "Tuesday, 1 December, 09:00". Where
// the browser did not tell which that is, it is UTC, and said to be.
func (r *request) clockTime(t time.Time) string {
	const layout = "Monday, 2 January, 15:04"
	if !r.told {
		return t.UTC().Format(layout) + " UTC"
	}
	return t.In(r.zone).Format(layout)
}

// ago says how long ago something was.
func ago(now, t time.Time) string {
	switch d := now.Sub(t); {
	case d < time.Minute:
		return "just now"
	case d < 2*time.Minute:
		return "a minute ago"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " minutes ago"
	case d < 2*time.Hour:
		return "an hour ago"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " hours ago"
	default:
		return strconv.Itoa(int(d.Hours()/24)) + " days ago"
	}
}
