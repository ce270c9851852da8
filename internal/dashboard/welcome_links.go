package dashboard

import (
	"net/url"
	"strconv"
	"time"

	"slotward/internal/server"
)

// firstLink is an event as it is followed on the way.
type firstLink struct {
	Title, When string
	Tone, State string
	Why         string
}

// firstLinksShown is how many events are followed on the way.
const firstLinksShown = 12

// firstLinks are the next events and how they stand.
func (d *dashboard) firstLinks(r *request) (out []firstLink, err error) {
	var events server.Events
	query := url.Values{"person": {r.person}, "from": {d.Now().UTC().Format(time.RFC3339)}, "limit": {strconv.Itoa(firstLinksShown)}}
	if err := r.api.get("/api/v1/events", query, &events); err != nil {
		return nil, err
	}
	for _, e := range events.Events {
		if e.Gone != "" || e.Start.IsZero() {
			continue
		}
		l := firstLink{Title: e.Title, When: r.clockTime(e.Start), Why: e.ReasonText}
		if l.Title == "" {
			l.Title = "An event without a title"
		}
		switch {
		case e.Wanted == "zoom" && e.Shows == "zoom" || e.Wanted == "static" && e.Shows == "static":
			l.Tone, l.State, l.Why = "good", "Has its link", ""
		case e.Wanted == "zoom" || e.Wanted == "static" || e.Reason == "":
			l.Tone, l.State, l.Why = "warn", "On its way", capital(e.NextStep)+"."
		case e.Wanted == "native":
			l.State = "Keeps the calendar’s own link"
		default:
			l.State = "Left as it is"
		}
		out = append(out, l)
	}
	return out, nil
}
