package microsoft

import (
	"fmt"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// problems keeps the first thing that is wrong with an event.
type problems struct{ first string }

func (p *problems) say(what string) {
	if p.first == "" {
		p.first = what
	}
}

func (p *problems) fail(err error) {
	if err != nil {
		p.say(err.Error())
	}
}

// graphTime is how Graph writes a time that has its zone beside it: up to seven
// digits of a second, no offset.
const graphTime = "2006-01-02T15:04:05.9999999"

// moment reads a start or end. A missing one is the zero time and a problem.
func (p *problems) moment(field string, in models.DateTimeTimeZoneable) time.Time {
	if in == nil || text(in.GetDateTime()) == "" {
		p.say(field + " is missing")
		return time.Time{}
	}
	t, err := parseMoment(text(in.GetDateTime()), text(in.GetTimeZone()))
	if err != nil {
		p.say(field + " " + err.Error())
	}
	return t
}

// parseMoment reads a time in a zone. Graph leaves offsets out; one that is
// there counts.
func parseMoment(value, zone string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return t.UTC(), nil
	}
	iana, err := zoneName(zone)
	if err != nil {
		return time.Time{}, err
	}
	location, err := sources.LoadZone(iana)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(graphTime, value, location)
	if err != nil {
		return time.Time{}, fmt.Errorf("%.80q is no time", value)
	}
	return t.UTC(), nil
}

// day is the day that a moment of an all-day event names, at midnight UTC. Such
// events begin at midnight in a zone of their own, which may come out as some
// hours before or after it.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(12 * time.Hour).Truncate(24 * time.Hour)
}

// text is the string that p points to, "" for none.
func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// yes reports whether p points to true.
func yes(p *bool) bool { return p != nil && *p }
