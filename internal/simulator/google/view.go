package google

import (
	"encoding/base64"
	"strings"
	"time"
)

// lens is how one request looks at a calendar.
type lens struct {
	calendar     *calendar
	role         role
	account      string
	zone         *time.Location // times are shown with its offset
	maxAttendees int            // above zero: longer lists are cut to the user's own entry
	// stripped shows deleted events with nothing but what is guaranteed, as
	// incremental readings do.
	stripped bool
}

// show renders a record as the lens sees it.
func (l lens) show(r *record) event {
	if r.bare || (r.cancelled() && (l.stripped || r.isInstance() || !l.mayKeepDetails(r))) {
		return l.tombstone(r)
	}
	if l.hides(r) {
		return l.busy(r)
	}
	e := r.event
	e.Kind, e.ETag = "calendar#event", r.etag()
	e.HTMLLink = htmlLink(r.ID, l.calendar.id)
	e.Created, e.Updated = r.created.Format(milliLayout), r.updated.Format(milliLayout)
	e.Start, e.End = r.start.wire(l.zone), r.end.wire(l.zone)
	if r.isInstance() {
		e.OriginalStartTime = r.original.wire(l.zone)
	}
	e.Creator, e.Organizer = l.self(r.Creator), l.self(r.Organizer)
	e.Attendees, e.AttendeesOmitted = l.attendees(r)
	if r.Creator.Email != l.account {
		e.Source = nil // only its creator sees the source
	}
	if e.Reminders == nil {
		e.Reminders = &reminders{UseDefault: true}
	}
	return e
}

// tombstone is what is guaranteed of a deleted event: its id; of a cancelled
// occurrence also its series and its key there.
func (l lens) tombstone(r *record) event {
	e := event{Kind: "calendar#event", ETag: r.etag(), ID: r.ID, Status: "cancelled"}
	if r.isInstance() {
		e.RecurringEventID = r.RecurringEventID
		e.OriginalStartTime = r.original.wire(l.zone)
	}
	return e
}

// mayKeepDetails: deleted events keep their details on the organiser's
// calendar only, where they can be restored.
func (l lens) mayKeepDetails(r *record) bool {
	return r.organizer() == l.calendar.id && l.role >= writerWithoutPrivateAccess
}

// hides reports whether the lens sees only that the time is taken.
func (l lens) hides(r *record) bool {
	if l.role == freeBusyReader {
		return true
	}
	return (r.Visibility == "private" || r.Visibility == "confidential") && l.role < writer
}

func (l lens) busy(r *record) event {
	e := event{
		Kind: "calendar#event", ETag: r.etag(), ID: r.ID, Status: r.Status, Visibility: "private", EventType: "default",
		Start: r.start.wire(l.zone), End: r.end.wire(l.zone), Recurrence: r.Recurrence, ICalUID: r.ICalUID,
	}
	if r.isInstance() {
		e.RecurringEventID, e.OriginalStartTime = r.RecurringEventID, r.original.wire(l.zone)
	}
	return e
}

func (l lens) self(p *principal) *principal {
	q := *p
	q.Self = p.Email == l.calendar.id
	return &q
}

func (l lens) attendees(r *record) (list []attendee, omitted bool) {
	hidden := r.GuestsCanSeeOtherGuests != nil && !*r.GuestsCanSeeOtherGuests && r.organizer() != l.calendar.id
	tooMany := l.maxAttendees > 0 && len(r.Attendees) > l.maxAttendees
	for _, a := range r.Attendees {
		a.Self = a.Email == l.calendar.id
		a.Organizer = a.Email == r.organizer()
		if a.Self || !hidden && !tooMany {
			list = append(list, a)
		}
	}
	return list, len(list) < len(r.Attendees)
}

// htmlLink is where the event is seen in a browser.
func htmlLink(id, calendar string) string {
	short := strings.Replace(calendar, "@gmail.com", "@m", 1)
	return "https://www.google.com/calendar/event?eid=" + base64.RawURLEncoding.EncodeToString([]byte(id+" "+short))
}
