// Command bench measures what Slotward promises about its speed and size, and
// prints one table: what was measured, what is promised, and whether it holds.
//
//	main.go        the figures in order, the exit code
//	table.go       one row, and how the table is printed
//	world.go       simulated providers, a store and a reconciler in this process
//	requests.go    requests per change of a calendar
//	cost.go        processor time, bytes and allocations of something repeated
//	planning.go    planning 1,000 events with 500 meetings
//	merging.go     merging a page of changes against decoding its JSON
//	firstpass.go   the first pass over 10,000 events
//	memory.go      resident memory of the daemon, idle and per tracked event
//	process.go     the daemon as a process of its own
//	daemonapi.go   what is asked of the daemon while it is measured
//
// Counts, bytes and ratios decide the exit code: they are the same on every
// machine, or nearly. Times depend on the machine; they are shown beside what
// is promised for an ordinary one and decide nothing.
package main
