package dashboard

import (
	"net/http"
	"net/url"

	"slotward/internal/server"
)

// personPage is one person, as an admin sees them.
type personPage struct {
	adminPerson
	ETag     string
	Added    string
	Accounts []adminAccount
	Invite   []adminChoice // providers at which an account can be connected
	Link     string        // to send to the person; "" when none was asked for
	LinkFor  string        // what it connects
	LinkEnds string
	Problem  string
}

// adminAccount is a person's account at a provider.
type adminAccount struct {
	server.Connection
	Standing adminState
	Title    string
	Read     string
}

// removalPage says what removing a person would do.
type removalPage struct {
	server.Person
	Told foreseen
}

func (d *dashboard) routeAdminPerson() {
	d.adminTemplate("admin_person")
	d.adminTemplate("admin_remove", "part_later")
	d.admin("GET /admin/people/{id}", func(r *request) (answer, error) { return r.personPage(personPage{}) })
	d.admin("POST /admin/people/{id}/pause", d.pausePerson)
	d.admin("POST /admin/people/{id}/role", d.giveRole)
	d.admin("POST /admin/people/{id}/invite", d.invitePerson)
	d.admin("GET /admin/people/{id}/remove", d.askRemoval)
	d.admin("POST /admin/people/{id}/remove", d.removePerson)
}

// whom is the API's path of the person whom the page is about.
func (r *request) whom() string { return "/api/v1/people/" + url.PathEscape(r.PathValue("id")) }

// personPage fills in who it is.
func (r *request) personPage(p personPage) (answer, error) {
	header, err := r.api.ask(http.MethodGet, r.whom(), nil, nil, &p.Person)
	if err != nil {
		return answer{}, err
	}
	p.ETag, p.Standing = header.Get("ETag"), adminStates[p.State]
	p.Added, p.Last = r.when(p.CreatedAt), r.when(p.LastPass)
	var list server.Connections
	if err := r.api.get(r.whom()+"/connections", nil, &list); err != nil {
		return answer{}, err
	}
	for _, c := range list.Connections {
		p.Accounts = append(p.Accounts, adminAccount{c, accountState(c.State), providerTitle(c.Provider), r.when(c.ReadAt)})
	}
	for _, name := range adminProviders {
		var setup server.ProviderSetup
		if err := r.api.get("/api/v1/providers/"+name+"/setup", nil, &setup); err != nil {
			return answer{}, err
		}
		if setup.Configured {
			p.Invite = append(p.Invite, adminChoice{Value: name, Text: setup.Title})
		}
	}
	return showAdmin("admin_person", "/admin/people", p.Name, p), nil
}

// personAgain shows the page with what the API has against a form.
func (r *request) personAgain(problem *problemError) (answer, error) {
	a, err := r.personPage(personPage{Problem: problem.Detail})
	a.status = problem.Status
	return a, err
}

func (d *dashboard) pausePerson(r *request) (answer, error) {
	if r.PostFormValue("paused") == "true" {
		return r.changePerson(map[string]any{"paused": true}, "person-paused")
	}
	return r.changePerson(map[string]any{"paused": false}, "person-resumed")
}

func (d *dashboard) giveRole(r *request) (answer, error) {
	return r.changePerson(map[string]any{"role": r.PostFormValue("role")}, "person-role")
}

// changePerson changes somebody as they were when the form was filled in, and
// says what was done.
func (r *request) changePerson(change map[string]any, what string) (answer, error) {
	header := http.Header{}
	if tag := r.PostFormValue("etag"); tag != "" {
		header.Set("If-Match", tag)
	}
	_, err := r.api.ask(http.MethodPatch, r.whom(), header, change, nil)
	p, err := declined(err)
	switch {
	case err != nil:
		return answer{}, err
	case p != nil:
		return r.personAgain(p)
	}
	return done("/admin/people/"+r.PathValue("id"), what), nil
}

// invitePerson makes a link that connects an account. It is shown here and
// nowhere else: an address would keep it in the browser's history.
func (d *dashboard) invitePerson(r *request) (answer, error) {
	provider := r.PostFormValue("provider")
	var made server.Invitation
	err := r.api.send(http.MethodPost, r.whom()+"/connections", map[string]string{"provider": provider}, &made)
	p, err := declined(err)
	switch {
	case err != nil:
		return answer{}, err
	case p != nil:
		return r.personAgain(p)
	}
	return r.personPage(personPage{Link: made.URL, LinkFor: providerTitle(provider), LinkEnds: r.when(made.ExpiresAt)})
}

func (d *dashboard) askRemoval(r *request) (answer, error) {
	var p removalPage
	if err := r.api.get(r.whom(), nil, &p.Person); err != nil {
		return answer{}, err
	}
	ahead, err := r.foresee(r.whom()+"/preview", removal)
	if err != nil {
		return answer{}, err
	}
	p.Told = ahead.unknown().with("offered")
	return showAdmin("admin_remove", "/admin/people", "Remove "+p.Name, p), nil
}

func (d *dashboard) removePerson(r *request) (answer, error) {
	if err := r.api.send(http.MethodDelete, r.whom(), nil, nil); err != nil {
		return answer{}, err
	}
	return done("/admin/people", "person-removed"), nil
}
