package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"slotward/internal/server"
)

// livePoll is how often it is looked whether something changed for a person.
const livePoll = 500 * time.Millisecond

// live tells by server-sent events that something changed for a person: the
// journal has grown, or a pass has ended. It asks the API, so it holds for
// whatever machine did it.
func (d *dashboard) live(w http.ResponseWriter, plain *http.Request) {
	r := d.newRequest(plain)
	before, err := r.version()
	if err != nil {
		d.refuse(w, r, err)
		return
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	ticker := time.NewTicker(livePoll)
	defer ticker.Stop()
	_, _ = fmt.Fprint(w, "retry: 2000\n\n")
	for quiet := 0; control.Flush() == nil; {
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
		now, err := r.version()
		if quiet++; err == nil && now != before {
			before, quiet = now, 0
			_, _ = fmt.Fprint(w, "event: changed\ndata: \n\n")
		} else if quiet%30 == 0 {
			_, _ = fmt.Fprint(w, ":\n\n") // keeps proxies from closing it
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
