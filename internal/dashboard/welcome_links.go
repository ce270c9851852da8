package dashboard

import (
	"net/url"
	"strconv"

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
func (r *request) firstLinks() (out []firstLink, err error) {
	var events server.Events
	if err := r.api.get(r.me()+"/upcoming", url.Values{"limit": {strconv.Itoa(firstLinksShown)}}, &events); err != nil {
		return nil, err
	}
	for _, e := range events.Events {
		start, _ := takesPlace(e)
		if start.IsZero() {
			continue // a faulty one
		}
		l := firstLink{Title: e.Title, When: r.clockTime(start), Why: e.ReasonText}
		if e.AllDay {
			l.When = start.UTC().Format("Monday, 2 January")
		}
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
