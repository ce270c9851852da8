package plan_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/zoom"
)

const installation = "here"

// monday is the world's now unless a test moves it.
var monday = time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)

// at is an instant of that Monday, or of the days after.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, 12, 7+day, hour, minute, 0, 0, time.UTC)
}

// model is a world with both providers behind it: applying a plan to it changes
// the world the way the executor and the providers would.
type model struct {
	t     tester
	w     plan.World
	host  map[int64]*zoom.Meeting // every meeting the host has, ours or not
	next  int64
	calls []string
}

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

func newModel(t tester) *model {
	return &model{t: t, host: map[int64]*zoom.Meeting{}, next: 81000000001, w: plan.World{
		Now: monday, Installation: installation,
		Person: plan.Person{ID: 1, Zoom: true, Host: "u1"},
		Calendars: []plan.Calendar{{ID: 1, Provider: sources.Google, On: true, OnSince: at(-10, 0, 0), Usable: true,
			Settings: plan.Defaults()}},
		Budget: plan.Budget{Left: 1000, ResumeAt: at(1, 0, 0)},
	}}
}

// calendar adds a second calendar, or changes one.
func (m *model) calendar(id int64, change func(c *plan.Calendar)) {
	i := slices.IndexFunc(m.w.Calendars, func(c plan.Calendar) bool { return c.ID == id })
	if i < 0 {
		i = len(m.w.Calendars)
		c := m.w.Calendars[0]
		c.ID = id
		c.Settings = plan.Defaults()
		m.w.Calendars = append(m.w.Calendars, c)
	}
	if change != nil {
		change(&m.w.Calendars[i])
	}
}

// set changes the settings of calendar 1.
func (m *model) set(change func(s *plan.Settings)) {
	m.calendar(1, func(c *plan.Calendar) { change(&c.Settings) })
}

// event puts an ordinary half-hour meeting with a guest on calendar 1.
func (m *model) event(id string, start time.Time, changes ...func(e *plan.Event)) *plan.Event {
	e := plan.Event{Calendar: 1, Event: sources.Event{
		ID: id, ICalUID: id + "@google.com", ETag: "\"1\"", Kind: sources.Single, Title: id, Start: start, End: start.Add(30 * time.Minute),
		TimeZone: "Europe/Berlin", Created: at(-1, 0, 0), Updated: at(-1, 0, 0), OrganizedHere: true, Guests: 1,
	}}
	for _, change := range changes {
		change(&e)
	}
	sources.Inspect(&e.Event)
	m.w.Events = append(m.w.Events, e)
	return m.find(id)
}

// weekly makes an event a series.
func weekly(rules ...string) func(e *plan.Event) {
	return func(e *plan.Event) {
		e.Kind = sources.Series
		e.Recurrence = []string{"RRULE:FREQ=WEEKLY"}
		if len(rules) > 0 {
			e.Recurrence = rules
		}
	}
}

// occurrence makes an event an exception of a series.
func occurrence(series string, original time.Time) func(e *plan.Event) {
	return func(e *plan.Event) {
		e.Kind, e.SeriesID, e.OriginalStart, e.ICalUID = sources.Exception, series, original, series+"@google.com"
	}
}

func on(calendar int64) func(e *plan.Event) { return func(e *plan.Event) { e.Calendar = calendar } }

func titled(title string) func(e *plan.Event) { return func(e *plan.Event) { e.Title = title } }

func (m *model) find(id string) *plan.Event {
	m.t.Helper()
	for i := range m.w.Events {
		if m.w.Events[i].ID == id {
			return &m.w.Events[i]
		}
	}
	m.t.Fatalf("no event %s", id)
	return nil
}

// edit changes an event as a person would.
func (m *model) edit(id string, change func(e *plan.Event)) {
	e := m.find(id)
	change(e)
	e.Updated = e.Updated.Add(time.Second)
	sources.Inspect(&e.Event)
}

func (m *model) move(id string, start time.Time) {
	m.edit(id, func(e *plan.Event) { e.Start, e.End = start, start.Add(e.End.Sub(e.Start)) })
}

