// Package sources says what a calendar is, whoever runs it: events, complete
// readings, conditional edits, our mark on an event, our block in its
// description, and the meeting links that stand on it.
//
//	event.go     Event: one event as last read
//	source.go    Source: the seam that each provider implements; error classes
//	mark.go      Mark: the proof that we wrote on this very event
//	block.go     Joining, and the block that shows it in a description
//	split.go     telling our block from what people wrote around it
//	text.go      Fingerprint: a text as a reader sees it, plain or HTML
//	links.go     recognising meeting links; families.go knows each provider's,
//	             unwrap.go the mail filters in front of them
//	shown.go     Inspect: what an event shows, worked out once per read
//	words.go     the phrases by which an event asks for a provider: a file for each
//	             language in the folder words, read by words_read.go; override.go
//	             looks for them, where hints.go says that it may pay
//	edit.go      LinkEdit, UnlinkEdit: from what is shown to what is wanted
//	zone.go      time zones by name
//	rule.go      recurrence rules that make no sense
//	series.go    when a series ends and takes place; simple_rule.go does most of
//	             them without following the rules
//	unfit.go     text that no provider would take
//	profile.go       who signed in at a provider
//	retry_after.go  every spelling of Retry-After
//
// Nothing here does I/O; sources/google and its siblings do.
package sources
