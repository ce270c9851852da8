// Package contract holds every request and answer between Slotward and the
// simulated providers against the providers' own machine-readable contracts, so
// that neither our clients nor our simulators can drift from the real services.
//
//	checker.go     Checker: handlers around the simulators; ForTest, ForSimulator
//	middleware.go  what sees both directions of one call
//	check.go       one request, one answer against one operation
//	violation.go   what was broken: path, field and rule
//	route.go       from a path to its operation
//	strict.go      unknown members forbidden; parts of an allOf merged first
//	graph.go       Microsoft Graph's document, with what its converter did not know
//	batch.go       what travels inside Graph's batches
//	body.go        bodies as the schemas describe them: unpacked, without annotations
//	zoom.go        Zoom's OpenAPI document, with what real answers add to it
//	discovery.go   Google's discovery document as OpenAPI
//	declaration.go Google's dialect of JSON Schema
//	find.go        where the documents are
//
// A handler checks what stands in the document and lets everything else of the
// host pass (OAuth pages, token endpoints). Inside the API every path must be in
// the document: a call to an operation that does not exist is a violation.
// Answers of 400 and more are free unless the document describes them, and so is
// what a simulator spoilt on purpose.
package contract
