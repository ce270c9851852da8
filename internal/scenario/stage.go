package scenario

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"slotward/internal/simulator/zoom"
)

// Stage is a world whose daemon runs in the caller's process, one command after
// the other: for those who make stories up as they go, thousands of them, and
// look at what came of each.
type Stage struct{ w *world }

// NewStage makes a world in a folder, whose clock stands at now.
func NewStage(folder string, now time.Time, daemon Local) (*Stage, error) {
	w, err := newWorld(Options{Local: daemon}, folder)
	if err != nil {
		return nil, err
	}
	return &Stage{w}, w.setClock(now)
}

// Close ends the world.
func (s *Stage) Close() error {
	s.w.close()
	return s.w.options.Local.Stop()
}

// Do carries out one line of a story. $NAME stands for the link of a meeting that
// was made by hand under that name.
func (s *Stage) Do(line string) error {
	words := commandLines(line, "")
	if len(words) == 0 {
		return nil
	}
	name, args := words[0][0], words[0][1:]
	if name == "wait" {
		name = "advance"
	}
	c, ok := find(name)
	switch {
	case !ok:
		return fmt.Errorf("unknown command %s", name)
	case len(args) < c.least:
		return fmt.Errorf("usage: %s", c.usage)
	}
	if err := s.w.prepare(c); err != nil {
		return err
	}
	return c.do(s.w, nil, false, s.named(args))
}

// named puts links in the place of the names of meetings that were made by hand.
func (s *Stage) named(args []string) []string {
	out := slices.Clone(args)
	for i := range out {
		out[i] = os.Expand(out[i], func(name string) string {
			m, _ := s.w.zoom.Meeting(s.w.hand[name])
			return m.JoinURL
		})
	}
	return out
}

// Now is what the clock shows.
func (s *Stage) Now() time.Time { return s.w.clock.Now() }

// Sight is an event as somebody sees it who opens it.
type Sight struct {
	ID, UID, Title, Notes, Location string
	Native                          string // the calendar's own link
	Links                           []string
	Meeting                         int64 // that the first Zoom link leads to; 0: none
	Start, End                      time.Time
	Repeat                          string // RRULE without its name
	Guests                          []string
	Gone                            bool // cancelled
}

// Look opens an event, "standup", or an occurrence, "standup@2026-12-08".
func (s *Stage) Look(name string) (Sight, error) {
	e, occurrence, err := s.w.event(name)
	if err != nil {
		return Sight{}, err
	}
	v, err := s.w.open(e, occurrence)
	if err != nil {
		return Sight{}, err
	}
	seen, err := s.w.look(name)
	return Sight{
		ID: v.id, UID: v.uid, Title: v.title, Notes: v.notes, Location: v.location, Native: v.native, Links: seen.zoomLinks, Meeting: seen.meeting,
		Start: v.start, End: v.end, Repeat: v.repeat, Guests: v.guests, Gone: v.cancelled,
	}, err
}

// Mails is how many rounds of mails went out about an event because of us.
func (s *Stage) Mails(name string) (rounds int) {
	e, ok := s.w.events[name]
	if !ok {
		return 0
	}
	for _, m := range s.w.app(e).mails() {
		if m.event == e.id {
			rounds++
		}
	}
	return rounds
}

// Meeting is a meeting in Zoom, also one that is gone.
func (s *Stage) Meeting(id int64) (zoom.Meeting, bool) { return s.w.zoom.Meeting(id) }

// Meetings are a person's live meetings in Zoom.
func (s *Stage) Meetings(person string) []zoom.Meeting {
	return s.w.zoom.Meetings(s.w.people[person].email)
}

// Made is the meeting that was made by hand in Zoom under a name.
func (s *Stage) Made(name string) int64 { return s.w.hand[name] }

// Held names the people whose plan the brake holds.
func (s *Stage) Held() []string {
	var out []string
	now, err := s.w.client.status()
	if err != nil {
		return nil
	}
	for _, row := range now.People {
		if name, _, _ := strings.Cut(row.Email, "@"); row.Held != "" {
			out = append(out, name)
		}
	}
	return out
}