func (m *model) cancel(id string) { m.edit(id, func(e *plan.Event) { e.Gone = sources.Tombstone }) }

// plan makes a plan and checks what every plan promises.
func (m *model) plan() plan.Plan {
	m.t.Helper()
	p := plan.Make(m.w)
	m.checkPlan(p)
	return p
}

// apply applies a plan, but for the action with the index skip; -1: all.
func (m *model) apply(p plan.Plan, skip int) {
	m.t.Helper()
	made := map[plan.Slot]int64{}
	for i, a := range p.Actions {
		if i != skip {
			m.act(a, made)
		}
	}
	m.fulfil()
}

// settle plans and applies until nothing is to be done, as a pass does, listing
// the host where the plan asks for it. It fails if that takes long.
func (m *model) settle() {
	m.t.Helper()
	for range 6 {
		p := m.plan()
		if p.NeedsListing && !m.w.Listed {
			m.list()
			continue
		}
		if len(p.Actions) == 0 {
			m.w.Listed, m.w.Host = false, nil
			return
		}
		m.apply(p, -1)
		if m.w.Listed {
			m.list()
		}
	}
	m.t.Fatalf("does not settle: %s", show(m.plan()))
}

// list gives the world a complete listing of the host's meetings.
func (m *model) list() {
	m.w.Listed, m.w.Host = true, nil
	for _, h := range m.host {
		m.w.Host = append(m.w.Host, *h)
	}
	slices.SortFunc(m.w.Host, func(a, b zoom.Meeting) int { return int(a.ID - b.ID) })
}

func (m *model) act(a plan.Action, made map[plan.Slot]int64) {
	m.t.Helper()
	m.calls = append(m.calls, describe(a))
	switch a.Kind {
	case plan.Adopt:
		m.adopt(a)
	case plan.Abandon:
		m.closeIntent(a.Reference)
	case plan.Create:
		m.create(a, made)
	case plan.Update:
		m.update(a)
	case plan.Write:
		m.write(a, made)
	case plan.Claimed:
		m.confirm(a.Event)
		if a.Meeting != 0 {
			m.claim(a.Event, a.Meeting)
		}
	case plan.Leave:
		m.repaired(a.Event).State = plan.RepairLeft
	case plan.Restore:
		e := m.find(a.Event.Event)
		m.applyEdit(e, sources.UnlinkEdit(&e.Event, a.Native))
		m.unrepaired(a.Event)
		m.unclaim(a.Event)
	case plan.Release:
		m.unclaim(a.Event)
	case plan.Delete:
		m.delete(a)
	case plan.Drop:
		m.drop(a, made)
	default:
		m.t.Fatalf("unknown kind %q", a.Kind)
	}
}

func (m *model) adopt(a plan.Action) {
	h := m.host[a.Found.ID]
	if h == nil {
		m.t.Fatalf("adopts what is not there: %s", describe(a))
	}
	m.row(h, a.Reference)
	m.closeIntent(a.Reference)
	for _, ref := range a.Events {
		m.claim(ref, h.ID)
	}
}

func (m *model) closeIntent(reference string) {
	m.w.Intents = slices.DeleteFunc(m.w.Intents, func(in plan.Intent) bool { return in.Reference == reference })
}

// row records a meeting of the host in the store.
func (m *model) row(h *zoom.Meeting, reference string) {
	m.w.Meetings = append(m.w.Meetings, plan.Meeting{
		ID: h.ID, Reference: reference, Topic: h.Topic, Type: h.Type, Start: h.Start, Minutes: h.Minutes, CreatedAt: h.CreatedAt,
		TimeZone: h.TimeZone, Recurrence: h.Recurrence,
		Joining: sources.Joining{Provider: "zoom", Meeting: strconv.FormatInt(h.ID, 10), URL: h.JoinURL, Passcode: "123456"},
	})
}

