package apidoc_test

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"slotward/internal/apidoc"
	"slotward/internal/server"
)

var update = flag.Bool("update", false, "write docs/api.md anew")

// The page in the repository is what the daemon's own document says.
func TestDocsAreUpToDate(t *testing.T) {
	const path = "../../docs/api.md"
	content, err := server.Document("")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := apidoc.Read(content)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := doc.Markdown(&want); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("docs/api.md is not what the API is: run `make docs` (%v)", err)
	}
}

// Every operation of the document is told, once, with an example where something
// is sent or answered as JSON.
func TestEveryOperationIsTold(t *testing.T) {
	content, err := server.Document("")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := apidoc.Read(content)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, g := range doc.Groups {
		if g.Name == "other" || g.About == "" {
			t.Errorf("the group %q is not described", g.Name)
		}
		for _, op := range g.Operations {
			if seen[op.ID] {
				t.Errorf("%s is told twice", op.ID)
			}
			seen[op.ID] = true
			for _, a := range op.Answers {
				for _, c := range a.Contents {
					if c.Kind == "application/json" && c.Type != "" && c.Example == "" {
						t.Errorf("%s: answer %s has no example", op.ID, a.Status)
					}
				}
			}
			if op.Body != nil && op.Body.Example == "" {
				t.Errorf("%s: the body has no example", op.ID)
			}
		}
	}
	if len(seen) < 30 || !seen["create-person"] || !seen["test-provider"] {
		t.Errorf("%d operations are told", len(seen))
	}
}
