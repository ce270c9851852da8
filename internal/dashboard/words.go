package dashboard

import (
	"fmt"
	"strings"
	"time"

	"slotward/internal/server"
)

// badge is a state in words, with a colour beside them: "good", "warn", "bad" or "".
type badge struct{ Text, Colour string }

// badges are the states of an event.
var badges = map[string]badge{
	"ready":     {"Has its link", "good"},
	"planned":   {"Link on its way", ""},
	"waiting":   {"Waits its turn", "warn"},
	"attention": {"Needs somebody", "bad"},
	"left":      {"Left as it is", ""},
	"over":      {"Over", ""},
}

// badgeOf says how an event stands.
func badgeOf(e server.Event) badge {
	b := badges[e.State]
	switch {
	case e.State == "ready" && e.Wanted == "none":
		b.Text = "No link wanted"
	case e.State == "ready" && (e.Reason == "fallback" || e.Reason == "native_kept"):
		b.Colour = "warn"
	case e.State == "planned" && e.Wanted == "none":
		b.Text = "Link to be taken off"
	}
	return b
}

// providerNames name whose link an event shows, for people.
var providerNames = map[string]string{
	"zoom": "Zoom", "meet": "Google Meet", "teams": "Microsoft Teams", "static": "fixed link", "webex": "Webex", "none": "no link",
	"native": "the calendar's own link",
}

// providerName names whose link an event shows.
func providerName(shows string) string {
	if name, ok := providerNames[shows]; ok {
		return name
	}
	return shows
}

// connectionNames name where an account is.
var connectionNames = map[string]string{"google": "Google", "microsoft": "Microsoft", "zoom": "Zoom"}

// sentence makes a text one: with a capital and a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	first := strings.ToUpper(string([]rune(text)[:1]))
	text = first + string([]rune(text)[1:])
	if strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}

// titled is an event's title, as people see one that has none.
func titled(title string) string {
	if strings.TrimSpace(title) == "" {
		return "(no title)"
	}
	return title
}

// number says how many there are of something.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// dayOf is the day on which an instant falls in a zone, at its beginning.
func dayOf(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// dayName is a day as a heading: "Today, Friday 20 November".
func dayName(day, now time.Time) string {
	today := dayOf(now, day.Location())
	name := day.Format("Monday 2 January")
	if day.Year() != today.Year() {
		name = day.Format("Monday 2 January 2006")
	}
	switch {
	case day.Equal(today):
		return "Today, " + name
	case day.Equal(today.AddDate(0, 0, 1)):
		return "Tomorrow, " + name
	case day.Equal(today.AddDate(0, 0, -1)):
		return "Yesterday, " + name
	}
	return name
}

// moment is an instant in a sentence: "Fri 20 November, 10:00", with the year
// where it is another; "" for the zero time.
func moment(t, now time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(zone)
	if t.Year() != now.In(zone).Year() {
		return t.Format("Mon 2 January 2006, 15:04")
	}
	return t.Format("Mon 2 January, 15:04")
}

// span is when something takes place, within the day that stands above it.
func span(start, end time.Time, allDay bool, zone *time.Location) string {
	if allDay {
		return "All day"
	}
	start, end = start.In(zone), end.In(zone)
	if dayOf(start, zone).Equal(dayOf(end, zone)) {
		return start.Format("15:04") + " – " + end.Format("15:04")
	}
	return start.Format("15:04") + " – " + end.Format("Mon 2 Jan, 15:04")
}
