package dashboard

import (
	"net/http"

	"slotward/internal/server"
)

// invitePage is a link for somebody else to connect their account with.
type invitePage struct {
	Name     string // whose account it is to be
	Provider string
	URL      string
	Until    string // when it stops working
	Back     string // page to go on with
}

func (d *dashboard) routeConnect() {
	d.template("invite")
	d.action("POST /people/{person}/connections", d.connect)
}

// wayBack is where the browser is led after a consent, by the page that the form
// stands on. A page is not led to by what a form says.
var wayBack = map[string]string{"welcome": "welcome", "conferencing": "conferencing"}

// connect leads to the consent page of a provider. Who acts for somebody else
// cannot consent for them: they get a link to send. It stands on this answer and
// nowhere else.
func (d *dashboard) connect(r *request) (answer, error) {
	back := wayBack[r.FormValue("from")]
	if back == "" {
		back = "conferencing"
	}
	acting, err := r.acting(r.Context())
	if err != nil {
		return answer{}, err
	}
	// What an account's calendars are to do is chosen afterwards.
	body := map[string]string{"provider": r.FormValue("provider"), "calendars": "none"}
	if r.FormValue("known") != "" {
		delete(body, "calendars") // an account that was here before goes on as it was
	}
	if acting == "" {
		body["return"] = r.page(back) + "?done=connected"
	}
	var link server.Invitation
	if err := r.api.send(http.MethodPost, r.me()+"/connections", body, &link); err != nil {
		return answer{}, err
	}
	if acting == "" {
		path, err := d.ourPath(link.URL)
		return goTo(path), err
	}
	_, providers, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	content := invitePage{Name: acting, Provider: body["provider"], URL: link.URL, Until: r.clockTime(link.ExpiresAt), Back: r.page(back)}
	for _, p := range providers {
		if p.Name == content.Provider {
			content.Provider = p.Title
		}
	}
	return show("invite", "conferencing", "A link for "+acting, content), nil
}
