// Package simulator holds what the simulated providers share: a clock that can
// be moved, counters, faults, and hooks around every operation.
//
// Each provider is a package of its own below this one.
package simulator
