package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"slotward/internal/scenario"
	"slotward/sources"
)

// history is a story that is being made up, in a world of its own.
type history struct {
	stage *scenario.Stage
	book  *book
	lines []string // that led here, as a scenario
	seen  map[*event]scenario.Sight
	last  map[*event]memory // from when the daemon last did its work
	rests map[*event]*rest  // from when the world was last looked at
	// touched are meetings that somebody did something to in Zoom, which shows
	// when Zoom is next looked at; ghosts the titles that cancelled events left on
	// meetings; kept those that may stay behind, by setting.
	touched map[int64]time.Time
	ghosts  map[int64][]string
	kept    map[int64]bool
	ended   []*event // cancelled since the world was last looked at
	shaken  bool     // a provider is to fail, or has failed
	backup  *backup  // of the store; nil: none yet
	rewound bool     // the store was lost, or put back
}

// memory is how an event was.
type memory struct {
	meeting int64
	ours    bool // a link of ours was on it
	static  bool // the fixed one
	left    want
}

// casts are who there is.
var casts = map[string][]string{
	"Google":                  {"person ada google zoom"},
	"Microsoft":               {"person ada microsoft zoom"},
	"both":                    {"person ada google microsoft zoom"},
	"two of Google":           {"person ada google zoom", "calendar ada/team google"},
	"two of Microsoft":        {"person ada microsoft zoom", "calendar ada/team microsoft"},
	"two people":              {"person ada google zoom", "person bob google zoom"},
	"two people of Microsoft": {"person ada microsoft zoom", "person bob microsoft zoom"},
	"two people apart":        {"person ada google zoom", "person bob microsoft zoom"},
}

// begin brings the people on.
func (h *history) begin(t *rapid.T, cast []string) {
	for _, line := range cast {
		h.works(t, line, nil)
		words := strings.Fields(line)
		if words[0] == "calendar" {
			p := h.book.people[0]
			p.calendars = append(p.calendars, &calendar{name: words[1], owner: p, provider: words[2], on: true, since: h.book.now(), settings: map[string]string{}})
			continue
		}
		p := &person{name: words[1], zoom: true, away: map[string]bool{}, settings: map[string]string{}}
		for i, provider := range words[2 : len(words)-1] {
			name := p.name + [...]string{"/main", "/outlook"}[i]
			p.calendars = append(p.calendars, &calendar{name: name, owner: p, provider: provider, on: true, since: h.book.now(), settings: map[string]string{}})
		}
		h.book.people = append(h.book.people, p)
	}
}

// act lets something happen that the daemon is not asked about. What a provider
// does not let people do has not happened.
func (h *history) act(t *rapid.T, line string) {
	if err := h.stage.Do(line); err != nil {
		t.Skip(err)
	}
	h.lines = append(h.lines, line)
	for _, e := range h.book.events {
		e.looked = e.looked && !slices.ContainsFunc(strings.Fields(line), func(word string) bool {
			name, _, _ := strings.Cut(word, "@")
			return name == e.name
		})
	}
}

// works lets something happen upon which the daemon works. It must be possible,
// and whoever is mailed must see what for, and be mailed once (I6).
func (h *history) works(t *rapid.T, line string, note func()) { h.worksIn(t, 1, line, note) }

// worksIn is works for what is done in so many steps, each with its mails.
func (h *history) worksIn(t *rapid.T, steps int, line string, note func()) {
	before, mails := map[*event]scenario.Sight{}, map[*event]int{}
	for _, e := range h.book.events {
		h.see(t, e)
		before[e], mails[e] = h.seen[e], h.stage.Mails(e.name)
	}
	h.before()
	err := h.stage.Do(line)
	h.lines = append(h.lines, line)
	h.must(t, err)
	if note != nil {
		note()
	}
	h.keep()
	for _, e := range h.book.events {
		h.see(t, e)
		n := h.stage.Mails(e.name) - mails[e]
		same := before[e].Notes == h.seen[e].Notes && before[e].Location == h.seen[e].Location && before[e].Native == h.seen[e].Native
		if n > max(steps, h.changes(e, before[e])) || n == 1 && same && h.last[e].ours {
			h.must(t, fmt.Errorf("%d rounds of mail went out about %s", n, e.name))
		}
	}
	h.must(t, h.takeUp())
	wants := h.wants()
	rooms := h.rooms(wants)
	h.after(rooms)
	h.remember(wants)
}

