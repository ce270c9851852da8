package dashboard

import (
	"net/url"

	"slotward/internal/server"
)

// activityPage is the journal, newest first.
type activityPage struct{ Entries []server.JournalEntry }

func (d *dashboard) routeActivity() {
	d.template("activity")
	d.page("GET /people/{person}/activity", d.activity)
}

func (d *dashboard) activity(r *request) (answer, error) {
	var j server.Journal
	if err := r.api.get("/api/v1/journal", url.Values{"person": {r.person}}, &j); err != nil {
		return answer{}, err
	}
	return show("activity", "activity", "Activity", activityPage{Entries: j.Entries}), nil
}
