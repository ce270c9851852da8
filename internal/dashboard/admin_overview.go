package dashboard

import (
	"fmt"

	"slotward/internal/server"
)

// overviewPage is how the installation stands, at a glance.
type overviewPage struct {
	server.Overview
	Lag      string // how long the longest has waited; "" when nobody waits
	Failing  []adminCount
	Standing []adminCount // accounts that are as they should be
	Spent    []adminBudget
	Less     int                // hosts of whom less is spent than of those in Spent
	Stopped  []server.PersonRef // whose removals are held
	More     int                // of them, who are not in Stopped
	Failures []adminFailure
	Missing  []string // providers that are not set up
}

// overviewListed is how many people a part of the overview names.
const overviewListed = 20

// adminCount is how many accounts stand how.
type adminCount struct {
	adminState
	Title string // of the provider
	Count int
}

// adminBudget is what a Zoom host has spent today.
type adminBudget struct {
	server.HostBudget
	Until string // "" while Zoom takes more
}

// adminFailure is a pass that failed.
type adminFailure struct {
	server.PersonFailure
	When string
}

func (d *dashboard) routeAdminOverview() {
	d.adminTemplate("admin_overview")
	d.admin("GET /admin", d.adminOverview)
}

func (d *dashboard) adminOverview(r *request) (answer, error) {
	var p overviewPage
	if err := r.api.get("/api/v1/overview", nil, &p.Overview); err != nil {
		return answer{}, err
	}
	if p.Queue.Due > 0 {
		p.Lag = waited(p.Queue.Lag)
	}
	for _, c := range p.Connections {
		count := adminCount{accountState(c.State), providerTitle(c.Provider), c.Count}
		if c.State == "connected" {
			p.Standing = append(p.Standing, count)
		} else {
			p.Failing = append(p.Failing, count)
		}
	}
	p.Less, p.More = max(0, len(p.Budgets)-overviewListed), max(0, len(p.Held)-overviewListed)
	p.Stopped = p.Held[:len(p.Held)-p.More]
	for _, b := range p.Budgets[:len(p.Budgets)-p.Less] {
		told := adminBudget{HostBudget: b}
		if !b.Until.IsZero() {
			told.Until = r.when(b.Until)
		}
		p.Spent = append(p.Spent, told)
	}
	for _, f := range p.Errors {
		p.Failures = append(p.Failures, adminFailure{f, r.when(f.At)})
	}
	for _, name := range adminProviders {
		var setup server.ProviderSetup
		if err := r.api.get("/api/v1/providers/"+name+"/setup", nil, &setup); err != nil {
			return answer{}, err
		}
		if !setup.Configured {
			p.Missing = append(p.Missing, setup.Title)
		}
	}
	return showAdmin("admin_overview", "/admin", "Overview", p), nil
}

// waited says how long somebody has waited.
func waited(seconds int) string {
	switch {
	case seconds < 1:
		return "less than a second"
	case seconds < 120:
		return fmt.Sprintf("%d seconds", seconds)
	case seconds < 7200:
		return fmt.Sprintf("%d minutes", seconds/60)
	}
	return fmt.Sprintf("%d hours", seconds/3600)
}
