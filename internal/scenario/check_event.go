package scenario

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator/zoom"
)

// eventChecks look at events and at the meetings behind them.
var eventChecks = map[string]command{
	"link":      {usage: "link EVENT zoom|meet|teams|static|none|foreign|stale", least: 2, do: checkLink, check: true},
	"same":      {usage: "same EVENT EVENT", least: 2, do: checkSame, check: true},
	"differ":    {usage: "differ EVENT EVENT", least: 2, do: checkDiffer, check: true},
	"kept":      {usage: "kept EVENT", least: 1, do: checkKept, check: true},
	"renewed":   {usage: "renewed EVENT", least: 1, do: checkRenewed, check: true},
	"meeting":   {usage: "meeting EVENT topic|start|minutes|type|occurrences|holds|lacks=VALUE…", least: 2, do: checkMeeting, check: true},
	"meetings":  {usage: "meetings NAME N", least: 2, do: checkMeetings, check: true},
	"notes":     {usage: "notes EVENT contains|lacks TEXT", least: 3, do: checkNotes, check: true},
	"location":  {usage: "location EVENT is TEXT", least: 3, do: checkLocation, check: true},
	"untouched": {usage: "untouched EVENT", least: 1, do: checkUntouched, check: true},
	"mark":      {usage: "mark", do: cmdMark, check: true},
}

// links tells for each kind of link what must be true of an event.
var links = map[string]func(w *world, s seen) error{
	"zoom": func(w *world, s seen) error {
		m, err := w.liveMeeting(s)
		if err != nil {
			return err
		}
		switch {
		case s.native != "" || s.otherNative:
			return fmt.Errorf("a native link stands on it: %s", s.native)
		case !s.notesLink:
			return fmt.Errorf("the notes do not show the link")
		case s.place != m.JoinURL && (s.place == "" || s.location != s.left.location || zoomLink.MatchString(s.location)):
			return fmt.Errorf("the location shows %q", s.location)
		case !slices.Contains(s.zoomLinks, m.JoinURL):
			return fmt.Errorf("the link is not the meeting's own: %d links", len(s.zoomLinks))
		}
		for _, l := range s.zoomLinks {
			if l != m.JoinURL && !strings.Contains(s.left.notes+s.left.location, l) {
				return fmt.Errorf("another Zoom link stands on it too")
			}
		}
		return w.rightTime(m, s)
	},
	"meet":  func(_ *world, s seen) error { return onlyNative(s, "meet.google.com") },
	"teams": func(_ *world, s seen) error { return onlyNative(s, "teams.") },
	"static": func(w *world, s seen) error {
		if w.static == "" || !strings.Contains(s.notes, w.static) || s.native != "" || s.meeting != 0 {
			return fmt.Errorf("does not show the fixed link %q alone", w.static)
		}
		return nil
	},
	"none": func(_ *world, s seen) error {
		if s.native != "" || s.meeting != 0 || s.otherNative {
			return fmt.Errorf("shows a link: %s %v", s.native, s.zoomLinks)
		}
		return nil
	},
	"foreign": func(w *world, s seen) error {
		if s.notes != s.left.notes || s.location != s.left.location || s.native != s.left.native || s.label != s.left.label {
			return fmt.Errorf("was touched")
		}
		if m, ok := w.zoom.Meeting(s.meeting); ok && ours(m) {
			return fmt.Errorf("shows a meeting of ours")
		}
		return nil
	},
	"stale": func(w *world, s seen) error {
		if s.meeting == 0 {
			return fmt.Errorf("shows no Zoom link")
		}
		if m, ok := w.zoom.Meeting(s.meeting); ok && m.Live() {
			return fmt.Errorf("its meeting lives")
		}
		return nil
	},
}

func onlyNative(s seen, host string) error {
	switch {
	case !strings.Contains(s.native, host):
		return fmt.Errorf("its native link is %q", s.native)
	case s.meeting != 0:
		return fmt.Errorf("it shows a Zoom link too")
	}
	return nil
}

