package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"slotward/store"
)

const (
	// watchEvery is how often the store is asked for news. The pass may run in
	// another process, so there is nothing to be told by.
	watchEvery = 100 * time.Millisecond
	// watchSilence is after how long a comment is sent to keep proxies from
	// closing a quiet stream.
	watchSilence = 15 * time.Second
	// watchesEach is how many of them each may watch at once: each looks at the store
	// ten times a second.
	watchesEach = 20
	// watchLimit bounds a stream; the work goes on without it.
	watchLimit = 30 * time.Minute
	// watchPage is how many journal entries are read at once.
	watchPage = 500
	// watchWrite bounds the sending of one event to a slow client.
	watchWrite = 10 * time.Second
)

// ResyncDone ends a stream: everybody who was asked for has been reconciled.
type ResyncDone struct {
	Persons int `json:"persons" doc:"People who were reconciled."`
	Actions int `json:"actions" doc:"Things done."`
	Failed  int `json:"failed" doc:"Things that failed, and people whose pass failed as a whole."`
	Held    int `json:"held" doc:"Things that wait."`
}

// ResyncError tells that a person's pass failed, or that the stream ends early.
type ResyncError struct {
	Person int64  `json:"person,omitempty" doc:"The person's number; absent: everybody."`
	Error  string `json:"error" doc:"Why, in words."`
}

// watching is what a stream still waits for.
type watching struct {
	from  int64           // journal entries up to this one are older than the request
	after int64           // those up to this one were read
	told  map[int64]bool  // entries
	left  map[int64]int64 // person → the request number that must be served
	mine  map[int64]bool  // everybody who was asked for
	done  ResyncDone
}

func newWatching(people []int64, rows map[int64]store.QueueRow, after int64) *watching {
	w := &watching{from: after, after: after, told: map[int64]bool{}, left: map[int64]int64{}, mine: map[int64]bool{}}
	for _, person := range people {
		w.left[person], w.mine[person] = rows[person].Requested, true
	}
	w.done.Persons = len(people)
	return w
}

// watch streams what is done until everybody was served or the client goes away.
func (s *server) watch(w *watching) func(huma.Context) {
	return func(hc huma.Context) {
		ctx, cancel := context.WithTimeout(hc.Context(), watchLimit)
		defer cancel()
		r, out := humago.Unwrap(hc)
		stream := newStream(out)
		defer stream.close()
		quiet := time.NewTicker(watchSilence)
		defer quiet.Stop()
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			finished, err := s.tell(ctx, w, stream)
			if err != nil && ctx.Err() == nil {
				_ = stream.send("error", ResyncError{Error: s.explain(ctx, "resync", err).Error()})
			}
			if err != nil || finished {
				return
			}
			select {
			case <-tick.C:
			case <-quiet.C:
				if stream.comment() != nil {
					return
				}
			case <-ctx.Done():
				if r.Context().Err() == nil {
					_ = stream.send("error", ResyncError{Error: fmt.Sprintf("still at work after %s: the work goes on, only the watching ends", watchLimit)})
				}
				return
			}
		}
	}
}

// tell sends what is new and reports whether that was all. The queue is read
// before the journal: whoever has finished by then has written every entry. Where
// several write at once, on PostgreSQL, one may come to light after another with
// a higher id; so whoever has finished is looked through once more.
func (s *server) tell(ctx context.Context, w *watching, out *stream) (finished bool, err error) {
	rows, err := s.queue(ctx)
	if err != nil {
		return false, err
	}
	if w.after, err = s.tellEntries(ctx, w, store.JournalQuery{After: w.after}, out); err != nil {
		return false, err
	}
	for person, number := range w.left {
		row, there := rows[person]
		if there && row.Done < number {
			continue
		}
		if _, err := s.tellEntries(ctx, w, store.JournalQuery{Person: person, By: store.ByPass, After: w.from}, out); err != nil {
			return false, err
		}
		delete(w.left, person)
		if row.LastError != "" && row.Failures > 0 {
			w.done.Failed++
			if err := out.send("error", ResyncError{Person: person, Error: row.LastError}); err != nil {
				return false, err
			}
		}
	}
	if len(w.left) > 0 {
		return false, nil
	}
	return true, out.send("done", w.done)
}

// tellEntries sends those of the entries that a query selects which passes over those
// asked for have written, each once. It returns the id of the last that it read.
func (s *server) tellEntries(ctx context.Context, w *watching, query store.JournalQuery, out *stream) (last int64, err error) {
	query.Limit = watchPage
	for {
		entries, err := s.Store.JournalEntries(ctx, query)
		if err != nil {
			return query.After, err
		}
		for _, e := range entries {
			query.After = e.ID
			if !w.mine[e.Person] || e.Pass == "" || w.told[e.ID] {
				continue
			}
			w.told[e.ID] = true
			w.done.count(e.Outcome)
			if err := out.send("action", entryOf(e)); err != nil {
				return query.After, err
			}
		}
		if len(entries) < watchPage {
			return query.After, nil
		}
	}
}

func (d *ResyncDone) count(outcome string) {
	switch outcome {
	case "failed":
		d.Failed++
	case "held":
		d.Held++
	default:
		d.Actions++
	}
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func newStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	out := &stream{w: w, control: http.NewResponseController(w)}
	_ = out.control.Flush() // the client learns now that it is being told
	return out
}

// send writes one event; an error means that the client is gone.
func (s *stream) send(event string, data any) error {
	encoded, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.write("event: " + event + "\ndata: " + string(encoded) + "\n\n")
}

// comment sends a line that clients ignore.
func (s *stream) comment() error { return s.write(": still at work\n\n") }

// close takes the deadline off the connection, which may serve other requests.
func (s *stream) close() { _ = s.control.SetWriteDeadline(time.Time{}) }

func (s *stream) write(text string) error {
	// Not every writer has deadlines; those without are bounded by their server.
	_ = s.control.SetWriteDeadline(time.Now().Add(watchWrite))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
