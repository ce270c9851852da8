// Package history lets things happen at random, and looks at what came of it.
//
// Its test makes up histories: people with calendars at one provider or both,
// and ten to thirty things that they do to their events, in Zoom and to the
// settings, with time going by and providers failing now and then. After every
// few of them the daemon does its work, and what the calendars and Zoom then show
// is held against a model: a second, plain statement of what an event should show
// and which events share a meeting, which knows nothing of the planner's code.
//
//	daemon_test.go   the daemon in this process: real store, real clients, real HTTP
//	draw_test.go     what may happen, drawn at random
//	event_test.go    events as they are made up
//	book_test.go     what the teller remembers of the story so far
//	model_test.go    what an event should show now
//	rooms_test.go    which events share a meeting, and which meetings may exist
//	check_test.go    the model held against the world
//	history_test.go  the test
//
// Everything that happens, and everything that must be true, is a line of the
// scenarios' language: a history that fails is shrunk and printed as a scenario,
// which the command in ../run plays against the real daemon.
package history
