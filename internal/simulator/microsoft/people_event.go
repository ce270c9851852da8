package microsoft

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
)

// NewEvent is an event as a person makes it in Outlook. What people type is not
// checked: whatever stands here stands on the event.
type NewEvent struct {
	ICalUID string // "" makes one of Exchange's own
	Title   string
	// Notes is the body: HTML if it holds a "<", else text that Outlook turns
	// into HTML. PlainText stores it as text.
	Notes     string
	PlainText bool
	Start     time.Time
	Minutes   int       // length; 0: End says it, or 30
	End       time.Time // used when Minutes is 0
	Zone      string    // IANA or Microsoft's name that the event is written in; "" is the calendar's. May be a name that nobody knows
	AllDay    bool      // from the date of Start to that of End, not included; at least one day
	// Repeat is a rule without its name ("FREQ=WEEKLY;COUNT=4"), as far as
	// Outlook can say the same; ExDates are left out of it.
	Repeat  string
	ExDates []time.Time

	Guests   []string          // addresses, without the organiser
	Rooms    []string          // addresses of room mailboxes: attendees and locations
	Statuses map[string]string // answers by address; none unless told
	// Organizer is somebody else who organises; the event here is the copy of
	// the calendar as an attendee.
	Organizer string

	Location    string
	Teams       bool   // a Teams meeting, as Outlook adds it
	Language    string // of its block: en (also ""), de, ja, fr
	OldTemplate bool   // the block as it was before 2023
	// EventType is how the time is shown: outOfOffice, workingLocation and
	// focusTime have their counterparts; also a value of showAs.
	EventType    string
	Free         bool
	Private      bool
	Tentative    bool
	Created      time.Time         // zero: now
	PrivateProps map[string]string // extended properties by id
	HideGuests   bool
}

// Insert makes an event on a calendar and returns its id. Attendees with a
// mailbox here get their copies.
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
	c := s.calendarNamed(calendarID)
	if c == nil {
		return "", unknown("calendar", calendarID)
	}
	r := s.blank(c)
	r.num = s.newNumber()
	if err := s.fill(c, r, n); err != nil {
		return "", err
	}
	auto := s.accounts[c.owner].autoTeams && len(n.Guests) > 0 && n.Organizer == ""
	if n.Teams || auto {
		s.addTeams(c, r, n.Language, n.OldTemplate)
		if r.Provider == teams {
			r.Locations = withTeamsPlace(r.Locations)
		}
	} else {
		s.settle(c, nil, r, true, false)
	}
	s.put(c, r)
	if !n.Created.IsZero() {
		r.created, r.updated = n.Created.UTC(), n.Created.UTC()
	}
	if r.Organized {
		s.share(c, r)
	}
	return s.called(r), nil
}

func (s *Server) fill(c *calendar, r *record, n NewEvent) error {
	r.Subject, r.AllDay, r.HideAttendees = n.Title, n.AllDay, n.HideGuests
	r.Body = typed(n.Notes, n.PlainText)
	zone := n.Zone
	if zone == "" {
		zone = c.zone
	}
	r.Start, r.End = n.moments(windowsName(zone))
	if n.ICalUID != "" {
		r.uid = n.ICalUID
	}
	if n.Repeat != "" {
		local := r.Start.At.In(r.Start.location(n.AllDay))
		var err error
		if r.Recurrence, err = fromRule(n.Repeat, local, r.Start.Zone); err != nil {
			return fmt.Errorf("recurrence of %q: %w", n.Title, err)
		}
		if !r.begin() {
			return fmt.Errorf("recurrence of %q has no occurrence", n.Title)
		}
		for _, at := range n.ExDates {
			r.Dropped = append(r.Dropped, at.UTC())
		}
	}
	if n.Organizer != "" {
		r.Organized, r.Organizer = false, emailAddress{s.nameOf(n.Organizer), n.Organizer}
		r.Response = response{"notResponded", zeroTime()}
		if told := graphAnswer(n.Statuses[c.owner]); told != "" {
			r.Response.Response = told
		}
	}
	s.invite(c, r, n)
	for name, value := range n.PrivateProps {
		r.Properties = append(r.Properties, property{name, value})
	}
	slices.SortFunc(r.Properties, func(a, b property) int { return strings.Compare(a.ID, b.ID) })
	return r.showAs(n)
}

