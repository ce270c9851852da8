package zoom

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Meeting is everything that can be seen of a meeting, secrets included, so
// that a test can look for what must not leak.
type Meeting struct {
	ID       int64
	UUID     string
	Host     string // e-mail
	App      string // client id of the app that made it; empty if a person did
	Topic    string
	Type     int       // 1 instant, 2 scheduled, 3 open series, 8 series with fixed times
	Start    time.Time // UTC; zero for an open series
	Minutes  int
	TimeZone string
	Agenda   string
	JoinURL  string
	StartURL string // secret: makes its holder the host
	Password string // the passcode; may be empty
	Settings map[string]any

	Occurrences []Occurrence // of a series with fixed times

	Started bool // running right now
	Deleted bool // can be recovered
	Expired bool // the API no longer knows it, though nobody deleted it

	CreatedAt, UpdatedAt time.Time
}

// Occurrence is one instance of a series with fixed times.
type Occurrence struct {
	ID      string // milliseconds since 1970 of its original start
	Start   time.Time
	Minutes int
	Deleted bool
}

// Live reports whether the link still opens the meeting.
func (m Meeting) Live() bool { return !m.Deleted && !m.Expired }

// Change is what a person alters on a meeting in Zoom. Nil stays as it is.
type Change struct {
	Topic, Agenda, TimeZone, Password *string
	Start                             *time.Time
	Minutes                           *int
}

// Make is a person scheduling a meeting by hand. It costs none of the daily writes.
func (s *Server) Make(email, topic string, start time.Time, minutes int) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	host := s.account(email)
	if host == nil {
		return 0, noAccount(email)
	}
	m := s.newMeeting(host, "")
	begin := stamp(start)
	s.fill(m, &fields{topic: &topic, startTime: &begin, duration: &minutes})
	s.emit("meeting.created", m, createdObject(m))
	return m.id, nil
}

// act finds a live meeting and lets a person do something with it.
func (s *Server) act(id int64, do func(*meeting) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.meetings[id]
	if m == nil || !m.alive(s.clock.Now()) {
		return fmt.Errorf("no Zoom meeting %d", id)
	}
	return do(m)
}

// DeleteMeeting is the host deleting a meeting that is not running.
func (s *Server) DeleteMeeting(id int64) error {
	return s.act(id, func(m *meeting) error {
		if m.started {
			return fmt.Errorf("the Zoom meeting %d is running", id)
		}
		s.drop(m)
		return nil
	})
}

// RecoverMeeting is the host taking a deleted meeting out of the trash.
func (s *Server) RecoverMeeting(id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.meetings[id]
	if m == nil || !m.deleted || !s.restore(m) {
		return fmt.Errorf("no Zoom meeting %d is in the trash", id)
	}
	return nil
}

// EditMeeting is the host editing a meeting.
func (s *Server) EditMeeting(id int64, c Change) error {
	return s.act(id, func(m *meeting) error {
		s.alter(m, func() {
			set(&m.topic, c.Topic)
			set(&m.agenda, c.Agenda)
			set(&m.zone, c.TimeZone)
			set(&m.minutes, c.Minutes)
			if c.Start != nil && m.kind != openSeries {
				m.start = c.Start.UTC()
			}
			if c.Password != nil {
				s.setPasscode(m, *c.Password)
			}
			if c.Start != nil || c.Minutes != nil {
				s.schedule(m)
			}
		})
		return nil
	})
}

// StartMeeting is the host opening a meeting; until it ends it cannot be deleted.
func (s *Server) StartMeeting(id int64) error {
	return s.act(id, func(m *meeting) error {
		if m.started {
			return fmt.Errorf("the Zoom meeting %d is running already", id)
		}
		m.started, m.uuid, m.used = true, s.newUUID(), s.clock.Now()
		s.emit("meeting.started", m, heldObject(m, time.Time{}))
		return nil
	})
}

// EndMeeting is the host ending a meeting. An instant meeting is gone then.
func (s *Server) EndMeeting(id int64) error {
	return s.act(id, func(m *meeting) error {
		if !m.started {
			return fmt.Errorf("the Zoom meeting %d is not running", id)
		}
		s.finish(m)
		return nil
	})
}

func (s *Server) finish(m *meeting) {
	m.started, m.used = false, s.clock.Now()
	m.ended = m.kind == instant || m.kind == screenOnly
	s.emit("meeting.ended", m, heldObject(m, m.used))
}

// Meeting returns a meeting, also one that is deleted or expired.
func (s *Server) Meeting(id int64) (Meeting, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.meetings[id]; m != nil {
		return s.view(m), true
	}
	return Meeting{}, false
}

// Meetings returns the host's live meetings, instant ones included, by start.
func (s *Server) Meetings(email string) []Meeting {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Meeting
	for _, m := range s.meetings {
		if m.host.email == email && m.alive(s.clock.Now()) {
			out = append(out, s.view(m))
		}
	}
	slices.SortFunc(out, func(a, b Meeting) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return out
}

func (s *Server) view(m *meeting) Meeting {
	v := Meeting{
		ID: m.id, UUID: m.uuid, Host: m.host.email, App: m.app, Topic: m.topic, Type: int(m.kind), Start: m.start,
		Minutes: m.minutes, TimeZone: m.zone, Agenda: m.agenda, JoinURL: m.joinURL(), StartURL: s.startURL(m),
		Password: m.password, Settings: m.effective(), Started: m.started, Deleted: m.deleted,
		Expired: !m.deleted && !m.alive(s.clock.Now()), CreatedAt: m.created, UpdatedAt: m.updated,
	}
	for _, o := range m.occurrences[:min(len(m.occurrences), shownOccurrences)] {
		v.Occurrences = append(v.Occurrences, Occurrence{o.id, o.start, o.minutes, o.deleted})
	}
	return v
}
