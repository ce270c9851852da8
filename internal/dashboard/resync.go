package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"slotward/internal/server"
)

// checkTime is how long a form without JavaScript waits for a pass to end; the
// work goes on without it.
const checkTime = 20 * time.Second

func (d *dashboard) routeResync() {
	d.mux.HandleFunc("POST /people/{person}/resync", d.resync)
}

// resync makes a person's calendars be looked at now. A browser that takes
// server-sent events gets each thing that is done as a sentence, and the result;
// any other is answered when it is over, with the result on the page it came from.
func (d *dashboard) resync(w http.ResponseWriter, plain *http.Request) {
	r := d.newRequest(plain)
	if strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
		d.streamResync(w, r)
		return
	}
	d.serve(w, r, d.awaitResync)
}

// awaitResync waits for the pass and says what came of it.
func (d *dashboard) awaitResync(r *request) (answer, error) {
	back := r.page("meetings")
	switch page := r.FormValue("back"); {
	case strings.Contains(page, ":"):
		back = r.meetingPath(page)
	case page == "preview" || page == "help" || page == "activity":
		back = r.page(page)
	}
	person, err := r.subject()
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkTime)
	defer cancel()
	sum, over, err := r.api.with(ctx).watch(person.ID, d.Stopping, func(server.JournalEntry) error { return nil })
	if err != nil {
		return answer{}, err
	}
	return done(back, checked(sum, over)), nil
}

// checked is what the next page says of a pass.
func checked(sum server.ResyncDone, over bool) string {
	switch {
	case !over:
		return "checking"
	case sum.Failed > 0:
		return "checked-failed"
	case sum.Held > 0:
		return "checked-held"
	case sum.Actions > 0:
		return "checked-some"
	}
	return "checked-none"
}

// streamResync tells what is done while it is done.
func (d *dashboard) streamResync(w http.ResponseWriter, r *request) {
	person, err := r.subject()
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	leave, ok := d.streams.Enter(r.who, streamsEach)
	if !ok {
		http.Error(w, "too many pages of yours are open", http.StatusTooManyRequests)
		return
	}
	defer leave()
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	tell := func(event, text string) error {
		if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, strings.NewReplacer("\r", " ", "\n", " ").Replace(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	_ = tell("line", "Looking at the calendars …")
	sum, over, err := r.api.watch(person.ID, d.Stopping, func(e server.JournalEntry) error { return tell("line", r.say(e).Text) })
	var refused *problemError
	switch {
	case errors.As(err, &refused):
		_ = tell("done", sentence(refused.Detail))
	case err == nil:
		_ = tell("done", flashes[checked(sum, over)])
	}
}

// watch asks for a pass and calls each for all that it does. over is false when
// the context, or stopping, ended the watching first.
func (a api) watch(person int64, stopping <-chan struct{}, each func(server.JournalEntry) error) (sum server.ResyncDone, over bool, err error) {
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	go func() {
		select {
		case <-stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	body, err := json.Marshal(map[string]any{"person": person})
	if err != nil {
		return sum, false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "/api/v1/resync?wait=true", bytes.NewReader(body))
	if err != nil {
		return sum, false, err
	}
	req.Header.Set("Content-Type", "application/json")
	w := &events{header: http.Header{}, each: func(name, data string) error {
		switch name {
		case "action":
			var e server.JournalEntry
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				return err
			}
			return each(e)
		case "done":
			over = true
			return json.Unmarshal([]byte(data), &sum)
		}
		return nil
	}}
	a.handler.ServeHTTP(w, req)
	return sum, over, w.problem()
}

// events is an answer of server-sent events, told one by one as they come.
type events struct {
	header http.Header
	status int // zero: 200
	part   bytes.Buffer
	each   func(name, data string) error
}

func (e *events) Header() http.Header    { return e.header }
func (e *events) WriteHeader(status int) { e.status = status }

// Flush is what a stream's writer must be able to do; nothing is kept back here.
func (e *events) Flush() {}

func (e *events) Write(b []byte) (int, error) {
	e.part.Write(b)
	if e.status >= http.StatusBadRequest {
		return len(b), nil
	}
	for {
		whole, rest, found := bytes.Cut(e.part.Bytes(), []byte("\n\n"))
		if !found {
			return len(b), nil
		}
		name, data := "", ""
		for part := range strings.SplitSeq(string(whole), "\n") {
			if value, ok := strings.CutPrefix(part, "event: "); ok {
				name = value
			} else if value, ok := strings.CutPrefix(part, "data: "); ok {
				data = value
			}
		}
		rest = bytes.Clone(rest)
		e.part.Reset()
		e.part.Write(rest)
		if name == "" {
			continue
		}
		if err := e.each(name, data); err != nil {
			return 0, err
		}
	}
}

// problem is the refusal that was answered instead of events; nil for none.
func (e *events) problem() error {
	if e.status < http.StatusBadRequest {
		return nil
	}
	p := &problemError{}
	if err := json.Unmarshal(e.part.Bytes(), &p.ErrorModel); err != nil || p.Detail == "" {
		return fmt.Errorf("a resync was answered %d", e.status)
	}
	return p
}
