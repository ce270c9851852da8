package microsoft

import (
	"fmt"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

const (
	// maxDescription bounds a body that we write to, in characters. Exchange
	// takes more, and answers ever slower.
	maxDescription = 250_000
	// markProperty is our named property on an event: in the public strings'
	// name space that any app may use, under our own name.
	markProperty = "String {00020329-0000-0000-c000-000000000046} Name slotward"
	// maxValue is the longest mark that is written, in bytes.
	maxValue = 1024
)

// facts are what is known of a calendar beside its events.
type facts struct {
	ReadOnly bool   `json:"ro,omitempty"`
	Owner    string `json:"owner,omitempty"` // address
}

// translate writes Graph's event as ours, and what a PATCH needs beside it. mark is what is known of our property,
// which delta does not carry. What is wrong with an event goes into its Problem;
// one faulty event never spoils a reading.
func (f facts) translate(in models.Eventable, mark sources.Mark) (sources.Event, shape) {
	problem := &problems{}
	places := placesOf(in)
	e := sources.Event{
		ID: text(in.GetId()), ICalUID: text(in.GetICalUId()), ETag: etag(in), Kind: kindOf(in), SeriesID: text(in.GetSeriesMasterId()),
		Title: text(in.GetSubject()), Location: places.shown(), TimeZone: "", AllDay: yes(in.GetIsAllDay()), Mark: mark,
	}
	if e.Kind != sources.Exception {
		e.SeriesID = ""
	}
	var d document
	d, e.Description = bodyOf(in)
	e.Start, e.End = problem.moment("start", in.GetStart()), problem.moment("end", in.GetEnd())
	if e.AllDay {
		e.Start, e.End = day(e.Start), day(e.End)
	}
	e.OriginalStart = originalStart(&e, in)
	e.Created, e.Updated = instant(in.GetCreatedDateTime()), instant(in.GetLastModifiedDateTime())
	f.people(&e, in)
	e.ReadOnly = f.ReadOnly || yes(in.GetIsDraft())
	circumstances(&e, in)
	e.Native, e.Conference = online(in, mark)
	if yes(in.GetIsCancelled()) {
		e.Gone = sources.Tombstone
	}
	judge(&e, in, problem)
	sources.Inspect(&e)
	return e, shape{etag: e.ETag, kind: e.Kind, document: d, places: places}
}

// originalStart is the start of an exception before it was changed. An
// occurrence that is as the series has it names none: it is its own.
func originalStart(e *sources.Event, in models.Eventable) time.Time {
	switch t := in.GetOriginalStart(); {
	case e.Kind != sources.Exception:
		return time.Time{}
	case t == nil:
		return e.Start
	case e.AllDay:
		return day(t.UTC())
	default:
		return t.UTC()
	}
}

// circumstances reads what is said of the time that an event takes.
func circumstances(e *sources.Event, in models.Eventable) {
	if v := in.GetSensitivity(); v != nil {
		e.Private = *v == models.PRIVATE_SENSITIVITY || *v == models.CONFIDENTIAL_SENSITIVITY
	}
	if v := in.GetShowAs(); v != nil {
		e.Free = *v == models.FREE_FREEBUSYSTATUS
		e.Tentative = *v == models.TENTATIVE_FREEBUSYSTATUS
		if *v == models.OOF_FREEBUSYSTATUS {
			e.Type = "outOfOffice"
		}
	}
}

// kindOf tells exceptions by their series; a bare occurrence is none of ours and
// is dealt with before.
func kindOf(in models.Eventable) sources.Kind {
	kind := in.GetTypeEscaped()
	switch {
	case kind != nil && *kind == models.SERIESMASTER_EVENTTYPE:
		return sources.Series
	case text(in.GetSeriesMasterId()) != "":
		return sources.Exception
	case in.GetRecurrence() != nil:
		return sources.Series
	}
	return sources.Single
}

// bodyOf takes an event's body apart.
func bodyOf(in models.Eventable) (document, string) {
	b := in.GetBody()
	if b == nil {
		return document{}, ""
	}
	isText := b.GetContentType() != nil && *b.GetContentType() == models.TEXT_BODYTYPE
	return openDocument(text(b.GetContent()), isText)
}

// judge works out zone and recurrence, and says what is wrong with the event.
func judge(e *sources.Event, in models.Eventable, problem *problems) {
	zone, err := eventZone(in)
	problem.fail(err)
	if !e.AllDay {
		e.TimeZone = zone
	}
	if e.Kind == sources.Series {
		r, err := ruleOf(in.GetRecurrence())
		line := ""
		if err == nil {
			line, err = r.line(zone, e.AllDay)
		}
		if err == nil {
			e.Recurrence = []string{line}
		}
		problem.fail(err)
	}
	if e.End.Before(e.Start) {
		problem.say(fmt.Sprintf("end %s is before start %s", e.End.Format(time.RFC3339), e.Start.Format(time.RFC3339)))
	}
	problem.say(sources.Unfit(e, maxDescription))
	if problem.first == "" && e.Kind == sources.Series {
		e.Last, err = sources.LastOccurrence(e)
		problem.fail(err)
	}
	if e.Gone == sources.Present {
		e.Problem = problem.first
	}
}

// eventZone is the zone that an event is written in: a series' from its
// recurrence, any other's from where its start was typed.
func eventZone(in models.Eventable) (string, error) {
	var names []string
	if r := in.GetRecurrence(); r != nil && r.GetRangeEscaped() != nil {
		names = append(names, text(r.GetRangeEscaped().GetRecurrenceTimeZone()))
	}
	return zoneOf(append(names, text(in.GetOriginalStartTimeZone()))...)
}

// markOf reads our property, if the answer carries it.
func markOf(in models.Eventable) (mark sources.Mark, asked bool) {
	for _, p := range in.GetSingleValueExtendedProperties() {
		if p != nil && strings.EqualFold(text(p.GetId()), markProperty) {
			mark, _ = sources.ParseMark(text(p.GetValue()))
			return mark, true
		}
	}
	return sources.Mark{}, false
}

// etag is the version for conditional writes. The SDK has no field for it.
func etag(in models.Eventable) string {
	return additional(in.GetAdditionalData(), "@odata.etag")
}

func additional(data map[string]any, name string) string {
	switch v := data[name].(type) {
	case *string:
		return text(v)
	case string:
		return v
	}
	return ""
}

func instant(t *time.Time) time.Time {
	if t == nil || t.Year() < 1700 {
		return time.Time{}
	}
	return t.UTC()
}
