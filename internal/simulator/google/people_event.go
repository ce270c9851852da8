package google

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// NewEvent is an event as a person makes it. What people type is not checked:
// whatever stands here stands on the event.
type NewEvent struct {
	ID      string // "" makes one
	ICalUID string // "" makes "<id>@google.com"
	Title   string
	Notes   string // the description
	Start   time.Time
	Minutes int       // length; 0: End says it, or 30
	End     time.Time // used when Minutes is 0
	Zone    string    // IANA name that the event is written in; "" is the calendar's. May be a name that nobody knows
	AllDay  bool      // from the date of Start to that of End, not included; at least one day
	// Repeat is a rule without its name ("FREQ=WEEKLY;COUNT=4"); Lines are
	// further recurrence lines ("EXDATE:…", "RDATE:…"); ExDates are left out.
	Repeat  string
	Lines   []string
	ExDates []time.Time

	Guests   []string          // addresses; the organiser is added by itself
	Rooms    []string          // resource calendars
	Statuses map[string]string // answers by address; needsAction unless told, accepted for organiser and rooms
	// Organizer is somebody else who organises; the event here is the copy of
	// the calendar as a guest.
	Organizer string

	Location     string
	Meet         bool   // Google Meet, as the app adds it
	Conference   string // address of an add-on's conference card
	EventType    string // "" is "default"; may be one that is not known yet
	Free         bool
	Private      bool
	Tentative    bool
	Locked       bool
	Created      time.Time // zero: now
	PrivateProps map[string]string
	SharedProps  map[string]string
	// GuestsCanModify and HideGuests are the permissions of guests.
	GuestsCanModify, HideGuests bool
}

// Insert makes an event on a calendar and returns its id. Guests with an
// account get their copies.
func (s *Server) Insert(calendarID string, n NewEvent) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.insert(calendarID, n)
}

// SeedMany makes many events at once and returns their ids in order. It stops
// at the first that cannot be made.
func (s *Server) SeedMany(calendarID string, all []NewEvent) (ids []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range all {
		id, err := s.insert(calendarID, n)
		if err != nil {
			return ids, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *Server) insert(calendarID string, n NewEvent) (string, error) {
	c, err := s.known(calendarID)
	if err != nil {
		return "", err
	}
	if n.ID != "" && c.events[n.ID] != nil {
		return "", fmt.Errorf("event %q exists on %s", n.ID, calendarID)
	}
	id := n.ID
	if id == "" {
		id = s.newID()
	}
	r := s.blank(c, id, c.owner)
	s.fill(c, r, n)
	if len(r.Recurrence) > 0 {
		if _, err := parseRecurrence(r.Recurrence, r.start); err != nil {
			return "", fmt.Errorf("recurrence of %q: %w", n.Title, err)
		}
	}
	s.put(c, r, true)
	if !n.Created.IsZero() {
		r.created, r.updated = n.Created.UTC(), n.Created.UTC()
	}
	if r.organizer() == c.id {
		s.share(c, r)
	} else {
		addTo(s.copies, r.ICalUID, c.id)
	}
	return id, nil
}

// blank is an event of calendar c before anything is written on it.
func (s *Server) blank(c *calendar, id, creator string) *record {
	name := ""
	if a := s.accounts[creator]; a != nil {
		name = a.name
	}
	if creator == "" {
		creator = c.id
	}
	zero := int32(0)
	return &record{created: s.birth(), event: event{
		ID: id, Status: "confirmed", EventType: "default", ICalUID: id + "@google.com", Sequence: &zero,
		Creator:   &principal{Email: creator, DisplayName: name},
		Organizer: &principal{Email: c.id, DisplayName: s.displayName(c)},
	}}
}

func (s *Server) fill(c *calendar, r *record, n NewEvent) {
	r.Summary, r.Description, r.Location, r.Locked = n.Title, n.Notes, n.Location, n.Locked
	r.start, r.end = n.moments(c)
	r.Recurrence = n.recurrence(r.start)
	if n.ICalUID != "" {
		r.ICalUID = n.ICalUID
	}
	if n.Organizer != "" {
		r.Organizer = &principal{Email: n.Organizer}
		r.Creator = &principal{Email: n.Organizer}
	}
	r.Attendees = n.attendees(c, r.organizer())
	if n.Free {
		r.Transparency = "transparent"
	}
	if n.Private {
		r.Visibility = "private"
	}
	if n.Tentative {
		r.Status = "tentative"
	}
	r.GuestsCanModify = n.GuestsCanModify
	if n.HideGuests {
		no := false
		r.GuestsCanSeeOtherGuests = &no
	}
	r.Extended = mergeExtended(&extended{Private: n.PrivateProps}, &extended{Shared: n.SharedProps})
	setType(r, n.EventType)
	owner := s.accounts[c.owner]
	switch {
	case n.Conference != "":
		r.Conference = addOnCard(n.Conference)
	case n.Meet, owner != nil && owner.autoMeet && n.Organizer == "" && r.EventType == "default":
		r.Conference, r.HangoutLink = s.newMeet("ui-" + r.ID)
	}
}

func (n NewEvent) moments(c *calendar) (start, end moment) {
	zone := n.Zone
	if zone == "" {
		zone = c.zone
	}
	if n.AllDay {
		y, m, d := n.Start.Date()
		start = moment{At: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), AllDay: true}
		y, m, d = n.End.Date()
		end = moment{At: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), AllDay: true}
		if days := n.Minutes / (24 * 60); days > 0 {
			end = start.add(time.Duration(days) * 24 * time.Hour)
		}
		if !end.At.After(start.At) {
			end = start.add(24 * time.Hour)
		}
		return start, end
	}
	start = moment{At: n.Start.UTC().Truncate(time.Second), Zone: zone}
	switch {
	case n.Minutes > 0:
		end = start.add(time.Duration(n.Minutes) * time.Minute)
	case n.End.IsZero():
		end = start.add(30 * time.Minute)
	default:
		end = moment{At: n.End.UTC().Truncate(time.Second), Zone: zone}
	}
	return start, end
}

