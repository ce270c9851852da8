package google

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// apply makes the record that old becomes when wanted is written over it. body
// is what the client sent. Members that clients cannot write stay as they are.
func (s *Server) apply(q *request, old *record, wanted event, body map[string]any) (*record, *apiError) {
	if e := mayWrite(q, old, body); e != nil {
		return nil, e
	}
	if e := check(q.full(old), wanted, body); e != nil {
		return nil, e
	}
	next := old.clone()
	if wanted.Status != "" {
		next.Status = wanted.Status
	}
	next.Summary, next.Description, next.Location = wanted.Summary, wanted.Description, wanted.Location
	next.ColorID, next.EventLabelID, next.Transparency, next.Visibility = wanted.ColorID, wanted.EventLabelID, wanted.Transparency, wanted.Visibility
	next.AnyoneCanAddSelf, next.GuestsCanModify = wanted.AnyoneCanAddSelf, wanted.GuestsCanModify
	next.GuestsCanInviteOthers, next.GuestsCanSeeOtherGuests = wanted.GuestsCanInviteOthers, wanted.GuestsCanSeeOtherGuests
	next.Reminders, next.Gadget = wanted.Reminders, wanted.Gadget
	if old.Reminders == nil && reflect.DeepEqual(wanted.Reminders, &reminders{UseDefault: true}) {
		next.Reminders = nil
	}
	next.WorkingLocation, next.OutOfOffice, next.FocusTime = wanted.WorkingLocation, wanted.OutOfOffice, wanted.FocusTime
	if q.account == old.Creator.Email {
		next.Source = wanted.Source
	}
	if old.seq == 0 {
		next.PrivateCopy = wanted.PrivateCopy
		next.Birthday = wanted.Birthday
	}
	if boolParam(q.query, "supportsAttachments") {
		next.Attachments = wanted.Attachments
	}
	next.Attendees = mergeAttendees(old, wanted.Attendees)
	var e *apiError
	if next.Extended, e = limitExtended(wanted.Extended); e != nil {
		return nil, e
	}
	if e := applyTimes(q, old, next, wanted); e != nil {
		return nil, e
	}
	return next, s.applyConference(q, old, next, wanted, body)
}

// mayWrite refuses what nobody but the organiser may touch, and locked events.
func mayWrite(q *request, old *record, body map[string]any) *apiError {
	if old.organizer() != q.calendar.id && old.seq != 0 {
		for _, name := range []string{"guestsCanModify", "guestsCanInviteOthers", "guestsCanSeeOtherGuests", "anyoneCanAddSelf"} {
			if _, ok := body[name]; ok {
				return notOrganizer()
			}
		}
		if _, ok := body["conferenceData"]; ok && intParam(q.query, "conferenceDataVersion", 0) == 1 && !old.GuestsCanModify {
			return notOrganizer()
		}
	}
	if !old.Locked {
		return nil
	}
	for _, name := range []string{"summary", "description", "location", "start", "end", "recurrence"} {
		if _, ok := body[name]; ok {
			return forbidden("The event is locked: its main fields cannot be changed.")
		}
	}
	return nil
}

// applyTimes reads start, end and recurrence where they changed.
func applyTimes(q *request, old, next *record, wanted event) *apiError {
	shown := q.full(old)
	var e *apiError
	changed := old.seq == 0
	if changed || !reflect.DeepEqual(shown.Start, wanted.Start) {
		changed = true
		if next.start, e = parseMoment(wanted.Start, "start", q.calendar.loc); e != nil {
			return e
		}
	}
	if old.seq == 0 || !reflect.DeepEqual(shown.End, wanted.End) {
		changed = true
		if next.end, e = parseMoment(wanted.End, "end", q.calendar.loc); e != nil {
			return e
		}
	}
	if changed {
		if next.start.AllDay != next.end.AllDay {
			return invalid("Start and end times must either both be date or both be dateTime.")
		}
		if next.end.At.Before(next.start.At) || (next.start.AllDay && !next.end.At.After(next.start.At)) {
			return emptyTimeRange("")
		}
	}
	if next.isInstance() {
		return nil
	}
	next.Recurrence = wanted.Recurrence
	if len(wanted.Recurrence) == 0 || (!changed && slices.Equal(old.Recurrence, wanted.Recurrence)) {
		return nil
	}
	if !next.start.AllDay && wanted.Start.TimeZone == "" {
		return required("Missing time zone definition for start time.")
	}
	return checkRecurrence(wanted.Recurrence, next.start)
}

