package google

import (
	"fmt"
	"time"

	"google.golang.org/api/calendar/v3"

	"slotward/sources"
)

const (
	// maxDescription is what Google takes, in characters. It is in no reference;
	// other programs learned it from refusals.
	maxDescription = 8192
	// markKey is our private extended property on an event.
	markKey = "slotward"
	// maxValue is the longest value of an extended property; Google cuts longer
	// ones without a word.
	maxValue = 1024
)

// translate writes Google's event as ours. What is wrong with an event goes into
// its Problem; one faulty event never spoils a reading.
func (f facts) translate(in *calendar.Event) sources.Event {
	e := sources.Event{
		ID: in.Id, ICalUID: in.ICalUID, ETag: in.Etag, Kind: kindOf(in), SeriesID: in.RecurringEventId,
		Title: in.Summary, Location: in.Location, Description: in.Description, Recurrence: in.Recurrence,
		Type: in.EventType, Private: in.Visibility == "private" || in.Visibility == "confidential",
		Free: in.Transparency == "transparent", Tentative: in.Status == "tentative",
		OrganizedHere: in.Organizer != nil && in.Organizer.Self,
	}
	problem := &problems{}
	e.OriginalStart, _ = problem.moment("originalStartTime", in.OriginalStartTime)
	// Neither is needed to keep an event's link right: unreadable ones are none.
	e.Created, e.Updated = (&problems{}).instant("created", in.Created), (&problems{}).instant("updated", in.Updated)
	if in.ExtendedProperties != nil {
		e.Mark, _ = sources.ParseMark(in.ExtendedProperties.Private[markKey])
	}
	if in.Status == "cancelled" {
		// All that is promised of a cancelled event is its id, and of a cancelled
		// occurrence also which one it was.
		e.Gone = sources.Tombstone
		e.Start, e.AllDay = (&problems{}).moment("start", in.Start)
		e.End, _ = (&problems{}).moment("end", in.End)
		sources.Inspect(&e)
		return e
	}
	e.Start, e.AllDay = problem.moment("start", in.Start)
	e.End, _ = problem.moment("end", in.End)
	e.TimeZone = f.zoneOf(in, e.AllDay)
	e.ReadOnly = in.Locked || in.PrivateCopy || f.readOnly(e.Private)
	people(&e, in)
	e.Native, e.Conference = conference(in)
	judge(&e, in, problem)
	sources.Inspect(&e)
	return e
}

// kindOf tells exceptions by their series, whatever else is there: of a
// cancelled one nothing else is promised.
func kindOf(in *calendar.Event) sources.Kind {
	switch {
	case in.RecurringEventId != "":
		return sources.Exception
	case len(in.Recurrence) > 0:
		return sources.Series
	}
	return sources.Single
}

// zoneOf is the zone that the event is written in, else the calendar's. A day
// has no zone of its own.
func (f facts) zoneOf(in *calendar.Event, allDay bool) string {
	if in.Start != nil && in.Start.TimeZone != "" {
		return in.Start.TimeZone
	}
	if allDay {
		return ""
	}
	return f.zone
}

// readOnly reports whether this access role may not write. A role that is not
// known yet is left for Google to refuse.
func (f facts) readOnly(private bool) bool {
	if f.role == "" {
		return false
	}
	return !writers[f.role] || f.role == "writerWithoutPrivateAccess" && private
}

// people counts guests: everybody but the calendar's owner and the rooms.
func people(e *sources.Event, in *calendar.Event) {
	for _, a := range in.Attendees {
		switch {
		case a == nil || a.Resource:
		case a.Self:
			e.Declined = a.ResponseStatus == "declined"
		default:
			e.Guests++
		}
	}
	if in.AttendeesOmitted && e.Guests == 0 {
		e.Guests = 1
	}
}

// judge works out the end of a series, and says what is wrong with the event.
func judge(e *sources.Event, in *calendar.Event, problem *problems) {
	switch {
	case in.EndTimeUnspecified:
		problem.say("end is unspecified")
	case e.End.Before(e.Start):
		problem.say(fmt.Sprintf("end %s is before start %s", e.End.Format(time.RFC3339), e.Start.Format(time.RFC3339)))
	}
	problem.say(sources.Unfit(e, maxDescription))
	if problem.first == "" {
		if e.Kind == sources.Series {
			last, err := sources.LastOccurrence(e)
			e.Last = last
			problem.fail(err)
		} else {
			_, err := sources.LoadZone(e.TimeZone)
			problem.fail(err)
		}
	}
	e.Problem = problem.first
}

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

// instant reads an RFC 3339 instant; none is the zero time.
func (p *problems) instant(field, value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		p.say(fmt.Sprintf("%s %.80q is no time", field, value))
		return time.Time{}
	}
	return t.UTC()
}

// moment reads a start or end. Days begin at midnight UTC. A missing one is the
// zero time; whether that is a fault depends on the event.
func (p *problems) moment(field string, in *calendar.EventDateTime) (t time.Time, allDay bool) {
	switch {
	case in == nil:
		if field != "originalStartTime" {
			p.say(field + " is missing")
		}
		return time.Time{}, false
	case in.Date != "":
		t, err := time.Parse(time.DateOnly, in.Date)
		if err != nil {
			p.say(fmt.Sprintf("%s %.80q is no date", field, in.Date))
		}
		return t, true
	case in.DateTime == "":
		p.say(field + " is empty")
		return time.Time{}, false
	}
	return p.instant(field, in.DateTime), false
}