func (n NewEvent) recurrence(start moment) []string {
	if n.Repeat == "" && len(n.Lines) == 0 {
		return nil
	}
	var out []string
	if n.Repeat != "" {
		out = append(out, "RRULE:"+n.Repeat)
	}
	out = append(out, n.Lines...)
	for _, d := range n.ExDates {
		m := moment{At: d.UTC(), AllDay: start.AllDay}
		if start.AllDay {
			out = append(out, "EXDATE;VALUE=DATE:"+m.stamp())
		} else {
			out = append(out, "EXDATE:"+m.stamp())
		}
	}
	return out
}

// roomSuffix ends the addresses of rooms and other resources.
const roomSuffix = "@resource.calendar.google.com"

// attendees is the guest list as Google's page makes it: with guests, the
// organiser is on it and has accepted.
func (n NewEvent) attendees(c *calendar, organizer string) []attendee {
	var out []attendee
	add := func(email, status string, room bool) {
		if slices.ContainsFunc(out, func(a attendee) bool { return a.Email == email }) {
			return
		}
		if told := n.Statuses[email]; told != "" {
			status = told
		}
		if strings.HasSuffix(email, roomSuffix) {
			status, room = "accepted", true
		}
		out = append(out, attendee{Email: email, ResponseStatus: status, Resource: room, Organizer: email == organizer})
	}
	if n.Organizer == "" && len(n.Guests)+len(n.Rooms)+len(n.Statuses) == 0 {
		return nil
	}
	add(organizer, "accepted", false)
	for _, g := range n.Guests {
		add(g, "needsAction", false)
	}
	if n.Organizer != "" {
		add(c.id, "needsAction", false)
	}
	for _, room := range n.Rooms {
		add(room, "accepted", true)
	}
	return out
}

// typeProperties are what Google puts on events of special types.
var typeProperties = map[string]string{
	"focusTime":       `{"autoDeclineMode":"declineNone","chatStatus":"doNotDisturb"}`,
	"outOfOffice":     `{"autoDeclineMode":"declineAllConflictingInvitations","declineMessage":"Declined because I am out of office"}`,
	"workingLocation": `{"type":"homeOffice","homeOffice":{}}`,
	"birthday":        `{"type":"birthday"}`,
}

func setType(r *record, eventType string) {
	if eventType == "" {
		return
	}
	r.EventType = eventType
	raw := json.RawMessage(typeProperties[eventType])
	switch eventType {
	case "focusTime":
		r.FocusTime = raw
	case "outOfOffice":
		r.OutOfOffice = raw
	case "workingLocation":
		r.WorkingLocation = raw
	case "birthday":
		r.Birthday = raw
	}
}

// addOnCard is a conference card as an add-on leaves it on an event.
func addOnCard(link string) *conference {
	return &conference{
		ConferenceID: link[max(0, len(link)-24):],
		Solution:     &conferenceSolution{Key: &conferenceKey{"addOn"}, Name: "Conference"},
		EntryPoints:  []entryPoint{{EntryPointType: "video", URI: link, Label: link[:min(len(link), 512)]}},
		Parameters:   &conferenceParameters{AddOn: &addOnParameters{Parameters: map[string]string{"scriptId": "slot"}}},
	}
}