func checkRecurrence(lines []string, start moment) *apiError {
	rec, err := parseRecurrence(lines, start)
	if err != nil {
		return invalid("Invalid recurrence rule.")
	}
	if rec.rule != nil && slices.ContainsFunc([]string{"HOURLY", "MINUTELY", "SECONDLY"}, func(f string) bool {
		return strings.Contains(rec.rule.RRuleString(), "FREQ="+f)
	}) {
		return invalid("Invalid recurrence rule.")
	}
	return nil
}

// mergeAttendees replaces the list; what clients cannot set of an entry is
// kept from the one with the same address.
func mergeAttendees(old *record, wanted []attendee) []attendee {
	var out []attendee
	for _, a := range wanted {
		a.Self, a.Organizer, a.AsyncOperation = false, a.Email == old.organizer(), ""
		if i := slices.IndexFunc(old.Attendees, func(o attendee) bool { return o.Email == a.Email }); i >= 0 {
			a.ID, a.Resource = old.Attendees[i].ID, old.Attendees[i].Resource
		}
		if a.ResponseStatus == "" {
			a.ResponseStatus = "needsAction"
		}
		if a.Resource && a.ResponseStatus == "needsAction" {
			a.ResponseStatus = "accepted"
		}
		out = append(out, a)
	}
	return out
}

func responseOf(r *record, email string) string {
	for _, a := range r.Attendees {
		if a.Email == email {
			return a.ResponseStatus
		}
	}
	return ""
}

// content is what of a record can differ between two versions.
func content(r *record) string {
	raw, _ := json.Marshal(r.event)
	return string(raw) + "|" + moments(r)
}

func moments(r *record) string {
	raw, _ := json.Marshal([]moment{r.start, r.end, r.original})
	return string(raw)
}

func differs(a, b *record) bool { return a.seq == 0 || content(a) != content(b) }

func onlyReminders(a, b *record) bool {
	same := b.clone()
	same.Reminders = a.Reminders
	return a.seq != 0 && content(a) == content(same)
}

// significant changes raise the sequence number of the invitation.
func significant(a, b *record) bool {
	return a.seq == 0 || moments(a) != moments(b) || a.Status != b.Status || !slices.Equal(a.Recurrence, b.Recurrence)
}

func sharedDiffers(a, b *record) bool {
	same := a.clone()
	copyShared(same, b)
	return content(a) != content(same)
}

// dropOrphans cancels the exceptions whose occurrence is no longer in their
// series. They show up once more, as deleted.
func (s *Server) dropOrphans(c *calendar, master *record) {
	if master.cancelled() {
		return
	}
	for _, x := range c.exceptionsOf(master.ID) {
		if x.orphan || (x.original.AllDay == master.start.AllDay && isOccurrence(master, x.original.At)) {
			continue
		}
		gone := x.clone()
		gone.Status, gone.orphan = "cancelled", true
		s.put(c, gone, true)
	}
}

// follow carries a change of a series to those exceptions that had the same
// value before.
func (s *Server) follow(c *calendar, old, next *record) {
	for _, x := range c.exceptionsOf(next.ID) {
		if x.cancelled() {
			continue
		}
		y := x.clone()
		from, to, mine := reflect.ValueOf(old.event), reflect.ValueOf(next.event), reflect.ValueOf(&y.event).Elem()
		for i := range mine.NumField() {
			switch mine.Type().Field(i).Name {
			case "ID", "Status", "Recurrence", "RecurringEventID", "Sequence":
				continue
			}
			if reflect.DeepEqual(mine.Field(i).Interface(), from.Field(i).Interface()) {
				mine.Field(i).Set(to.Field(i))
			}
		}
		if differs(x, y) {
			s.put(c, y, true)
			s.share(c, y)
		}
	}
}
