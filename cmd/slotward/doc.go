// Slotward keeps one right meeting link on every calendar event.
//
//	main.go            the process: signals, exit code
//	run.go             the command line; run is main without a process
//	printer.go         where commands print their results
//	configuration.go   flags that change the configuration
//	wire.go            from a configuration to a daemon: every package meets here
//	keep.go            the daemon at work, and how it stops
//	debugging.go       the clock and the commit hook that tests of the program set
//	client.go          what the commands below ask of a running daemon
//
// One file for each command:
//
//	serve.go           the daemon
//	plan.go            what a pass would do
//	resync.go          a pass now
//	status.go          what the daemon is doing
//	why.go             why an event has the link it has
//	token.go           API tokens
//	config_check.go    every value with its origin; what is missing to connect
//	version.go         version
//	completion.go      completion for shells
//
// The demo runs the same daemon against simulated providers:
//
//	demo.go            the command, and how it begins and ends
//	demo_world.go      the simulated providers, with their people
//	demo_people.go     people with their accounts and calendars
//	demo_app.go        Google's and Outlook's calendars, as their owners use them
//	demo_post.go       mail from one simulated provider to the other
//	demo_connect.go    connecting as a browser does
//	demo_fortnight.go  a believable fortnight of events
//	demo_calendar.go   events from a calendar file instead
//	demo_pass.go       passes: the first, those between, one that does nothing
//	demo_story.go      --once: changes, and what they led to
//	demo_proof.go      --once: proof of all that is shown
//	demo_live.go       otherwise: small changes every while
//	demo_play.go       otherwise: pages on which somebody plays the people
//	demo_picture.go    events before and after, as a table
//	demo_narrator.go   what happens, line by line
package main
