package contract

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// Checker collects what breaks the providers' contracts. A nil Checker checks
// nothing and passes everything through. It is safe for concurrent use.
type Checker struct {
	google, microsoft, zoom *document // nil: not found, not checked
	tolerant                bool      // requests that are refused may be wrong

	suspended  atomic.Bool
	checked    atomic.Int64
	mu         sync.Mutex
	violations []Violation
}

// Load reads Zoom's and Microsoft's documents from dir and Google's from the module that the
// project is built with, and fails when one is missing or cannot be read.
func Load(dir string) (*Checker, error) {
	zoom, errZoom := readZoom(dir)
	microsoft, errMicrosoft := readGraph(dir)
	google, errGoogle := readGoogle()
	if err := errors.Join(errZoom, errMicrosoft, errGoogle); err != nil {
		return nil, fmt.Errorf("read the contracts: %w", err)
	}
	return &Checker{google: google, microsoft: microsoft, zoom: zoom}, nil
}

// Google returns next, a simulated Google, under Google's contract.
func (c *Checker) Google(next http.Handler) http.Handler {
	if c == nil {
		return &handler{next: next}
	}
	return c.handler(next, c.google)
}

// Microsoft returns next, a simulated Microsoft, under Graph's contract. Sign-in
// is no part of it.
func (c *Checker) Microsoft(next http.Handler) http.Handler {
	if c == nil {
		return &handler{next: next}
	}
	return c.handler(next, c.microsoft)
}

// Zoom returns next, a simulated Zoom, under Zoom's contract.
func (c *Checker) Zoom(next http.Handler) http.Handler {
	if c == nil {
		return &handler{next: next}
	}
	return c.handler(next, c.zoom)
}

func (c *Checker) handler(next http.Handler, d *document) http.Handler {
	return &handler{next: next, document: d, tolerant: c.tolerant, report: func(found []Violation) {
		if c.suspended.Load() {
			return
		}
		c.checked.Add(1)
		if len(found) == 0 {
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.violations = append(c.violations, found...)
	}}
}

// Suspend lets everything pass from now on: the real service is known to differ
// from its contract in what follows, for the reason given.
func (c *Checker) Suspend(_ string) { c.suspended.Store(true) }

// Violations returns everything found so far, in the order it was found.
func (c *Checker) Violations() []Violation {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.violations)
}

// Checked returns how many requests and answers were looked at.
func (c *Checker) Checked() int {
	if c == nil {
		return 0
	}
	return int(c.checked.Load())
}

// library is every document that was found.
type library struct{ google, microsoft, zoom *document }

// documents are read once in a process: reading Zoom's takes a fifth of a
// second, and they never change.
var documents = sync.OnceValues(func() (found library, problems []error) {
	var err error
	if found.google, err = readGoogle(); err != nil {
		problems = append(problems, err)
	}
	dir, err := Find()
	if err != nil {
		return found, append(problems, err)
	}
	if found.zoom, err = readZoom(dir); err != nil {
		problems = append(problems, err)
	}
	if found.microsoft, err = readGraph(dir); err != nil {
		problems = append(problems, err)
	}
	return found, problems
})

// ForSimulator is ForTest for the tests of the simulators themselves, which ask
// wrongly on purpose: a wrong request is a violation only when it is accepted.
func ForSimulator(t testing.TB) *Checker {
	t.Helper()
	c := ForTest(t)
	c.tolerant = true
	return c
}

// ForTest returns a checker whose violations fail t when it ends. A provider
// whose document cannot be found is not checked, and t's log says so.
func ForTest(t testing.TB) *Checker {
	t.Helper()
	found, problems := documents()
	for _, problem := range problems {
		t.Logf("contract check skipped: %v", problem)
	}
	c := &Checker{google: found.google, microsoft: found.microsoft, zoom: found.zoom}
	t.Cleanup(func() {
		for _, v := range c.Violations() {
			t.Errorf("contract: %s", v)
		}
	})
	return c
}
