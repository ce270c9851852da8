package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"slotward/internal/server"
)

const (
	// livePoll is how often it is looked whether something changed for a person.
	livePoll = 500 * time.Millisecond
	// liveQuiet is after how many looks that found nothing a comment is sent, so
	// that proxies do not close a quiet stream.
	liveQuiet = 30
	// liveLimit bounds a stream: the browser comes back by itself, and it is looked
	// again whether it may.
	liveLimit = 10 * time.Minute
	// streamsEach is how many streams somebody may have open at once: one per page
	// that is open, and one for a check.
	streamsEach = 12
	// liveWrite bounds the sending to a slow browser.
	liveWrite = 10 * time.Second
)

// live tells by server-sent events that something changed for a person: the
// journal has grown, or a pass has ended. It asks the API, so it holds for
// whatever machine did it, and ends when the viewer may not ask it any more.
func (d *dashboard) live(w http.ResponseWriter, plain *http.Request) {
	r := d.newRequest(plain)
	before, err := r.version()
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	leave, ok := d.streams.Enter(r.who, streamsEach)
	if !ok {
		// 204 tells a browser not to come back: its pages are as they were loaded.
		w.WriteHeader(http.StatusNoContent)
		return
	}
	defer leave()
	control := http.NewResponseController(w)
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }() // the connection may serve other requests
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would hold events back
	say := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(liveWrite))
		_, err := fmt.Fprint(w, text)
		return err == nil && control.Flush() == nil
	}
	ticker := time.NewTicker(livePoll)
	defer ticker.Stop()
	limit := time.NewTimer(liveLimit)
	defer limit.Stop()
	open := say("retry: 2000\n\n")
	for quiet := 1; open; quiet++ {
		select {
		case <-r.Context().Done():
			return
		case <-d.Stopping:
			return
		case <-limit.C:
			return
		case <-ticker.C:
		}
		now, err := r.version()
		switch {
		case refused(err):
			return
		case err == nil && now != before:
			before, quiet = now, 0
			open = say("event: changed\ndata: \n\n")
		case quiet%liveQuiet == 0:
			open = say(":\n\n")
		}
	}
}

// version changes when something changed for a person.
func (r *request) version() (string, error) {
	var p server.Person
	var j server.Journal
	if err := r.api.get(r.me(), nil, &p); err != nil {
		return "", err
	}
	if err := r.api.get("/api/v1/journal", url.Values{"person": {r.person}, "limit": {"1"}}, &j); err != nil {
		return "", err
	}
	var last int64
	if len(j.Entries) > 0 {
		last = j.Entries[0].ID
	}
	return strconv.FormatInt(last, 10) + " " + p.LastPass.String() + " " + p.Held, nil
}