// make makes a meeting at Zoom.
func (m *model) make(d zoom.Draft) *zoom.Meeting {
	id := m.next
	m.next++
	h := &zoom.Meeting{ID: id, Topic: d.Topic, Type: d.Type, Start: d.Start, Minutes: d.Minutes, CreatedAt: m.w.Now,
		TimeZone: d.TimeZone, Recurrence: d.Recurrence,
		JoinURL: fmt.Sprintf("https://us02web.zoom.us/j/%d?pwd=abc", id)}
	if d.Reference != "" {
		h.Agenda = "[slotward:" + d.Reference + "] made by Slotward"
	}
	m.host[id] = h
	return h
}

func (m *model) create(a plan.Action, made map[plan.Slot]int64) {
	m.t.Helper()
	for _, in := range m.w.Intents {
		for _, ref := range in.Events {
			if slices.Contains(a.Events, ref) {
				m.t.Fatalf("creates for %v while a create is unanswered", ref)
			}
		}
	}
	if made[a.Slot] != 0 {
		m.t.Fatalf("two creates for one slot %v", a.Slot)
	}
	m.w.Budget.Left--
	d := a.Draft
	d.Reference = fmt.Sprintf("%s:r%d", installation, m.next)
	h := m.make(d)
	m.row(h, d.Reference)
	made[a.Slot] = h.ID
	for _, ref := range a.Events {
		m.claim(ref, h.ID)
	}
}

func (m *model) drop(a plan.Action, made map[plan.Slot]int64) {
	m.t.Helper()
	if a.Meeting == 0 {
		a.Meeting = made[a.Slot]
	}
	row := m.meeting(a.Meeting)
	if row == nil {
		return // its create was left out
	}
	if row.Type != zoom.FixSeries || !row.Holds(a.Start) || slices.ContainsFunc(row.Dropped, a.Start.Equal) {
		m.t.Fatalf("drops what is not there: %s", describe(a))
	}
	m.w.Budget.Left--
	row.Dropped = append(row.Dropped, a.Start)
}

func (m *model) meeting(id int64) *plan.Meeting {
	for i := range m.w.Meetings {
		if m.w.Meetings[i].ID == id {
			return &m.w.Meetings[i]
		}
	}
	return nil
}

func (m *model) update(a plan.Action) {
	m.t.Helper()
	m.w.Budget.Left--
	row, h := m.meeting(a.Meeting), m.host[a.Meeting]
	if row == nil {
		m.t.Fatalf("updates a meeting that is not ours: %s", describe(a))
	}
	if h == nil {
		row.Missing = true
		return
	}
	c := a.Change
	if c.Empty() {
		m.t.Fatalf("empty update: %s", describe(a))
	}
	if c.Start != nil && !c.Start.After(m.w.Now) {
		m.t.Fatalf("sends a start that has passed: %s", describe(a))
	}
	*row = changed(*row, c)
	if row.Type == zoom.FixSeries && (c.Recurrence == nil || c.Start == nil) {
		m.t.Fatalf("changes a series without saying all of it: %s", describe(a))
	}
	h.Topic, h.Type, h.Start, h.Minutes = row.Topic, row.Type, row.Start, row.Minutes
	h.TimeZone, h.Recurrence = row.TimeZone, row.Recurrence
}

// changed is what becomes of a meeting with a change.
func changed(row plan.Meeting, c zoom.Change) plan.Meeting {
	if c.Topic != nil {
		row.Topic = *c.Topic
	}
	if c.Type != nil {
		row.Type = *c.Type
	}
	if c.Minutes != nil {
		row.Minutes = *c.Minutes
	}
	if c.TimeZone != nil {
		row.TimeZone = *c.TimeZone
	}
	if row.Type != zoom.FixSeries {
		row.Recurrence, row.Dropped = zoom.Recurrence{}, nil
	}
	if c.Recurrence != nil {
		row.Recurrence, row.Dropped, row.Found = *c.Recurrence, nil, false
	}
	if c.Start != nil {
		row.Start = *c.Start
	}
	return row
}

