// Package apidoc tells people what the API's own OpenAPI document says: as data
// for a page, and as docs/api.md. Nothing is known here besides the document.
//
//	document.go   Document: groups of operations, and the types that they use
//	read.go       from OpenAPI
//	schema.go     types and fields
//	markdown.go   to docs/api.md
package apidoc
