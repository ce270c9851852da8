package scenario

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"slotward/internal/simulator"
	"slotward/internal/simulator/microsoft"
)

// microsoftService is Outlook's calendars in the words of the stories. Events go
// by their immutable ids, as the daemon knows them.
type microsoftService struct{ *microsoft.Server }

func newMicrosoft(clock *simulator.Clock, desk *simulator.Desk, redirect string) service {
	s := microsoft.New(microsoft.Options{Clock: clock, Desk: desk})
	s.Configure(func(b *microsoft.Behaviour) { b.ImmutableNames = true })
	s.AddClient(clientID, clientSecret, redirect)
	return microsoftService{s}
}

func (m microsoftService) account(email, name string) (string, error) {
	if _, _, err := m.IDs(email); err != nil {
		if err := m.AddAccount(email, name); err != nil {
			return "", err
		}
	}
	return m.CalendarID(email)
}

func (m microsoftService) extra(email, short string) (string, error) {
	id := "AQMkAD" + base64.RawURLEncoding.EncodeToString([]byte(email+"/"+short)) + "AAA="
	return id, m.AddCalendar(email, id, short, "UTC", "owner")
}

// roomSuffix ends the addresses of rooms in the stories.
const roomSuffix = "@resource.calendar.google.com"

func isRoom(address string) bool { return strings.HasSuffix(address, roomSuffix) }

func (m microsoftService) insert(calendar string, d draft) (string, error) {
	if d.locked {
		return "", fmt.Errorf("unknown option locked: Outlook locks no events")
	}
	guests := slices.Clone(d.guests)
	rooms := append(slices.DeleteFunc(slices.Clone(d.guests), func(a string) bool { return !isRoom(a) }), d.rooms...)
	return m.Insert(calendar, microsoft.NewEvent{
		ICalUID: d.uid, Title: d.title, Notes: d.notes, PlainText: d.plain, Start: d.start, Minutes: d.minutes, End: d.end, Zone: d.zone, AllDay: d.allDay,
		Repeat: d.repeat, Guests: slices.DeleteFunc(guests, isRoom), Rooms: rooms,
		Organizer: d.organizer, Location: d.location, Teams: d.native != "", Language: d.language, OldTemplate: d.oldTemplate, EventType: d.kind,
		Free: d.free, Private: d.private, Tentative: d.tentative, Created: d.created,
	})
}

// edit hands over whole documents, which stay as they are; plain text is none.
func (m microsoftService) edit(calendar, id string, c change) error {
	v, err := m.Event(calendar, id)
	if err != nil {
		return err
	}
	if c.notes != nil && !v.Text {
		whole := "<html><head></head><body>" + *c.notes + "</body></html>"
		c.notes = &whole
	}
	return m.Edit(calendar, id, microsoft.Change{Title: c.title, Notes: c.notes, Location: c.location, Guests: c.guests, Repeat: c.repeat})
}

// cancelledPrefix begins Graph's names for cancelled occurrences.
const cancelledPrefix = "OID."

// Instance knows a cancelled occurrence by the name that Graph has for it.
func (m microsoftService) Instance(calendar, series, original string) (string, error) {
	id, err := m.Server.Instance(calendar, series, original)
	if err == nil {
		return id, nil
	}
	cancelled, _ := m.Cancelled(calendar, series)
	for _, name := range cancelled {
		if strings.HasSuffix(name, "."+original) {
			return name, nil
		}
	}
	return "", err
}

func (m microsoftService) typed(notes string) string { return microsoft.Typed(notes) }

// teamsLabel is what Outlook puts among the places of a Teams meeting.
const teamsLabel = "Microsoft Teams Meeting"

// document finds what is inside the body of a mail document.
var document = regexp.MustCompile(`(?is)^.*?<body[^>]*>(.*)</body>\s*</html>\s*$`)

func (m microsoftService) view(calendar, id string) (view, error) {
	if strings.HasPrefix(id, cancelledPrefix) {
		return view{id: id, series: true, cancelled: true}, nil
	}
	v, err := m.Event(calendar, id)
	if err != nil {
		return view{}, err
	}
	out := view{
		id: v.ID, uid: v.ICalUID, organizer: v.Organizer, title: v.Title, notes: v.Description, block: v.TeamsBlock, native: v.TeamsLink,
		start: v.Start, end: v.End, allDay: v.AllDay, zone: microsoft.ZoneName(v.Zone), repeat: rule(v.Recurrence),
		series: len(v.Recurrence) > 0 || v.SeriesID != "", cancelled: v.Status == "cancelled", private: fmt.Sprint(v.Private),
	}
	if inside := document.FindStringSubmatch(v.Description); inside != nil && !v.Text {
		out.notes = inside[1]
	}
	var rooms []string
	for _, guest := range v.Guests {
		if guest.Resource {
			rooms = append(rooms, guest.Email)
		} else {
			out.guests = append(out.guests, guest.Email)
		}
	}
	if slices.Contains(v.Locations, teamsLabel) {
		out.label = teamsLabel
	}
	places := slices.DeleteFunc(v.Locations, func(place string) bool { return place == teamsLabel })
	out.location = strings.Join(places, "; ")
	out.place = strings.Join(slices.DeleteFunc(places, func(place string) bool { return slices.Contains(rooms, place) }), "; ")
	return out, nil
}

func (m microsoftService) mails() []mail {
	var out []mail
	for _, one := range m.Mails() {
		out = append(out, mail{one.Event, len(one.Recipients)})
	}
	return out
}
