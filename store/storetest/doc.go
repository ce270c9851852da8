// Package storetest is the conformance suite that the store passes on every
// database, and the databases to run it on.
//
//	databases.go  SQLite and Postgres: a fresh database per test
//	fixture.go    Clock, Open, and a person with a calendar to begin with
//	suite.go      Run: every case by name
//	people.go  tokens.go  queue.go  reading.go  work.go  views.go  sealing.go  opening.go: the cases
package storetest
