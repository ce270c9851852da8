// Package simulator holds what the simulated providers share: a clock that can
// be moved, counters, faults, and hooks around every operation.
//
//	clock.go       a clock that is moved by hand, or the machine's
//	operation.go   Desk: what every operation of a provider goes through
//
// Each provider is a package of its own below this one; package browser is the
// person who consents at them.
package simulator
