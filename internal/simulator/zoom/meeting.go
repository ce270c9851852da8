package zoom

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"time"
)

// kind is Zoom's number for how a meeting recurs.
type kind int

const (
	instant    kind = 1
	scheduled  kind = 2
	openSeries kind = 3
	personal   kind = 4 // the host's personal room
	fixSeries  kind = 8
	screenOnly kind = 10
)

// meeting is one meeting as Zoom keeps it. A deleted one stays, so that it can
// be recovered.
type meeting struct {
	id          int64
	uuid        string // new for each instance held
	host        *account
	app         string // id of the client that made it, empty if a person did
	topic       string
	kind        kind
	start       time.Time // UTC; zero for an open series
	minutes     int
	zone        string
	agenda      string
	password    string // the passcode; may be empty
	pwd         string // encrypted passcode: the pwd= of the link
	zak         string // what makes a start link one
	zakUntil    time.Time
	preSchedule bool
	settings    map[string]any
	recurrence  *recurrence
	occurrences []occurrence

	started, deleted, ended bool // ended: an instant meeting's id dies with it
	created, updated        time.Time
	used                    time.Time // last time that it was held
	before                  *meeting  // as it was before its last change, for stale reads
}

// The lifetimes of ids.
const (
	afterDate = 30 * 24 * time.Hour  // of a one-off meeting; each use inside it adds as much
	afterUse  = 365 * 24 * time.Hour // of a recurring meeting
	zakLife   = 2 * time.Hour
)

// expires is when the meeting's id stops existing.
func (m *meeting) expires() time.Time {
	last := later(m.created, m.used)
	switch m.kind {
	case openSeries:
		return last.Add(afterUse)
	case fixSeries:
		for _, o := range m.occurrences {
			last = later(last, o.start)
		}
		return later(last, m.start).Add(afterUse)
	case scheduled:
		return later(m.start, m.used).Add(afterDate)
	}
	return last.Add(afterDate)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// alive reports whether the API still knows the meeting.
func (m *meeting) alive(now time.Time) bool {
	return !m.deleted && !m.ended && (m.started || now.Before(m.expires()))
}

// clone is a copy that later changes of m do not reach.
func (m *meeting) clone() *meeting {
	c := *m
	c.settings = maps.Clone(m.settings)
	c.occurrences = slices.Clone(m.occurrences)
	c.before = nil
	return &c
}

// change remembers the meeting as it was and stamps it.
func (m *meeting) change(now time.Time) {
	m.before = m.clone()
	m.updated = now
}

// newMeeting makes a meeting with an id, a uuid and no contents.
func (s *Server) newMeeting(host *account, app string) *meeting {
	now := s.clock.Now()
	m := &meeting{
		id: s.newID(), uuid: s.newUUID(), host: host, app: app, kind: scheduled, zone: host.zone,
		minutes: 60, created: now, updated: now, settings: map[string]any{},
	}
	s.meetings[m.id] = m
	return m
}

// newID is 11 digits long: neither 32 bits nor a float's short form hold it.
func (s *Server) newID() int64 {
	for {
		id := 10_000_000_000 + s.random.Int64N(90_000_000_000)
		if s.meetings[id] == nil {
			return id
		}
	}
}

// newUUID starts with a slash every fifth time, as real ones do now and then.
func (s *Server) newUUID() string {
	raw := make([]byte, 16)
	for i := range raw {
		raw[i] = byte(s.random.Uint32())
	}
	if s.serial++; s.serial%5 == 0 {
		raw[0] |= 0xfc // six one-bits are the slash in base64
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// setPasscode gives the meeting a passcode, and its link the matching pwd=.
func (s *Server) setPasscode(m *meeting, passcode string) {
	m.password, m.pwd = passcode, ""
	if passcode != "" {
		s.keep(passcode)
		m.pwd = s.letters(32) + ".1"
	}
}

// newPasscode is what Zoom makes up when a passcode is required.
func (s *Server) newPasscode() string {
	const digits = "23456789"
	return s.letters(3) + string(digits[s.random.IntN(len(digits))]) + s.letters(4)
}

func (m *meeting) joinURL() string {
	link := fmt.Sprintf("https://us02web.zoom.us/j/%d", m.id)
	if m.pwd != "" {
		link += "?pwd=" + m.pwd
	}
	return link
}

// startURL makes whoever holds it the host. Its zak is renewed when it is old.
func (s *Server) startURL(m *meeting) string {
	if now := s.clock.Now(); !now.Before(m.zakUntil) {
		m.zak, m.zakUntil = s.keep("zak."+s.letters(120)), now.Add(zakLife)
	}
	return fmt.Sprintf("https://us02web.zoom.us/s/%d?zak=%s", m.id, m.zak)
}
