// Package plan decides. Make turns everything that was seen of one person into
// an ordered list of actions, and says of every event why it is treated as it
// is. It is a pure function: no I/O, no clock, no randomness, no logging; a dry
// run is a plan that nobody applies.
//
//	world.go     what was seen: the only input
//	plan.go      Make, the steps in order
//	index.go     the world sorted and joined: items, meetings, calendars
//	desire.go    what each event should show: a table of rules, first that fires wins
//	rules.go     the rules' conditions
//	choice.go    the provider that somebody chose for one event
//	byhand.go    meetings that people made by hand and put on events
//	rebuild.go   a lost store, taken up again from the marks
//	adopt.go     unanswered creates, and marks whose meeting is unknown
//	slots.go     grouping events that share a meeting
//	occurs.go    whether a series takes place in a slot
//	moment.go    instants as clocks and calendars show them
//	match.go     which known meeting serves which group
//	renewal.go   a new meeting in the place of one, because somebody asked
//	topic.go     what a meeting should look like
//	fixed.go     recurrence rules in Zoom's words: exact or not at all
//	series.go    when a series' meeting is to be
//	drop.go      cancelled occurrences
//	diff.go      from what is to what should be
//	repairs.go   what people took off: put back once, then left
//	budget.go    what may still be sent today
//	brake.go     a stop before mass removal
//	emit.go      the actions, the held ones and the decisions
//	order.go     the order in which they are applied
//	settings.go, settings_parse.go   the choices of installation, person and calendar
//	actions.go, reasons.go           what comes out
package plan

import (
	"maps"

	"slotward/sources"
)

// Make plans for one person. What an event gets depends on what is wanted for
// it (desire.go) and on what is known of the meeting that it claims:
//
//	wanted         claims    its group's meeting        →  actions
//	────────────   ───────   ────────────────────────   ───────────────────────────────────
//	zoom           –         none                       create, write
//	zoom           –         known                      write, or claim if it shows it already
//	zoom           M         M, as it should be         none; write if its block was damaged, leave the second time
//	zoom           M         M, other time or title     update
//	zoom           M         another, N                 write; delete M when nobody is left
//	zoom           M         M, gone in Zoom            create, write, delete (of the row)
//	zoom           M         M, a new one asked for     create, write; delete M when nobody is left
//	… running      M         M, a new one asked for     none: M stays until it is not
//	zoom           –         create unanswered          held; adopt or abandon once listed
//	static         any       –                          write; delete M when nobody is left
//	native, none   M         –                          restore; delete M when nobody is left
//	leave          M         –                          restore; but for what follows
//	… past         M         –                          none: M stays as it is
//	… read-only    M         M                          update, never a write
//	… off, unread  M         M                          none, and M stays where it is
//	… cancelled    M         –                          release; delete M when nobody is left
//	anything       –         –                          none, unless wanted as above
//
// Creates and updates beyond the day's budget, whatever needs Zoom while Zoom
// cannot be used, and removals that the brake stops are held instead. The plan is
// independent of the order of the world's slices. Planning again after applying
// it gives nothing, except after an adoption or an abandoned create: what those
// uncover is planned when their outcome is known.
//
// Whoever applies a plan may leave out any action, or fail at it, and do the
// rest, as long as a delete is skipped while an event in its Events still shows
// the meeting: the writes that were to take those events elsewhere come before it
// in the plan, and one of them may have failed.
func Make(w World) Plan {
	p := match(&w, nil)
	for refused := p.contested(); len(refused) > 0; refused = p.contested() {
		maps.Copy(refused, p.refused)
		p = match(&w, refused)
	}
	if w.Adopting {
		return p.rebuild()
	}
	p.compare()
	p.takeOver()
	p.budget()
	p.settle()
	p.brake()
	return p.emit()
}

// match plans up to the point where it is known which meeting serves which
// group. The events in refused keep the link that people put there.
func match(w *World, refused map[sources.EventRef]bool) *planner {
	p := newPlanner(w)
	p.refused = refused
	p.desire()
	p.look()
	p.group()
	p.match()
	return p
}