// liveMeeting is the meeting that the event shows, of its own organiser.
func (w *world) liveMeeting(s seen) (zoom.Meeting, error) {
	if s.meeting == 0 {
		return zoom.Meeting{}, fmt.Errorf("shows no Zoom link; location %q", s.location)
	}
	m, ok := w.zoom.Meeting(s.meeting)
	switch {
	case !ok || !m.Live():
		return m, fmt.Errorf("its meeting %d is gone", s.meeting)
	case m.Host != w.host(s):
		return m, fmt.Errorf("its meeting is hosted by %s", m.Host)
	}
	return m, nil
}

// host is who organises the event: on a guest's copy that is somebody else than
// the calendar's owner.
func (w *world) host(s seen) string {
	if own := s.event.calendar; own.id == s.organizer { // which others may share
		return own.owner.email
	}
	for _, c := range w.calendars {
		if c.owner != nil && (c.id == s.organizer || isAddressOf(c.owner, s.organizer)) {
			return c.owner.email
		}
	}
	return s.event.calendar.owner.email
}

// rightTime compares the meeting with the event. An open room is always right; of
// a series with fixed times the first occurrence is looked at, if it is to come.
func (w *world) rightTime(m zoom.Meeting, s seen) error {
	// Zoom schedules whole minutes, from one to a day.
	minutes := min(max(int((s.end.Sub(s.start)+time.Minute-1)/time.Minute), 1), 24*60)
	if m.Type == 8 && s.series && !s.occurrence && s.start.After(w.clock.Now()) {
		if !slices.ContainsFunc(m.Occurrences, func(o zoom.Occurrence) bool { return o.Start.Equal(s.start) && o.Minutes == minutes }) {
			return fmt.Errorf("the meeting has no occurrence at %s for %d minutes: %v", s.start.UTC().Format(time.RFC3339), minutes, m.Occurrences)
		}
	}
	if m.Type != 2 {
		return nil
	}
	if !m.Start.Equal(s.start) || m.Minutes != minutes {
		return fmt.Errorf("the meeting is at %s for %d minutes, the event at %s for %d",
			m.Start.UTC().Format(time.RFC3339), m.Minutes, s.start.UTC().Format(time.RFC3339), minutes)
	}
	return nil
}

// ours tells meetings that the daemon made.
func ours(m zoom.Meeting) bool { return m.App != "" }

func checkLink(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	check, ok := links[args[1]]
	if !ok {
		return fmt.Errorf("unknown kind of link %s", args[1])
	}
	s, err := w.look(args[0])
	if err != nil {
		return err
	}
	if err := check(w, s); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return nil
}

