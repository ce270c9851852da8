package dashboard

import (
	"net/http"
	"net/url"
	"strconv"
)

// disconnectPage says what disconnecting an account leads to, for each way.
type disconnectPage struct {
	Account ownAccount
	Action  string // where the form goes
	Back    string
	Ways    []leaving
	Told    foreseen // that it is told later
}

// leaving is one way to disconnect an account.
type leaving struct {
	Links  string // as the API calls it
	Title  string
	Chosen bool
	Told   foreseen
}

// leavings are the ways to disconnect an account.
var leavings = []leaving{
	{Links: "keep", Title: "Leave all links where they are", Chosen: true},
	{Links: "revert", Title: "Take the links off upcoming events first"},
}

func (d *dashboard) routeDisconnect() {
	d.templateWith("disconnect", "part_preview", "part_later")
	d.page("GET /people/{person}/connections/{connection}/disconnect", d.askDisconnect)
	d.action("POST /people/{person}/connections/{connection}/disconnect", d.disconnect)
}

// askDisconnect says what stays and what goes, before anything does.
func (d *dashboard) askDisconnect(r *request) (answer, error) {
	a, err := r.account()
	if err != nil {
		return answer{}, err
	}
	p := disconnectPage{Account: a, Action: r.page("connections/" + strconv.FormatInt(a.ID, 10) + "/disconnect"), Back: r.page("conferencing")}
	var changes []change
	for _, way := range leavings {
		changes = append(changes, change{path: r.connectionPath(a) + "/preview?" + ending(a, way.Links)})
	}
	ahead, err := r.foreseeAll(changes...)
	if err != nil {
		return answer{}, err
	}
	for i, way := range leavings {
		way.Told = ahead[i].unknown().with("offered")
		p.Ways, p.Told.Later = append(p.Ways, way), way.Told.Later
	}
	return show("disconnect", "conferencing", "Disconnect "+a.Provider.Title, p), nil
}

func (d *dashboard) disconnect(r *request) (answer, error) {
	a, err := r.account()
	if err != nil {
		return answer{}, err
	}
	links, said := "keep", "disconnected"
	if r.FormValue("links") == "revert" {
		links, said = "revert", "reverting"
	}
	if err := r.api.send(http.MethodDelete, r.connectionPath(a)+"?"+ending(a, links), nil, nil); err != nil {
		return answer{}, err
	}
	return done(r.page("conferencing"), said), nil
}

// account finds the account that the address names among the person's own.
func (r *request) account() (ownAccount, error) {
	all, _, err := r.accounts()
	if err != nil {
		return ownAccount{}, err
	}
	id, _ := strconv.ParseInt(r.PathValue("connection"), 10, 64)
	if a := accountOf(all, id); a != nil {
		return *a, nil
	}
	return ownAccount{}, missing("There is no such account.")
}

func (r *request) connectionPath(a ownAccount) string {
	return r.me() + "/connections/" + url.PathEscape(a.Connection.Provider)
}

// ending are the parameters that end one account in one way.
func ending(a ownAccount, links string) string {
	return url.Values{"connection": {strconv.FormatInt(a.ID, 10)}, "links": {links}}.Encode()
}
