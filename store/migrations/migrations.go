// Package migrations holds the store's schema, one folder per dialect. Both
// folders have the same files; a file that was released is never edited.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// For returns the migrations of one dialect: "sqlite" or "postgres".
func For(dialect string) (fs.FS, error) {
	return fs.Sub(files, dialect)
}
