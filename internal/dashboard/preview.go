package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"slotward/internal/server"
	"slotward/reconciler/plan"
)

// previewPage is what a pass would do now.
type previewPage struct {
	Zone    string
	At      string // when it was looked
	Groups  []previewGroup
	Held    []heldGroup
	Nothing bool
	Total   int
	Zoom    int // requests to Zoom, those that wait included
	Budget  *budgetWords
	Brake   *brakeWords
	Here    string
	Error   string // why nothing could be planned
	Resync  string
}

// previewGroup are actions of one kind.
type previewGroup struct {
	ID, Name string
	Rows     []previewRow
	More     int // actions that are not listed
}

// heldGroup are actions that wait for one reason.
type heldGroup struct {
	Name string
	Rows []previewRow
	More int
}

// previewRow is one action in a sentence.
type previewRow struct {
	Text, When, Why string
	Path            string // of the event's page; "" for none
}

// brakeWords are what the brake holds.
type brakeWords struct {
	Removals, Limit int
	// Held names the removals as a pass has held them, so that they can be
	// released; "" when none has yet.
	Held    string
	Rows    []previewRow
	More    int
	Release string
	Confirm bool
}

// previewListed is how many actions of a kind are listed.
const previewListed = 50

// previewKinds group the kinds of actions, in the order in which they are done.
var previewKinds = []struct {
	id, name string
	kinds    []string
}{
	{"create", "Zoom meetings to make", []string{"create", "adopt", "abandon"}},
	{"change", "Zoom meetings to change", []string{"update"}},
	{"write", "To write on the calendar", []string{"write", "claim", "leave"}},
	{"remove", "To take away", []string{"restore", "release", "delete", "drop"}},
}

// zoomKinds are those that ask something of Zoom.
var zoomKinds = map[string]bool{"create": true, "update": true, "delete": true, "drop": true}

func (d *dashboard) routePreview() {
	d.template("preview")
	d.page("GET /people/{person}/preview", d.preview)
	d.action("POST /people/{person}/release", d.release)
}

func (d *dashboard) preview(r *request) (answer, error) {
	var calendars server.CalendarList
	if err := r.api.get(r.me()+"/calendars", nil, &calendars); err != nil {
		return answer{}, err
	}
	at := d.clock(r, calendars.Calendars)
	content := &previewPage{Zone: at.Told, At: at.now.In(at.zone).Format("15:04"), Here: r.page("preview"), Resync: r.page("resync"), Budget: r.budget(at)}
	person, err := r.subject()
	if err != nil {
		return answer{}, err
	}
	var planned server.PlanAnswer
	if err := r.api.send(http.MethodPost, "/api/v1/resync?dry_run=true", map[string]any{"person": person.ID}, &planned); err != nil {
		content.Error = why(err)
	} else {
		r.plan(content, planned, person.Held, at)
	}
	return show("preview", "preview", "Preview", content), nil
}

// plan puts a plan into groups.
func (r *request) plan(p *previewPage, planned server.PlanAnswer, held string, at clock) {
	for _, kind := range previewKinds {
		group := previewGroup{ID: kind.id, Name: kind.name}
		for _, a := range planned.Actions {
			if slices.Contains(kind.kinds, a.Kind) {
				group.Rows = append(group.Rows, r.previewRow(a, at))
			}
		}
		p.Total += len(group.Rows)
		if len(group.Rows) > 0 {
			group.Rows, group.More = listed(group.Rows)
			p.Groups = append(p.Groups, group)
		}
	}
	var braked []previewRow
	for _, a := range planned.Actions {
		if zoomKinds[a.Kind] {
			p.Zoom++
		}
	}
	for _, h := range planned.Held {
		if h.HeldFor == "brake" {
			braked = append(braked, r.removalRow(h.PlannedAction, at))
			continue
		}
		if zoomKinds[h.Kind] {
			p.Zoom++
		}
		p.hold(r, h, at)
	}
	for i := range p.Held {
		p.Held[i].Rows, p.Held[i].More = listed(p.Held[i].Rows)
	}
	if planned.Brake != nil {
		p.Brake = &brakeWords{
			Removals: planned.Brake.Removals, Limit: planned.Brake.Limit, Release: r.page("release"), Confirm: r.FormValue("release") != "",
		}
		if name, _, _ := strings.Cut(planned.Brake.Fingerprint, ":"); name == held {
			p.Brake.Held = held
		}
		p.Brake.Rows, p.Brake.More = listed(braked)
	}
	p.Nothing = p.Total == 0 && len(p.Held) == 0 && p.Brake == nil
}

// hold adds an action to those that wait for the same reason.
func (p *previewPage) hold(r *request, h server.HeldAction, at clock) {
	i := slices.IndexFunc(p.Held, func(g heldGroup) bool { return g.Name == h.HeldForText })
	if i < 0 {
		i = len(p.Held)
		p.Held = append(p.Held, heldGroup{Name: h.HeldForText})
	}
	row := r.previewRow(h.PlannedAction, at)
	if until := moment(h.Until, at.now, at.zone); until != "" {
		row.Why += " Tried again: " + until + "."
	}
	p.Held[i].Rows = append(p.Held[i].Rows, row)
}

// listed are the rows that a page lists, and how many more there are.
func listed(rows []previewRow) (some []previewRow, more int) {
	n := min(len(rows), previewListed)
	return rows[:n], len(rows) - n
}

func (r *request) previewRow(a server.PlannedAction, at clock) previewRow {
	row := previewRow{Text: sentence(toDo(a.Kind, a.Title)), When: moment(a.Start, at.now, at.zone), Why: a.ReasonText}
	event := a.Event
	if event == "" && len(a.Events) > 0 {
		event = a.Events[0]
	}
	if event != "" {
		row.Path = r.meetingPath(event)
	}
	return row
}

// removals say what becomes of an event or a meeting that the brake holds, once
// that is released; %s stands for the title.
var removals = map[string]string{
	"restore": "%s loses its link.",
	"release": "%s is no longer kept, and its link stops working.",
	"write":   "%s gets the fixed link in place of its own.",
	"delete":  "The Zoom meeting of %s is deleted; no event shows it any more.",
}

// removalRow is a removal that the brake holds. That settings prefer what is there
// afterwards does not say why something goes.
func (r *request) removalRow(a server.PlannedAction, at clock) previewRow {
	row := r.previewRow(a, at)
	if words, known := removals[a.Kind]; known {
		row.Text = strings.ReplaceAll(words, "%s", "“"+titled(a.Title)+"”")
	}
	if plan.Reason(a.Reason) == plan.Default {
		row.Why = "The settings prefer another link now, or none."
	}
	return row
}

// release releases what the brake holds: the removals that were shown, and no
// others, after it was said what cannot be undone.
func (d *dashboard) release(r *request) (answer, error) {
	ask := r.page("preview") + "?" + url.Values{"release": {"ask"}}.Encode()
	held := r.FormValue("held")
	if r.FormValue("sure") == "" || held == "" {
		return goTo(ask), nil
	}
	err := r.api.send(http.MethodPost, r.me()+"/release?"+url.Values{"held": {held}}.Encode(), nil, nil)
	if p, _ := refusal(err); p != nil && p.Status == http.StatusPreconditionFailed {
		return goTo(ask), nil
	}
	if err != nil {
		return answer{}, err
	}
	return done(r.page("activity"), "released"), nil
}
