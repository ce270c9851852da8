package dashboard

import (
	"net/url"
	"strconv"

	"slotward/internal/server"
)

func (d *dashboard) routeAdminActivity() {
	d.adminTemplate("admin_activity", "part_activity")
	d.admin("GET /admin/activity", d.adminActivity)
}

// adminActivity is the journal of everybody, newest first.
func (d *dashboard) adminActivity(r *request) (answer, error) {
	content, journal, err := r.journal("/admin/activity", url.Values{})
	if err != nil {
		return answer{}, err
	}
	names := map[int64]string{}
	for _, p := range journal.People {
		names[p.ID] = p.Name
	}
	at := d.clock(r, nil)
	content.Zone = at.Told
	content.Days = journalDays(journal.Entries, at, func(e server.JournalEntry) line { return r.sayFor(names[e.Person], e) })
	return showAdmin("admin_activity", "/admin/activity", "Activity of everybody", content), nil
}

// sayFor tells an entry of somebody's, with the way to their own pages. Without a
// name it concerns the installation, or somebody who is gone.
func (r *request) sayFor(name string, e server.JournalEntry) line {
	theirs := *r
	theirs.person = strconv.FormatInt(e.Person, 10)
	l := theirs.say(e)
	if name == "" {
		l.Event = named{}
		return l
	}
	l.Whose = named{name, theirs.page("activity")}
	return l
}
