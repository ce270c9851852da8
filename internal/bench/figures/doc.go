// Package figures measures what Slotward promises about its speed and size, and
// prints one table: what was measured, what is promised, and whether it holds.
//
//	run.go         the figures in order
//	table.go       one row, and how the table is printed
//	provider.go    how a provider of calendars is reached, and how Google is
//	calendars.go   simulated calendars of any provider, and what people do there
//	world.go       simulated providers, a store and a reconciler in this process
//	requests.go    requests and mails per change of a calendar
//	cost.go        processor time, bytes and allocations of something repeated
//	planning.go    planning 1,000 events with 500 meetings
//	merging.go     merging a reading against decoding its JSON
//	readings.go    readings to be merged again and again
//	wire.go        a provider's answers, written down and played back
//	firstpass.go   the first pass over 10,000 events
//	memory.go      resident memory of the daemon, idle and per tracked event
//	process.go     the daemon as a process of its own
//	daemonapi.go   what is asked of the daemon while it is measured
//
// Counts, bytes and ratios decide the exit code: they are the same on every
// machine, or nearly. Times depend on the machine; they are shown beside what
// is promised for an ordinary one and decide nothing.
//
// What is asked of one provider's calendars is asked of all: the same changes,
// the same readings, the same events. How each is reached is told by the caller.
package figures
