// Package scenario runs stories: text files in the words of the people who use
// Slotward, which say what happens and what must then be true.
//
// Each file starts the real daemon, as a process of its own, and simulated
// providers on loopback, with one clock that the script moves. Commands act as
// the outside world does: on the simulators as a person in a calendar app
// would, on the daemon through its HTTP API and OAuth pages. Nothing reaches
// into the daemon's memory or tables.
//
//	run.go       Run: files in, results out
//	transpose.go stories told of one calendar service, played on another
//	world.go     everything one file plays in
//	service.go   a calendar service (service_google.go, service_microsoft.go)
//	draft.go     what people say of a new event
//	look.go      what an event shows to somebody who opens it
//	daemon.go    the daemon's process: start, kill, restart, crash points
//	store.go     backups, restores and losses of its store
//	client.go    its API
//	local.go     the daemon in this process, in the place of its own
//	stage.go     a world without a process, for stories that are made up on the way
//	faults.go    random faults that must not change the end
//	kills.go     random kills of the process, likewise
//	cmd_*.go     what people do, and what goes wrong
//	check_*.go   what must be true
//
// The folder run holds the command that runs them, testdata the stories, in
// folders by what they are about: its README.md tells which.
package scenario
