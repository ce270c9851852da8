package microsoft

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
)

// enums are the members that take one of a few words.
var enums = map[string][]string{
	"showAs":      {"unknown", "free", "tentative", "busy", "oof", "workingElsewhere"},
	"sensitivity": {"normal", "personal", "private", "confidential"},
	"importance":  {"low", "normal", "high"},
}

// apply makes the record that old becomes when a client's changes are written
// over it. Complex members are replaced whole.
func (s *Server) apply(c *calendar, old *record, ch changes) (*record, *problem) {
	next := old.clone()
	plain := map[string]any{
		"subject": &next.Subject, "categories": &next.Categories, "isReminderOn": &next.Reminder,
		"reminderMinutesBeforeStart": &next.ReminderFirst, "responseRequested": &next.ResponseRequests,
		"hideAttendees": &next.HideAttendees, "allowNewTimeProposals": &next.AllowProposals, "isAllDay": &next.AllDay,
		"showAs": &next.ShowAs, "sensitivity": &next.Sensitivity, "importance": &next.Importance,
	}
	next.Categories = slices.Clone(old.Categories)
	for name, to := range plain {
		if p := ch.decode(name, to); p != nil {
			return nil, p
		}
	}
	for name, allowed := range enums {
		if value := *plain[name].(*string); !slices.Contains(allowed, value) {
			return nil, badBody("Requested value '" + value + "' was not found.")
		}
	}
	for _, step := range []func(*calendar, *record, *record, changes) *problem{
		s.applyTimes, s.applyBody, s.applyPlaces, s.applyAttendees, s.applyRecurrence, s.applyProperties,
	} {
		if p := step(c, old, next, ch); p != nil {
			return nil, p
		}
	}
	return next, nil
}

func (s *Server) applyTimes(_ *calendar, old, next *record, ch changes) *problem {
	if !ch.has("start") && !ch.has("end") && !ch.has("isAllDay") {
		return nil
	}
	for name, to := range map[string]*moment{"start": &next.Start, "end": &next.End} {
		if !ch.has(name) {
			continue
		}
		var d *dateTime
		if p := ch.decode(name, &d); p != nil {
			return p
		}
		m, p := parseMoment(d, next.AllDay)
		if p != nil {
			return p
		}
		if to.At.Equal(m.At) && old.num != 0 {
			m.Zone = to.Zone // the same moment written otherwise
		}
		*to = m
	}
	if next.End.At.Before(next.Start.At) {
		return badProperties("At least one property failed validation.")
	}
	midnight := next.Start.At.Truncate(24*time.Hour).Equal(next.Start.At) && next.End.At.Truncate(24*time.Hour).Equal(next.End.At)
	if next.AllDay && (!midnight || !next.End.At.After(next.Start.At)) {
		return invalidRequest("ErrorPropertyValidationFailure", "The Event.Start property for an all-day event needs to be set to midnight.")
	}
	if next.master != 0 {
		return s.crossing(next)
	}
	return nil
}

func (s *Server) applyBody(_ *calendar, _, next *record, ch changes) *problem {
	if !ch.has("body") {
		return nil
	}
	var b body
	if p := ch.decode("body", &b); p != nil {
		return p
	}
	switch b.ContentType = strings.ToLower(b.ContentType); b.ContentType {
	case "":
		b.ContentType = "text"
	case "text":
	case "html":
		if !s.behaviour.KeepsHTML {
			b.Content = wrapHTML(b.Content)
		}
	default:
		return badBody("Requested value '" + b.ContentType + "' was not found.")
	}
	next.Body = b
	return nil
}

// applyPlaces couples location and locations: writing the one replaces all of
// the other.
func (s *Server) applyPlaces(_ *calendar, old, next *record, ch changes) *problem {
	var one *location
	var all []location
	if p := ch.decode("location", &one); p != nil {
		return p
	}
	if p := ch.decode("locations", &all); p != nil {
		return p
	}
	switch {
	case ch.has("locations"):
	case ch.has("location") && one != nil:
		all = []location{*one}
	case ch.has("location"):
		all = nil
	default:
		return nil
	}
	next.Locations = nil
	for _, l := range all {
		if l.DisplayName != "" || l.URI != "" {
			next.Locations = append(next.Locations, place(l, old.Locations))
		}
	}
	return nil
}

// place fills in what clients cannot write of a location: rooms that were there
// stay rooms.
func place(l location, before []location) location {
	i := slices.IndexFunc(before, func(o location) bool { return o.DisplayName == l.DisplayName })
	if i >= 0 && (l.EmailAddress == "" || l.EmailAddress == before[i].EmailAddress) {
		return before[i]
	}
	if l.LocationType == "" || l.EmailAddress == "" {
		l.LocationType = "default"
	}
	if l.EmailAddress != "" {
		l.LocationType, l.UniqueID, l.UniqueIDType = "conferenceRoom", l.EmailAddress, "directory"
		return l
	}
	l.UniqueID, l.UniqueIDType = l.DisplayName, "private"
	return l
}

