package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"slotward/internal/server"
)

// peoplePerPage is how many people a page lists.
const peoplePerPage = 50

// peoplePage lists people.
type peoplePage struct {
	People       []adminPerson
	Total        int
	Query, State string
	States       []adminChoice
	First, Next  string // addresses; "" for none
	Name, Email  string // as they were typed, when they could not be added
	Problem      string // why not
}

// adminPerson is a person in a list.
type adminPerson struct {
	server.Person
	Standing adminState
	Last     string
}

// adminChoice is a value of a select.
type adminChoice struct {
	Value, Text string
	Chosen      bool
}

func (d *dashboard) routeAdminPeople() {
	d.adminTemplate("admin_people")
	d.admin("GET /admin/people", func(r *request) (answer, error) { return r.peoplePage(peoplePage{}) })
	d.admin("POST /admin/people", d.addPerson)
}

// peoplePage fills in who is listed.
func (r *request) peoplePage(p peoplePage) (answer, error) {
	query := r.URL.Query()
	p.Query, p.State = query.Get("q"), query.Get("state")
	asked := url.Values{"sort": {"name"}, "limit": {strconv.Itoa(peoplePerPage)}}
	for _, name := range []string{"q", "state", "cursor"} {
		if value := query.Get(name); value != "" {
			asked.Set(name, value)
		}
	}
	var list server.People
	if err := r.api.get("/api/v1/people", asked, &list); err != nil {
		return answer{}, err
	}
	p.Total = list.Total
	for _, one := range list.People {
		p.People = append(p.People, adminPerson{one, adminStates[one.State], r.when(one.LastPass)})
	}
	for _, state := range []string{"attention", "well", "paused", "unconnected"} {
		p.States = append(p.States, adminChoice{state, adminStates[state].Text, state == p.State})
	}
	if query.Get("cursor") != "" {
		p.First = p.address("")
	}
	if list.Next != "" {
		p.Next = p.address(list.Next)
	}
	return showAdmin("admin_people", "/admin/people", "People", p), nil
}

// address is that of the page that a cursor leads to.
func (p *peoplePage) address(cursor string) string {
	query := url.Values{}
	for name, value := range map[string]string{"q": p.Query, "state": p.State, "cursor": cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if len(query) == 0 {
		return "/admin/people"
	}
	return "/admin/people?" + query.Encode()
}

func (d *dashboard) addPerson(r *request) (answer, error) {
	name, email := r.PostFormValue("name"), r.PostFormValue("email")
	var made server.Person
	err := r.api.send(http.MethodPost, "/api/v1/people", map[string]string{"name": name, "email": email}, &made)
	p, err := declined(err)
	switch {
	case err != nil:
		return answer{}, err
	case p != nil:
		a, err := r.peoplePage(peoplePage{Name: name, Email: email, Problem: p.Detail})
		a.status = p.Status
		return a, err
	}
	return done("/admin/people/"+strconv.FormatInt(made.ID, 10), "person-added"), nil
}
