// Package ics reads calendar files that other programs wrote.
//
//	calendar.go    Calendar, Event, Attendee, Fault: what a file holds
//	read.go        Read: the file as a whole, event by event
//	block.go       unfolding, and finding each event with its line
//	event.go       one event, translated
//	details.go     who is invited, status, links
//	when.go        dates, times, durations and periods
//	recurrence.go  rules, extra and left-out dates, as Google takes them
//	zone.go        zone names, resolved to IANA names
//	definition.go  zones that a file defines itself
//	relate.go      doubles, and exceptions to their series
//	owner.go       whose calendar it is
//	shift.go       moving an old calendar into the present
//
// Files in the wild are faulty. An event that cannot be understood is named
// with its file, line and cure, and left out; the rest goes on. Each event is
// given to the parser by itself, because the parser refuses a file whole.
package ics