func (m *model) write(a plan.Action, made map[plan.Slot]int64) {
	m.t.Helper()
	e := m.find(a.Event.Event)
	join := sources.Joining{Provider: "static", Meeting: "static", URL: a.Static}
	id := a.Meeting
	if a.Static == "" {
		if id == 0 {
			id = made[a.Slot]
		}
		row := m.meeting(id)
		if row == nil {
			return // its create was left out
		}
		join = row.Joining
	}
	ours := func(l sources.Link) bool {
		if m.settingsOf(e).Foreign == "replace" {
			return true
		}
		n, _ := strconv.ParseInt(l.Meeting, 10, 64)
		return l.Provider == "zoom" && (m.meeting(n) != nil || e.Mark.Installation == installation && e.Mark.Meeting == l.Meeting)
	}
	m.applyEdit(e, sources.LinkEdit(&e.Event, &join, installation, ours, a.Replace))
	m.unrepaired(a.Event)
	if a.Repair {
		m.w.Repairs = append(m.w.Repairs, plan.Repair{Event: a.Event, Block: join.Fingerprint(), At: m.w.Now, State: plan.RepairDone})
	}
	if a.Static != "" {
		m.unclaim(a.Event)
	} else {
		m.claim(a.Event, id)
	}
}

func (m *model) settingsOf(e *plan.Event) plan.Settings {
	for _, c := range m.w.Calendars {
		if c.ID == e.Calendar {
			return c.Settings
		}
	}
	return plan.Settings{}
}

// applyEdit changes an event as its provider would.
func (m *model) applyEdit(e *plan.Event, edit sources.Edit) {
	m.t.Helper()
	if e.Gone != sources.Present || e.ReadOnly || !e.OrganizedHere {
		m.t.Fatalf("writes %s, which may not be written", e.ID)
	}
	if edit.Location != nil {
		e.Location = *edit.Location
	}
	if edit.Description != nil {
		e.Description = *edit.Description
	}
	if edit.ClearNative {
		e.Native = sources.Native{}
	}
	if edit.RequestNative {
		e.Native = sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}
	}
	if edit.Mark != nil {
		e.Mark = *edit.Mark
	}
	sources.Inspect(&e.Event)
}

func (m *model) claim(ref sources.EventRef, id int64) {
	since := m.w.Now
	for _, c := range m.w.Claims {
		if c.Event == ref && c.Meeting == id {
			since = c.Since
		}
	}
	m.unclaim(ref)
	m.w.Claims = append(m.w.Claims, plan.Claim{Event: ref, Meeting: id, Since: since})
}

func (m *model) unclaim(ref sources.EventRef) {
	m.w.Claims = slices.DeleteFunc(m.w.Claims, func(c plan.Claim) bool { return c.Event == ref })
}

// delete skips a meeting that an event still shows, as every executor must.
func (m *model) delete(a plan.Action) {
	m.t.Helper()
	if m.meeting(a.Meeting) == nil {
		m.t.Fatalf("deletes a meeting that is not ours: %s", describe(a))
	}
	for _, ref := range a.Events {
		if m.link(ref.Event) == a.Meeting {
			return
		}
	}
	m.w.Claims = slices.DeleteFunc(m.w.Claims, func(c plan.Claim) bool { return c.Meeting == a.Meeting })
	delete(m.host, a.Meeting)
	m.w.Meetings = slices.DeleteFunc(m.w.Meetings, func(x plan.Meeting) bool { return x.ID == a.Meeting })
}

// link is the meeting that an event shows; 0: none of ours.
func (m *model) link(id string) int64 {
	e := m.find(id)
	if e.Shown.Block != sources.BlockWhole {
		return 0
	}
	n, _ := strconv.ParseInt(e.Mark.Meeting, 10, 64)
	return n
}

func (m *model) decision(p plan.Plan, id string) plan.Decision {
	m.t.Helper()
	for _, d := range p.Decisions {
		if d.Event.Event == id {
			return d
		}
	}
	m.t.Fatalf("no decision for %s", id)
	return plan.Decision{}
}