// changes is how many changes of an event's link may come of one line: a second
// only where our block, taken off by hand, was put back with the link of a meeting
// that somebody had deleted in Zoom, which shows when Zoom is next looked at.
func (h *history) changes(e *event, before scenario.Sight) int {
	_, _, _, state := sources.SplitBlock(before.Notes)
	was := h.last[e]
	old, _ := h.stage.Meeting(was.meeting)
	if len(e.strips) > 0 && state == sources.BlockNone && was.ours && !was.static && !old.Live() && h.seen[e].Meeting != was.meeting {
		return 2
	}
	return 1
}

// see looks at an event.
func (h *history) see(t *rapid.T, e *event) {
	s, err := h.stage.Look(e.name)
	if err != nil && !e.gone {
		h.must(t, err)
	}
	h.seen[e] = s
}

// wants is what each event should show now.
func (h *history) wants() map[*event]want {
	out := map[*event]want{}
	for _, e := range h.book.events {
		w := h.want(e, h.seen[e])
		if h.touching(h.seen[e].Meeting) || h.touching(h.last[e].meeting) || e.torn() || len(e.strips) > 0 && w == untouched {
			w = whatever
		}
		if w == untouched && e.written {
			w = clean
		}
		out[e] = w
	}
	return out
}

// touching reports whether something was done to a meeting in Zoom that nobody
// need have seen yet: Zoom is looked at once a day.
func (h *history) touching(meeting int64) bool {
	if m, ok := h.stage.Meeting(meeting); ok && m.Started {
		h.touched[meeting] = h.book.now()
	}
	at, ok := h.touched[meeting]
	return ok && h.book.now().Before(at.Truncate(24*time.Hour).Add(26*time.Hour))
}

// torn reports whether our block was taken off again soon after it was put back:
// then it is left off.
func (e *event) torn() bool {
	for i := 1; i < len(e.strips); i++ {
		if e.strips[i].Sub(e.strips[i-1]) < 25*time.Hour {
			return true
		}
	}
	return false
}

// remember notes how things are now that the daemon has done its work.
func (h *history) remember(wants map[*event]want) {
	for _, e := range h.book.events {
		s, w, before := h.seen[e], wants[e], h.last[e]
		now := memory{meeting: s.Meeting, left: w}
		may := w == zoomLink || w == staticLink || w == whatever && e.from == nil // it may have got it while it lasted
		now.ours = strings.Contains(s.Notes, "kept by Slotward") && (before.ours || !e.carried && may)
		gave := w == nativeLink || w == whatever && s.Native != ""
		e.native = e.native || gave || w == clean && s.Native != "" // asked for again
		e.written = e.written || now.ours || gave
		if now.ours && may && isLink(e.location) && h.book.setting(e.calendar, "foreign") == "replace" {
			e.location = "" // ours stands in its place now, whatever is set later
		}
		now.static = now.ours && strings.Contains(s.Notes, fixedURL)
		if !h.managed(now.meeting) || w == whatever && now.meeting == 0 {
			now.meeting = before.meeting
		}
		if e.gone {
			now.meeting = before.meeting
		}
		h.last[e] = now
	}
}

// tell makes up one history.
func tell(t *rapid.T, folder string, d *daemon, cast []string) {
	dir, err := os.MkdirTemp(folder, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	begin := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	stage, err := scenario.NewStage(dir, begin, d)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stage.Close() }()
	h := &history{
		stage: stage, book: &book{now: stage.Now, settings: map[string]string{}}, lines: []string{"now " + begin.Format(time.RFC3339)},
		seen: map[*event]scenario.Sight{}, last: map[*event]memory{}, rests: map[*event]*rest{},
		touched: map[int64]time.Time{}, ghosts: map[int64][]string{}, kept: map[int64]bool{},
	}
	h.begin(t, cast)
	for range rapid.IntRange(0, 2).Draw(t, "settings") {
		h.set(t)
	}
	t.Repeat(h.actions())
	h.look(t)
}
