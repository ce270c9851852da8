package dashboard

import (
	"net/url"
	"strconv"

	"slotward/internal/server"
)

// adminActivityPage is the journal of everybody, newest first.
type adminActivityPage struct{ Entries []adminEntry }

// adminEntry is one line of the journal, as a sentence.
type adminEntry struct {
	line
	When string
	Who  string // whom it concerns; "" for the installation
	Path string // of their own activity; "" for the installation, or somebody who is gone
	Came adminState
}

// adminOutcomes are how things end.
var adminOutcomes = map[string]adminState{
	"done": {"good", "Done"}, "held": {"warn", "Held back"}, "failed": {"bad", "Failed"},
}

func (d *dashboard) routeAdminActivity() {
	d.adminTemplate("admin_activity")
	d.admin("GET /admin/activity", d.adminActivity)
}

func (d *dashboard) adminActivity(r *request) (answer, error) {
	var journal server.Journal
	if err := r.api.get("/api/v1/journal", url.Values{"limit": {"100"}}, &journal); err != nil {
		return answer{}, err
	}
	var status server.Status
	if err := r.api.get("/api/v1/status", nil, &status); err != nil {
		return answer{}, err
	}
	names := map[int64]string{}
	for _, p := range status.People {
		names[p.ID] = p.Name
	}
	var p adminActivityPage
	for _, e := range journal.Entries {
		told := adminEntry{line: r.say(e), When: r.when(e.At), Who: names[e.Person], Came: adminOutcomes[e.Outcome]}
		if told.Who != "" {
			told.Path = "/people/" + strconv.FormatInt(e.Person, 10) + "/activity"
		}
		p.Entries = append(p.Entries, told)
	}
	return showAdmin("admin_activity", "/admin/activity", "Activity of everybody", p), nil
}