func (w *world) shown(names ...string) ([]int64, error) {
	var out []int64
	for _, name := range names {
		id, err := w.zoomMeeting(name)
		if err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, nil
}

func checkSame(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	ids, err := w.shown(args...)
	if err == nil && ids[0] != ids[1] {
		err = fmt.Errorf("they show %d and %d", ids[0], ids[1])
	}
	return err
}

func checkDiffer(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	ids, err := w.shown(args...)
	if err == nil && ids[0] == ids[1] {
		err = fmt.Errorf("both show %d", ids[0])
	}
	return err
}

// linkOf names the link that an event shows, for comparing it over time.
func (w *world) linkOf(name string) (string, error) {
	s, err := w.look(name)
	return s.native + " " + strings.Join(s.zoomLinks, " "), err
}

// cmdMark remembers every event's link and sets every count to zero.
func cmdMark(w *world, _ *testscript.TestScript, _ bool, _ []string) error {
	clear(w.marked)
	for _, name := range slices.Concat(slices.Collect(maps.Keys(w.events)), slices.Collect(maps.Keys(w.occurrences))) {
		link, err := w.linkOf(name)
		if err != nil && w.occurrences[name] {
			continue // its series has none such any more
		}
		if err != nil {
			return err
		}
		w.marked[name] = link
	}
	for _, desk := range w.desks {
		desk.Reset()
	}
	for name, office := range w.offices {
		w.mailed[name] = len(office.mails())
	}
	return nil
}

func (w *world) unchanged(name string) (bool, error) {
	before, ok := w.marked[name]
	if base, _, isOccurrence := strings.Cut(name, "@"); !ok && isOccurrence {
		before, ok = w.marked[base] // an occurrence shows what its series shows
	}
	if !ok {
		return false, fmt.Errorf("%s was not there at the last mark", name)
	}
	now, err := w.linkOf(name)
	return before == now, err
}

func checkKept(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	same, err := w.unchanged(args[0])
	if err == nil && !same {
		err = fmt.Errorf("%s shows another link than at the last mark", args[0])
	}
	return err
}

func checkRenewed(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	same, err := w.unchanged(args[0])
	if err == nil && same {
		err = fmt.Errorf("%s shows the same link as at the last mark", args[0])
	}
	return err
}

// ownAgenda is our reference at the start of an agenda.
var ownAgenda = regexp.MustCompile(`^\[slotward:[^]]+\]`)

func checkMeeting(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	id, err := w.zoomMeeting(args[0])
	if err != nil {
		return err
	}
	m, ok := w.zoom.Meeting(id)
	if !ok || !m.Live() {
		return fmt.Errorf("meeting %d is gone", id)
	}
	have := map[string]string{
		"topic": m.Topic, "start": m.Start.UTC().Format(time.RFC3339), "minutes": strconv.Itoa(m.Minutes), "type": strconv.Itoa(m.Type),
		"agenda": strings.TrimSpace(ownAgenda.ReplaceAllString(m.Agenda, "")), "marked": strconv.FormatBool(ownAgenda.MatchString(m.Agenda)),
	}
	for _, arg := range args[1:] {
		key, want, _ := strings.Cut(arg, "=")
		if check := occurrenceChecks[key]; check != nil {
			if err := check(w.toCome(m), want); err != nil {
				return err
			}
			continue
		}
		got, known := have[key]
		if !known {
			return fmt.Errorf("unknown: %s", key)
		}
		if t, err := instant(want, "UTC"); key == "start" && err == nil {
			want = t.UTC().Format(time.RFC3339)
		}
		if got != want {
			return fmt.Errorf("%s is %q, not %q", key, got, want)
		}
	}
	return nil
}

// toCome are the occurrences of a series with fixed times that are to come.
func (w *world) toCome(m zoom.Meeting) (out []string) {
	for _, o := range m.Occurrences {
		if !o.Deleted && o.Start.After(w.clock.Now()) {
			out = append(out, o.Start.UTC().Format(time.RFC3339))
		}
	}
	return out
}

// occurrenceChecks look at the occurrences to come: how many there are, and
// whether one begins at an instant.
var occurrenceChecks = map[string]func(have []string, want string) error{
	"occurrences": func(have []string, want string) error {
		if strconv.Itoa(len(have)) != want {
			return fmt.Errorf("%d occurrences are to come: %v", len(have), have)
		}
		return nil
	},
	"holds": func(have []string, want string) error {
		t, err := instant(want, "UTC")
		if err == nil && !slices.Contains(have, t.UTC().Format(time.RFC3339)) {
			err = fmt.Errorf("no occurrence at %s among %v", want, have)
		}
		return err
	},
	"lacks": func(have []string, want string) error {
		t, err := instant(want, "UTC")
		if err == nil && slices.Contains(have, t.UTC().Format(time.RFC3339)) {
			err = fmt.Errorf("an occurrence at %s", want)
		}
		return err
	},
}

func checkMeetings(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	n := 0
	for _, m := range w.zoom.Meetings(p.email) {
		if ours(m) {
			n++
		}
	}
	if strconv.Itoa(n) != args[1] {
		return fmt.Errorf("%s hosts %d", args[0], n)
	}
	return nil
}

func checkNotes(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	s, err := w.look(args[0])
	if err != nil {
		return err
	}
	has := strings.Contains(s.notes, args[2])
	switch {
	case args[1] == "contains" && !has, args[1] == "lacks" && has:
		return fmt.Errorf("the notes are %q", s.notes)
	case args[1] != "contains" && args[1] != "lacks":
		return fmt.Errorf("unknown: %s", args[1])
	}
	return nil
}

func checkLocation(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	s, err := w.look(args[0])
	if err == nil && s.location != args[2] {
		err = fmt.Errorf("the location is %q", s.location)
	}
	return err
}

func checkUntouched(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	s, err := w.look(args[0])
	if err != nil {
		return err
	}
	now := text{title: s.title, notes: s.notes, typed: s.left.typed, location: s.location, native: s.native, label: s.label}
	if now != s.left {
		return fmt.Errorf("people left %+q, now it is %+q", s.left, now)
	}
	return nil
}