// checkPlan checks what holds for every plan of every world.
func (m *model) checkPlan(p plan.Plan) {
	m.t.Helper()
	known := map[plan.Reason]bool{}
	for _, r := range plan.Reasons() {
		known[r] = true
	}
	if len(p.Decisions) != len(m.w.Events) {
		m.t.Fatalf("%d decisions for %d events", len(p.Decisions), len(m.w.Events))
	}
	for _, d := range p.Decisions {
		if !known[d.Reason] || d.Wanted == "" {
			m.t.Fatalf("decision without a reason: %+v", d)
		}
	}
	order := []plan.Kind{plan.Adopt, plan.Abandon, plan.Create, plan.Update, plan.Write, plan.Claimed, plan.Leave, plan.Restore, plan.Release, plan.Delete, plan.Drop}
	spent := 0
	for i, a := range p.Actions {
		if !known[a.Reason] {
			m.t.Fatalf("action without a reason: %s %q", describe(a), a.Reason)
		}
		if !slices.Contains(order, a.Kind) {
			m.t.Fatalf("no place in the order: %s", describe(a))
		}
		if a.Kind == plan.Create || a.Kind == plan.Update {
			spent++
		}
		if i == 0 {
			continue
		}
		b := p.Actions[i-1]
		if before, now := slices.Index(order, b.Kind), slices.Index(order, a.Kind); before > now || before == now && a.Start.Before(b.Start) {
			m.t.Fatalf("out of order: %s before %s", describe(b), describe(a))
		}
	}
	if spent > max(0, m.w.Budget.Left) {
		m.t.Fatalf("spends %d of %d", spent, m.w.Budget.Left)
	}
	for i := 1; i < len(p.Held); i++ {
		if p.Held[i].Action.Start.Before(p.Held[i-1].Action.Start) {
			m.t.Fatalf("held out of order")
		}
	}
}

// describe writes an action in a few words, for comparison in tests.
func describe(a plan.Action) string {
	var b strings.Builder
	b.WriteString(string(a.Kind))
	if a.Event.Event != "" {
		b.WriteString(" " + a.Event.Event)
	}
	if a.Kind == plan.Create || a.Kind == plan.Update {
		b.WriteString(" " + a.Title)
	}
	if a.Kind == plan.Delete {
		b.WriteString(" " + a.Title)
	}
	if a.Native {
		b.WriteString(" native")
	}
	if a.Static != "" {
		b.WriteString(" static")
	}
	return b.String()
}

func list(actions []plan.Action) []string {
	out := []string{}
	for _, a := range actions {
		out = append(out, describe(a))
	}
	return out
}

func show(p plan.Plan) string { return strings.Join(list(p.Actions), " · ") }

// expect plans, compares the actions, applies them, and sees that the world is
// settled then.
func (m *model) expect(want ...string) plan.Plan {
	m.t.Helper()
	p := m.plan()
	if got := list(p.Actions); !slices.Equal(got, append([]string{}, want...)) {
		m.t.Fatalf("plan is\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	m.apply(p, -1)
	if again := m.plan(); len(again.Actions) > 0 {
		m.t.Fatalf("not settled: %s", show(again))
	}
	return p
}

func TestOneEvent(t *testing.T) {
	m := newModel(t)
	m.event("a", at(0, 10, 0))
	p := m.expect("create a", "write a")
	if d := m.decision(p, "a"); d.Wanted != "zoom" || d.Reason != plan.Default {
		t.Fatalf("decision %+v", d)
	}
	if m.link("a") == 0 || m.host[m.link("a")] == nil {
		t.Fatal("no live link")
	}
	m.move("a", at(0, 11, 0))
	m.expect("update a")
	m.edit("a", func(e *plan.Event) { e.Title = "b" })
	m.expect("update b")
	m.cancel("a")
	m.expect("release a", "delete b")
	if len(m.host) != 0 {
		t.Fatal("meeting left behind")
	}
}
