// Package sources says what a calendar is, whoever runs it: events, complete
// readings, conditional edits, our mark on an event, our block in its
// description, and the meeting links that stand on it.
//
//	event.go     Event: one event as last read
//	source.go    Source: the seam that each provider implements; error classes
//	mark.go      Mark: the proof that we wrote on this very event
//	block.go     Joining, and the block that shows it in a description
//	links.go     recognising meeting links of every kind
//	shown.go     Inspect: what an event shows, worked out once per read
//	words.go     overrides in an event's own words
//	edit.go      LinkEdit, UnlinkEdit: from what is shown to what is wanted
//
// Nothing here does I/O; sources/google and its siblings do.
package sources
