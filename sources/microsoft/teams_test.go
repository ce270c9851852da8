package microsoft_test

import (
	"strings"
	"testing"

	simulated "slotward/internal/simulator/microsoft"
	"slotward/sources"
	"slotward/sources/microsoft"
)

const installation = "k3x9"

var meeting = sources.Joining{
	Provider: "zoom", Meeting: "98884753832", URL: "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1", Passcode: "ab<c&d",
}

func ours(l sources.Link) bool { return l.Provider == "zoom" }

// find reads everything and picks one event.
func find(t *testing.T, s *microsoft.Source, calendar, id string) sources.Event {
	t.Helper()
	reading, err := s.Read(t.Context(), calendar, "")
	must(t, err)
	for _, e := range reading.Events {
		if e.ID == id {
			return e
		}
	}
	t.Fatalf("event %s is not in the reading of %d", id, len(reading.Events))
	return sources.Event{}
}

// link puts our link on an event as the reconciler does.
func link(t *testing.T, s *microsoft.Source, calendar string, e sources.Event) sources.Event {
	t.Helper()
	after, err := s.Write(t.Context(), calendar, e, sources.LinkEdit(&e, &meeting, installation, ours, true))
	must(t, err)
	return after
}

const agenda = "<p>Agenda <b>x</b> &amp; y</p>\r\n<ul><li>one</li></ul>"

func TestTeamsIsReplacedInOnePatch(t *testing.T) {
	for _, language := range []string{"en", "de", "ja", "fr"} {
		for _, old := range []bool{true, false} {
			s := newSim(t)
			id, err := s.Insert(ada, simulated.NewEvent{
				Title: "x", Notes: agenda, Start: morning.AddDate(0, 0, 1), Guests: []string{bob}, Rooms: []string{"room4@acme.test"},
				Teams: true, Language: language, OldTemplate: old,
			})
			must(t, err)
			source := s.source(t, s.connect(t, ada))
			e := find(t, source, s.calendar, id)
			if e.Native.Provider != "teams" || e.Location != "" || e.Shown.Override != "" {
				t.Fatalf("%s: %+v at %q, asks for %q", language, e.Native, e.Location, e.Shown.Override)
			}
			s.desk.Reset()
			after := link(t, source, s.calendar, e)
			if counts := s.desk.Counts(); counts["microsoft.patch"] != 1 || counts["microsoft.get"] != 1 || counts["all"] != 2 {
				t.Errorf("%s: %v", language, counts)
			}
			there, err := s.Event(ada, id)
			must(t, err)
			if there.OnlineMeeting || len(s.Mails()) != 1 || after.Native.Provider != "" {
				t.Errorf("%s: online %v, %d mails, native %+v", language, there.OnlineMeeting, len(s.Mails()), after.Native)
			}
			if strings.Contains(there.Description, "me-email") || strings.Contains(there.Description, "____") || strings.Count(there.Description, agenda) != 1 {
				t.Errorf("%s, old %v: the body is %s", language, old, there.Description)
			}
			if got := strings.Join(there.Locations, "|"); got != "room4@acme.test|"+meeting.URL {
				t.Errorf("%s: at %s", language, got)
			}
			if !sources.Shows(&after, &meeting, installation) || after.Mark.Native != "teams" || after.Mark.NativeMeeting == "" {
				t.Errorf("%s: %+v", language, after)
			}
			// Back to Teams: as asked, with the words of people untouched.
			restored, err := source.Write(t.Context(), s.calendar, after, sources.UnlinkEdit(&after, true))
			must(t, err)
			there, err = s.Event(ada, id)
			must(t, err)
			if restored.Native.Provider != "teams" || !there.OnlineMeeting || strings.Contains(there.Description, "Slotward") || !strings.Contains(there.Description, agenda) {
				t.Errorf("%s: %+v, body %s", language, restored.Native, there.Description)
			}
			if got := strings.Join(there.Locations, "|"); got != "room4@acme.test" {
				t.Errorf("%s: back at %s", language, got)
			}
		}
	}
}

// Where Teams does not go, the link of ours stands beside it, and nothing is
// written again and again: each time would mail everybody.
func TestTeamsThatStaysIsNotWrittenTwice(t *testing.T) {
	for name, prepare := range map[string]func(s *sim) string{
		"Graph keeps it": func(s *sim) string {
			s.Configure(func(b *simulated.Behaviour) { b.AfterCut = simulated.TeamsStays })
			return ""
		},
		"Graph puts it back": func(s *sim) string {
			s.Configure(func(b *simulated.Behaviour) { b.AfterCut = simulated.TeamsReturns })
			return ""
		},
		"it cannot be cut":     func(*sim) string { return "typed" },
		"somebody wrote in it": func(*sim) string { return "inside" },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSim(t)
			how := prepare(s)
			id, err := s.Insert(ada, simulated.NewEvent{Title: "x", Notes: agenda, Start: morning.AddDate(0, 0, 1), Guests: []string{bob}, Teams: true})
			must(t, err)
			if there, err := s.Event(ada, id); how != "" {
				must(t, err)
				text := there.Description
				if how == "inside" {
					text = strings.Replace(text, "<hr", "<ul><li>bring a pen</li></ul><hr", 1)
				} else {
					text = strings.Replace(text, agenda, agenda+`<p>Join <a href="`+there.TeamsLink+`">here</a></p>`, 1)
				}
				must(t, s.Edit(ada, id, simulated.Change{Notes: &text}))
			}
			source := s.source(t, s.connect(t, ada))
			before := find(t, source, s.calendar, id)
			after := link(t, source, s.calendar, before)
			if after.Native.Provider != "teams" || !sources.Shows(&after, &meeting, installation) || len(s.Mails()) != 1 {
				t.Fatalf("native %+v, %d mails, shown %+v", after.Native, len(s.Mails()), after.Shown)
			}
			if how == "inside" && !strings.Contains(after.Description, "bring a pen") {
				t.Error("somebody's words are gone")
			}
			after = find(t, s.source(t, s.connect(t, ada)), s.calendar, id)
			s.desk.Reset()
			again, err := source.Write(t.Context(), s.calendar, after, sources.LinkEdit(&after, &meeting, installation, ours, true))
			must(t, err)
			if n := s.desk.Counts()["all"]; n != 0 || again.ETag != after.ETag {
				t.Errorf("%d requests for nothing", n)
			}
		})
	}
}

func TestPlacesThatPeopleTypedStay(t *testing.T) {
	s := newSim(t)
	id, err := s.Insert(ada, simulated.NewEvent{Start: morning.AddDate(0, 0, 1), Rooms: []string{"room4@acme.test"}, Location: "Canteen", Teams: true})
	must(t, err)
	source := s.source(t, s.connect(t, ada))
	e := find(t, source, s.calendar, id)
	if e.Location != "Canteen" || !e.Shown.Place {
		t.Fatalf("at %q", e.Location)
	}
	after := link(t, source, s.calendar, e)
	there, err := s.Event(ada, id)
	must(t, err)
	if got := strings.Join(there.Locations, "|"); got != "room4@acme.test|Canteen" || after.Location != "Canteen" {
		t.Errorf("at %s, shown as %q", got, after.Location)
	}
}
