// Package sourcetest is the conformance suite that every calendar source passes:
// what the rest of the program relies on, whoever runs the calendar.
//
// A source's own tests call Run with a World: the source, connected to an
// account at the (simulated) provider, and the means to act there as people do
// in their calendar app. Each test gets a fresh World.
//
//	world.go       World, Draft, Change: what a provider's tests have to give
//	suite.go       Run: the list of tests
//	reading.go     full and incremental readings, tombstones, series, paging
//	writing.go     links put on and taken off, conditions, echoes, mails
//	failing.go     classes of failure, faulty events
package sourcetest
