package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// outcome is what came of a cast's histories. It is what rapid takes for a test.
type outcome struct {
	name   string
	took   time.Duration
	said   strings.Builder
	failed bool
}

// check makes up the histories of one cast, and shrinks one that fails.
func check(name string, history func(*rapid.T)) *outcome {
	o := &outcome{name: name}
	began := time.Now()
	done := make(chan struct{})
	go func() { // rapid ends the goroutine of a test that fails
		defer close(done)
		rapid.Check(o, history)
	}()
	<-done
	o.took = time.Since(began)
	return o
}

// String is one line, and after it the history that failed.
func (o *outcome) String() string {
	word := "ok"
	if o.failed {
		word = "FAIL"
	}
	return fmt.Sprintf("%s %s %.1fs\n%s", word, o.name, o.took.Seconds(), o.said.String())
}

// Name is the cast's.
func (o *outcome) Name() string { return o.name }

// Helper is of no use here.
func (o *outcome) Helper() {}

// Log and Logf write down what is said.
func (o *outcome) Log(args ...any) { _, _ = fmt.Fprintln(&o.said, args...) }

// Logf is Log with a format.
func (o *outcome) Logf(format string, args ...any) { _, _ = fmt.Fprintf(&o.said, format+"\n", args...) }

// Fail is what a history does that does not hold.
func (o *outcome) Fail() { o.failed = true }

// FailNow is Fail, and the end.
func (o *outcome) FailNow() {
	o.failed = true
	runtime.Goexit()
}

// Failed reports whether a history failed.
func (o *outcome) Failed() bool { return o.failed }

// Error and Errorf are Log and Fail.
func (o *outcome) Error(args ...any) { o.Log(args...); o.Fail() }

// Errorf is Error with a format.
func (o *outcome) Errorf(format string, args ...any) { o.Logf(format, args...); o.Fail() }

// Fatal and Fatalf are Error, and the end.
func (o *outcome) Fatal(args ...any) { o.Log(args...); o.FailNow() }

// Fatalf is Fatal with a format.
func (o *outcome) Fatalf(format string, args ...any) { o.Logf(format, args...); o.FailNow() }

// Skip, Skipf and SkipNow mean that nothing was made up, which is no success.
func (o *outcome) Skip(args ...any) { o.Fatal(args...) }

// Skipf is Skip with a format.
func (o *outcome) Skipf(format string, args ...any) { o.Fatalf(format, args...) }

// SkipNow is Skip without a word.
func (o *outcome) SkipNow() { o.FailNow() }