// applyAttendees replaces the list; answers are kept by address.
func (s *Server) applyAttendees(_ *calendar, old, next *record, ch changes) *problem {
	if !ch.has("attendees") {
		return nil
	}
	var list []attendee
	if p := ch.decode("attendees", &list); p != nil {
		return p
	}
	if len(list) > 500 {
		return invalidRequest("ErrorInvalidRecipients", "The number of attendees is too large.")
	}
	next.Attendees = nil
	for _, a := range list {
		if !strings.Contains(a.EmailAddress.Address, "@") {
			return invalidRequest("ErrorInvalidRecipients", "At least one recipient isn't valid.")
		}
		a.EmailAddress.Address = strings.ToLower(a.EmailAddress.Address)
		if a.EmailAddress.Name == "" {
			a.EmailAddress.Name = s.nameOf(a.EmailAddress.Address)
		}
		if a.Kind == "" {
			a.Kind = "required"
		}
		a.Status = &response{"none", zeroTime()}
		if i := slices.IndexFunc(old.Attendees, func(o attendee) bool { return o.EmailAddress.Address == a.EmailAddress.Address }); i >= 0 {
			a.Status = old.Attendees[i].Status
		}
		a.Proposed = nil
		next.Attendees = append(next.Attendees, a)
	}
	return nil
}

func (s *Server) applyRecurrence(_ *calendar, old, next *record, ch changes) *problem {
	if ch.has("recurrence") {
		if old.master != 0 && string(ch["recurrence"]) != "null" {
			return badProperties("Set action is invalid for property.")
		}
		next.Recurrence = nil
		if p := ch.decode("recurrence", &next.Recurrence); p != nil {
			return p
		}
	}
	if next.Recurrence == nil {
		return nil
	}
	if p := next.align(old); p != nil {
		return p
	}
	_, err := next.Recurrence.option(next.Start.At.In(next.Start.location(next.AllDay)))
	if err != nil {
		return invalidRequest("ErrorPropertyValidationFailure", "Recurrence: "+err.Error()+".")
	}
	return nil
}

// align keeps the range in step with a start that was moved, and fills in what
// Graph fills in.
func (r *record) align(old *record) *problem {
	if r.Recurrence.Pattern == nil || r.Recurrence.Range == nil {
		return invalidRequest("ErrorPropertyValidationFailure", "The recurrence has no pattern or no range.")
	}
	p, span := *r.Recurrence.Pattern, *r.Recurrence.Range
	local := r.Start.At.In(r.Start.location(r.AllDay))
	span.StartDate = local.Format(dateOnly)
	if span.EndDate == "" || span.Type != "endDate" {
		span.EndDate = noEndDate
	}
	if span.RecurrenceTimeZone == "" {
		span.RecurrenceTimeZone = r.Start.Zone
	}
	if p.FirstDayOfWeek == "" {
		p.FirstDayOfWeek = "sunday"
	}
	if p.Index == "" {
		p.Index = "first"
	}
	if was := old.Start.At.In(old.Start.location(old.AllDay)); old.Recurrence != nil && reflect.DeepEqual(old.Recurrence.Pattern, &p) && !was.Equal(local) {
		p.follow(was, local)
	}
	r.Recurrence = &recurrence{&p, &span}
	return nil
}

// follow keeps a pattern going when its series moves to another day.
func (p *pattern) follow(was, is time.Time) {
	if len(p.DaysOfWeek) == 1 && p.DaysOfWeek[0] == strings.ToLower(was.Weekday().String()) {
		p.DaysOfWeek = []string{strings.ToLower(is.Weekday().String())}
	}
	if strings.HasPrefix(p.Type, "absolute") && p.DayOfMonth == was.Day() {
		p.DayOfMonth = is.Day()
	}
	if strings.HasSuffix(p.Type, "Yearly") && p.Month == int(was.Month()) {
		p.Month = int(is.Month())
	}
}

// applyProperties merges extended properties by their id; an empty value takes
// one away.
func (s *Server) applyProperties(_ *calendar, old, next *record, ch changes) *problem {
	if p := ch.decode("transactionId", &next.Transaction); p != nil {
		return p
	}
	if old.Transaction != "" {
		next.Transaction = old.Transaction // set once
	}
	var sent []struct {
		ID    string  `json:"id"`
		Value *string `json:"value"`
	}
	if p := ch.decode("singleValueExtendedProperties", &sent); p != nil {
		return p
	}
	for _, one := range sent {
		if !propertyID.MatchString(one.ID) {
			return invalidRequest("ErrorPropertyValidationFailure", "The id of an extended property is invalid: "+one.ID)
		}
		next.Properties = slices.DeleteFunc(slices.Clone(next.Properties), func(have property) bool { return have.ID == one.ID })
		if one.Value != nil && *one.Value != "" {
			next.Properties = append(next.Properties, property{one.ID, *one.Value})
		}
	}
	return nil
}

// asked reports whether a client asks for an online meeting.
func (c changes) asked() bool {
	var on bool
	return json.Unmarshal(c["isOnlineMeeting"], &on) == nil && on
}
