package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"slotward/internal/server"
)

// request is what the handler of a page gets.
type request struct {
	*http.Request
	who server.Identity
	// person names whose pages these are in the API's paths: "me", or a number
	// where an admin acts for somebody; "" outside of /people/….
	person string
	zone   *time.Location // the viewer's; UTC when the browser did not tell
	told   bool           // it did
	api    api

	foresight *foresight
	// foresaw: it was asked what a change would lead to; awaited: and that is not told yet.
	foresaw, awaited bool
}

// newRequest reads who looks and whose pages they look at.
func (d *dashboard) newRequest(r *http.Request) *request {
	who, _ := server.IdentityOf(r.Context())
	zone, told := zoneOf(r)
	return &request{Request: r, who: who, person: r.PathValue("person"), zone: zone, told: told, api: api{handler: d.API, ctx: r.Context()}, foresight: d.foresight}
}

// zoneCookie carries the browser's time zone, which app.js notes.
const zoneCookie = "zone"

// zoneOf is the viewer's time zone; UTC when the browser did not tell.
func zoneOf(r *http.Request) (zone *time.Location, told bool) {
	cookie, err := r.Cookie(zoneCookie)
	if err != nil {
		return time.UTC, false
	}
	name, err := url.QueryUnescape(cookie.Value)
	if err != nil || name == "" || name == "Local" {
		return time.UTC, false
	}
	zone, err = time.LoadLocation(name)
	if err != nil {
		return time.UTC, false
	}
	return zone, true
}

// own reports whether these are the viewer's own pages: what is on them is for
// that person's eyes alone.
func (r *request) own() bool {
	return r.who.Person != 0 && (r.person == "me" || r.person == strconv.FormatInt(r.who.Person, 10))
}

// me is the person's part of the API's paths: "/api/v1/people/me".
func (r *request) me() string { return "/api/v1/people/" + url.PathEscape(r.person) }

// page is the address of another page of the same person's: "/people/me/meetings".
func (r *request) page(name string) string { return "/people/" + url.PathEscape(r.person) + "/" + name }

// acting returns whose pages these are when they are not the viewer's own.
func (r *request) acting(ctx context.Context) (string, error) {
	if r.person == "" || r.person == "me" || r.own() {
		return "", nil
	}
	var p server.Person
	if err := r.api.with(ctx).get(r.me(), nil, &p); err != nil {
		return "", err
	}
	return p.Name, nil
}
