// Package walk holds the tests in which a browser walks through the pages: the
// real daemon and the simulated providers run beside each other, and Chromium
// does what a person would do, by mouse and by keyboard.
//
//	main_test.go      one Chromium and one binary for all walks
//	world_test.go     the daemon, Google, Microsoft and Zoom of one walk
//	tab_test.go       a tab: opening pages, and what must not happen in any of them
//	hands_test.go     what a person does in it: press, fill in, tick, wait for words
//	look_test.go      what every page is looked at for: pictures, axe, width, weight
//
//	*_walk_test.go    the walks
//
// The tests need Chromium, and axe-core, whose axe.min.js SLOTWARD_AXE names;
// they are skipped where one is missing, except where CI is set. Pictures of
// every page stand in screenshots/ afterwards.
package walk
