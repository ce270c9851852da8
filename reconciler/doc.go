// Package reconciler keeps calendars and Zoom in agreement, one person at a time.
//
//	scheduled (cron) ─┐
//	hint, button ─────┼─► due person ─► observe ─► plan ─► apply ─► record ─► next due time
//	resync ───────────┘   (lease)        read      pure    write     journal
//
// It is level-triggered and idempotent: a pass compares what is with what
// should be, and may be stopped at any instant. What decides does no I/O
// (package plan); what does I/O decides nothing.
//
//	reconciler.go  Reconciler: what it is made of, dry runs
//	loop.go        the loop: claims due people, runs their passes side by side
//	pass.go        the pass, which reads like the picture above
//	observe.go     reading calendars into the mirror
//	verify.go      looking again at what seems to be absent
//	merge.go       what a reading does to the mirror, in memory
//	listing.go     looking at the host's Zoom meetings, when that is needed
//	world.go       from store rows to the planner's input
//	apply.go       the executor; apply_zoom.go and apply_event.go are its hands
//	rebuild.go     a lost store, taken up again from the marks
//	byhand.go      meetings that people made by hand and put on events
//	wishes.go      what people asked for one event, and got
//	repairs.go     remembers what was put back after people took it off
//	record.go      decisions, journal, next due time
//	judge.go       what an error of a provider means for the pass
//	retry.go       how long to wait after what
//	waits.go       what providers asked to be left alone, from pass to pass
//	parks.go       what they refused for good, likewise
//	clients.go     one client per connection
//	tokens.go      bearer tokens: refresh, persist, retry once on 401
//	metrics.go     what Prometheus is told
package reconciler
