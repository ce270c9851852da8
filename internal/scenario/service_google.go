package scenario

import (
	"fmt"
	"strings"

	"slotward/internal/simulator"
	"slotward/internal/simulator/google"
)

// googleService is Google Calendar in the words of the stories.
type googleService struct{ *google.Server }

func newGoogle(clock *simulator.Clock, desk *simulator.Desk, redirect string) service {
	s := google.New(google.Options{Clock: clock, Desk: desk})
	s.AddClient(clientID, clientSecret, redirect)
	return googleService{s}
}

func (g googleService) account(email, name string) (string, error) {
	if _, err := g.Sub(email); err == nil {
		return email, nil
	}
	return email, g.AddAccount(email, name)
}

func (g googleService) extra(email, short string) (string, error) {
	person, _, _ := strings.Cut(email, "@")
	id := "c_" + person + short + "@group.calendar.google.com"
	return id, g.AddCalendar(email, id, short, "UTC", "owner")
}

func (g googleService) insert(calendar string, d draft) (string, error) {
	if d.native == "teams" {
		return "", fmt.Errorf("unknown option teams: Google Calendar adds Meet")
	}
	return g.Insert(calendar, google.NewEvent{
		ICalUID: d.uid, Title: d.title, Notes: d.notes, Start: d.start, Minutes: d.minutes, End: d.end, Zone: d.zone, AllDay: d.allDay,
		Repeat: d.repeat, Guests: d.guests, Organizer: d.organizer, Location: d.location, Meet: d.native != "", EventType: d.kind,
		Free: d.free, Private: d.private, Tentative: d.tentative, Locked: d.locked, Created: d.created,
	})
}

func (g googleService) edit(calendar, id string, c change) error {
	return g.Edit(calendar, id, google.Change{Title: c.title, Notes: c.notes, Location: c.location, Guests: c.guests, Repeat: c.repeat})
}

func (g googleService) typed(notes string) string { return notes }

func (g googleService) view(calendar, id string) (view, error) {
	v, err := g.Event(calendar, id)
	if err != nil {
		return view{}, err
	}
	out := view{
		id: v.ID, uid: v.ICalUID, organizer: v.Organizer, title: v.Title, notes: v.Description, location: v.Location, place: v.Location, native: v.HangoutLink,
		start: v.Start, end: v.End, allDay: v.AllDay, zone: v.Zone, repeat: rule(v.Recurrence),
		series: len(v.Recurrence) > 0 || v.SeriesID != "", cancelled: v.Status == "cancelled", private: fmt.Sprint(v.Private),
	}
	for _, guest := range v.Guests {
		if !guest.Organizer && !guest.Resource {
			out.guests = append(out.guests, guest.Email)
		}
	}
	return out, nil
}

// rule is the RRULE among recurrence lines, without its name.
func rule(lines []string) string {
	for _, line := range lines {
		if rule, ok := strings.CutPrefix(line, "RRULE:"); ok {
			return rule
		}
	}
	return ""
}

func (g googleService) mails() []mail {
	var out []mail
	for _, m := range g.Mails() {
		out = append(out, mail{m.Event, len(m.Recipients)})
	}
	return out
}