// invite writes the attendees and the places.
func (s *Server) invite(c *calendar, r *record, n NewEvent) {
	add := func(email, kind, status string) {
		if told := graphAnswer(n.Statuses[email]); told != "" {
			status = told
		}
		if !slices.ContainsFunc(r.Attendees, func(a attendee) bool { return a.EmailAddress.Address == email }) && email != n.Organizer {
			r.Attendees = append(r.Attendees, attendee{Kind: kind, Status: &response{status, zeroTime()}, EmailAddress: emailAddress{s.nameOf(email), email}})
		}
	}
	if n.Organizer != "" {
		add(c.owner, "required", "none")
	}
	for _, guest := range n.Guests {
		if guest != c.owner {
			add(guest, "required", "none")
		}
	}
	r.Locations = nil
	for _, room := range n.Rooms {
		add(room, "resource", "accepted")
		r.Locations = append(r.Locations, place(location{DisplayName: s.nameOf(room), EmailAddress: room}, nil))
	}
	if n.Location != "" {
		r.Locations = append(r.Locations, place(location{DisplayName: n.Location}, nil))
	}
}

// begin moves the start of a series to its first occurrence.
func (r *record) begin() (found bool) {
	length := r.End.At.Sub(r.Start.At)
	first := r.Start.At
	r.each(func(at time.Time) bool { first, found = at, true; return false })
	r.Start.At, r.End.At = first, first.Add(length)
	r.Recurrence.Range.StartDate = first.In(r.Start.location(r.AllDay)).Format(dateOnly)
	return found
}

func (r *record) showAs(n NewEvent) error {
	switch {
	case n.EventType == "outOfOffice":
		r.ShowAs = "oof"
	case n.EventType == "workingLocation":
		r.ShowAs = "workingElsewhere"
	case n.EventType == "focusTime":
		r.Categories = []string{"Focus time"}
	case slices.Contains(enums["showAs"], n.EventType):
		r.ShowAs = n.EventType
	case n.EventType != "" && n.EventType != "default":
		return unknown("event type", n.EventType)
	}
	if n.Free {
		r.ShowAs = "free"
	}
	if n.Tentative {
		r.ShowAs = "tentative"
	}
	if n.Private {
		r.Sensitivity = "private"
	}
	return nil
}

// typed is a body as Outlook stores what was typed.
func typed(notes string, plainText bool) body {
	if plainText {
		return body{"text", notes}
	}
	return body{"html", wrapHTML(Typed(notes))}
}

// Typed is what Outlook writes into the document of an HTML body when somebody
// types notes: HTML, if it holds a "<", stays as it is, anything else becomes HTML.
func Typed(notes string) string {
	if strings.Contains(notes, "<") {
		return notes
	}
	return strings.ReplaceAll(html.EscapeString(notes), "\n", "<br>\r\n")
}

func (n NewEvent) moments(zone string) (start, end moment) {
	if n.AllDay {
		y, m, d := n.Start.Date()
		start = moment{time.Date(y, m, d, 0, 0, 0, 0, time.UTC), zone}
		y, m, d = n.End.Date()
		end = moment{time.Date(y, m, d, 0, 0, 0, 0, time.UTC), zone}
		if days := n.Minutes / (24 * 60); days > 0 {
			end.At = start.At.AddDate(0, 0, days)
		}
		if !end.At.After(start.At) {
			end.At = start.At.AddDate(0, 0, 1)
		}
		return start, end
	}
	start = moment{n.Start.UTC().Truncate(time.Second), zone}
	end = start
	switch {
	case n.Minutes > 0:
		end.At = start.At.Add(time.Duration(n.Minutes) * time.Minute)
	case n.End.IsZero():
		end.At = start.At.Add(30 * time.Minute)
	default:
		end.At = n.End.UTC().Truncate(time.Second)
	}
	return start, end
}

// graphAnswer is an answer in Graph's words; other calendars' are understood.
func graphAnswer(status string) string {
	switch status {
	case "needsAction":
		return "notResponded"
	case "tentative":
		return "tentativelyAccepted"
	}
	return status
}
