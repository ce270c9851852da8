// Package store keeps everything that must survive a restart, in SQLite or in
// PostgreSQL: people, connections, sealed tokens, the mirror of their
// calendars, meetings, claims, intents, the queue and the journal.
//
//	store.go         Options, Open, Ready, Close
//	sqlite.go        opening a file: one writer connection, a pool of readers
//	postgres.go      opening a server
//	transaction.go   every transaction: retries, row counting, crash hooks
//	sealing.go       what is sealed, and what happens when the key is another
//	dialect.go       how the two databases differ, and what their errors mean
//	migrate.go       the schema, from migrations/; newer stores are refused
//	types.go         the rows as callers see them
//	convert.go       between rows and types
//	errors.go        error classes
//
//	people.go  settings.go  connections.go  calendars.go     what people decide
//	tokens.go  refresh.go                                    OAuth tokens; one refresher at a time
//	queue.go                                                 who is due, who works on them
//	snapshot.go  mirror.go  mirror_event.go  mirror_rows.go  what a pass reads
//	lease.go  write.go  reading.go                           what a pass writes: Tx
//	meetings.go  meetings_page.go  claims.go  intents.go  budget.go  decisions.go  journal.go
//	views.go  apitokens.go  flows.go  idempotency.go         what the API needs besides
//	identities.go  sessions.go                               who signs in, and who is signed in
//	coming.go  shared.go  counts.go                          what is coming, as pages show it
//
// Three promises hold throughout. A write of a pass is refused when its lease
// has changed hands (I10). A row that would not change is not written (I9). A
// refresh token is stored before it is used, and is never in the clear (I8).
//
// A *Store is safe for concurrent use. It calls no provider.
package store
