package dashboard

import (
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/internal/server"
)

// adminTab is one of the installation's own pages in their navigation.
type adminTab struct {
	Path, Title string
	Here        bool
}

// adminTabs are the installation's own pages.
var adminTabs = []adminTab{
	{Path: "/admin", Title: "Overview"},
	{Path: "/admin/people", Title: "People"},
	{Path: "/admin/defaults", Title: "Defaults"},
	{Path: "/admin/providers", Title: "Providers"},
	{Path: "/admin/tokens", Title: "API tokens"},
	{Path: "/admin/activity", Title: "Activity"},
	{Path: "/admin/api", Title: "API"},
}

// adminContent is what the templates of these pages get.
type adminContent struct {
	Tabs []adminTab
	Body any
}

func (d *dashboard) routeAdmin() {
	d.routeAdminOverview()
	d.routeAdminPeople()
	d.routeAdminPerson()
	d.routeAdminProviders()
	d.routeAdminTokens()
	d.routeAdminActivity()
	d.routeAdminAPI()
	d.routeAdminDefaults()
}

// admin registers a page, or a form's target, for admins alone.
func (d *dashboard) admin(pattern string, do func(*request) (answer, error)) {
	d.page(pattern, adminsOnly(do))
}

// adminsOnly keeps everybody else from a page.
func adminsOnly(do func(*request) (answer, error)) func(*request) (answer, error) {
	return func(r *request) (answer, error) {
		if r.who.Role != server.Admin {
			return answer{}, &problemError{ErrorModel: huma.ErrorModel{
				Status: http.StatusForbidden, Detail: "Only an admin of this installation may see this page. Ask one of them if you need something from it.",
			}}
		}
		return do(r)
	}
}

// adminTemplate loads pages/NAME.html with the parts that it uses, and with what
// these pages share.
func (d *dashboard) adminTemplate(name string, parts ...string) {
	d.templateWith(name, append([]string{"admin_part"}, parts...)...)
}

// showAdmin answers with one of these pages; at is the path of its tab.
func showAdmin(name, at, title string, body any) answer {
	tabs := make([]adminTab, len(adminTabs))
	for i, tab := range adminTabs {
		tab.Here = tab.Path == at
		tabs[i] = tab
	}
	return show(name, "admin", title, adminContent{Tabs: tabs, Body: body})
}

// declined tells what the API refuses and a person can mend from what is simply
// wrong: the first is returned as a problem, the second as an error.
func declined(err error) (*problemError, error) {
	var p *problemError
	if errors.As(err, &p) && (p.Status == http.StatusConflict || p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusPreconditionFailed) {
		return p, nil
	}
	return nil, err
}

// when writes an instant in the viewer's zone; "never" for none.
func (r *request) when(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(r.zone).Format("2 January 2006, 15:04 MST")
}

// adminState is how somebody stands, in words and in a colour.
type adminState struct{ Class, Text string }

// adminStates are how people stand.
var adminStates = map[string]adminState{
	"well":        {"good", "Well"},
	"attention":   {"bad", "Needs attention"},
	"paused":      {"warn", "Paused"},
	"unconnected": {"", "Nothing connected"},
}

// accountState is how an account stands, as it is told elsewhere.
func accountState(state string) adminState {
	s := standingOf(state)
	return adminState{Class: s.tone, Text: s.label}
}

// adminProviders are the providers in the order in which they are set up.
var adminProviders = []string{"google", "microsoft", "zoom"}

// providerTitle is a provider's name for people.
func providerTitle(name string) string {
	return map[string]string{"google": "Google Calendar", "microsoft": "Outlook Calendar", "zoom": "Zoom"}[name]
}
