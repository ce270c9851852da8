package zoom

import (
	"encoding/json"
	"time"
)

// updateMeeting changes a meeting, or one occurrence of it. The answer has no body.
func (s *Server) updateMeeting(r *request) answer {
	m, refused := s.find(r)
	if refused == nil {
		refused = s.spend(r, m.host)
	}
	if refused != nil {
		return *refused
	}
	f, refused := s.read(r, true)
	if refused != nil {
		return *refused
	}
	if id := r.query.Get("occurrence_id"); id != "" {
		return s.updateOccurrence(r, m, id, f)
	}
	k := m.kind
	if f.kind != nil {
		k = kind(*f.kind)
	}
	if f.recurrence == nil && k == fixSeries && m.kind == fixSeries && !s.switches.WholeSeriesPatch {
		f.recurrence = m.recurrence
	}
	if refused := s.refuseSchedule(f, m.host, k); refused != nil {
		return *refused
	}
	if start, ok := f.instantIn(m.zone); m.kind == fixSeries && k == fixSeries && (!ok || !start.After(r.now)) {
		// A series is not rescheduled without a start to come.
		f.recurrence, f.duration, f.timezone = m.recurrence, nil, nil
	} else if f.recurrence != nil && f.recurrence.count() == 0 && f.recurrence.EndDateTime == "" {
		times := bounded[f.recurrence.Type]
		f.recurrence.EndTimes = &times
	}
	s.alter(m, func() {
		m.kind = k
		m.apply(f)
		s.reschedule(m, f, r.now)
		if f.password != nil && *f.password != m.password {
			s.setPasscode(m, *f.password)
		}
	})
	return answer{status: 204}
}

// reschedule moves a meeting. A start that is past, or not said, is ignored.
func (s *Server) reschedule(m *meeting, f *fields, now time.Time) {
	if start, ok := f.instantIn(m.zone); ok && start.After(now) && m.kind != openSeries {
		m.start = start
		if m.kind == instant && m.before.kind == instant {
			m.kind = scheduled
		}
	}
	if m.kind == openSeries {
		m.start = time.Time{}
	} else if m.start.IsZero() {
		m.start = now.Truncate(time.Second)
	}
	if m.kind != m.before.kind || !m.start.Equal(m.before.start) || m.minutes != m.before.minutes || m.recurrence != m.before.recurrence {
		s.schedule(m)
	}
}

// alter changes a meeting and tells the webhooks what became different.
func (s *Server) alter(m *meeting, change func()) {
	m.change(s.clock.Now())
	change()
	now, old := changedObject(m, m.before)
	if len(now) > 2 { // more than id and uuid
		s.emitChange("meeting.updated", m, now, old)
	}
}

// occurrenceSettings are the only settings that one occurrence may have of its own.
var occurrenceSettings = map[string]bool{
	"host_video": true, "participant_video": true, "join_before_host": true, "mute_upon_entry": true,
	"waiting_room": true, "watermark": true, "auto_recording": true,
}

// updateOccurrence moves one occurrence. Agenda and settings are accepted and
// not kept: nothing here shows them by occurrence.
func (s *Server) updateOccurrence(r *request, m *meeting, id string, f *fields) answer {
	o := m.occurrence(id)
	if o == nil {
		return *s.problem(400, 300, msgBadOccurrence)
	}
	if bad := beyondOccurrence(f); len(bad) > 0 {
		return *s.invalid(bad...)
	}
	m.change(r.now)
	if start, ok := f.instantIn(m.zone); ok && start.After(r.now) {
		o.start = start
	}
	set(&o.minutes, f.duration)
	s.emit("meeting.updated", m, occurrenceObject(m, o))
	return answer{status: 204}
}

func beyondOccurrence(f *fields) []string {
	var bad []string
	for name, said := range map[string]bool{
		"topic": f.topic != nil, "type": f.kind != nil, "password": f.password != nil,
		"recurrence": f.recurrence != nil, "pre_schedule": f.preSchedule != nil, "schedule_for": f.scheduleFor != nil,
	} {
		if said {
			bad = append(bad, name)
		}
	}
	for name := range f.settings {
		if !occurrenceSettings[name] {
			bad = append(bad, "settings."+name)
		}
	}
	return bad
}

// deleteMeeting deletes a meeting, or one occurrence of it.
func (s *Server) deleteMeeting(r *request) answer {
	if number(r.meeting) == r.caller().pmi {
		return *s.problem(400, 3018, msgPMI)
	}
	m, refused := s.find(r)
	if refused != nil {
		return *refused
	}
	if s.switches.DeletesCount {
		if refused := s.spend(r, m.host); refused != nil {
			return *refused
		}
	}
	if m.started {
		return *s.problem(400, 3002, msgRunning)
	}
	id := r.query.Get("occurrence_id")
	if id == "" {
		s.drop(m)
		return answer{status: 204}
	}
	o := m.occurrence(id)
	if o == nil {
		return *s.problem(400, 300, msgBadOccurrence)
	}
	m.change(r.now)
	o.deleted = true
	s.emitOperation("meeting.deleted", "single", m, occurrenceObject(m, o))
	return answer{status: 204}
}

// drop deletes a whole meeting.
func (s *Server) drop(m *meeting) {
	m.change(s.clock.Now())
	m.deleted = true
	s.emitOperation("meeting.deleted", "all", m, createdObject(m))
}

// setStatus ends a meeting that runs, or brings back a deleted one.
func (s *Server) setStatus(r *request) answer {
	var said struct {
		Action string `json:"action"`
	}
	if decode(json.RawMessage(r.body), &said) != nil || said.Action != "end" && said.Action != "recover" {
		return *s.invalid("action")
	}
	if said.Action == "recover" {
		return s.recoverMeeting(r)
	}
	m, refused := s.find(r)
	if refused != nil {
		return *refused
	}
	if m.started {
		s.finish(m)
	}
	return answer{status: 204}
}

func (s *Server) recoverMeeting(r *request) answer {
	m := s.meetings[number(r.meeting)]
	if m == nil || !m.deleted || !r.manages(m.host) {
		return *s.problem(404, 3001, msgNoMeeting, r.meeting)
	}
	if !s.restore(m) {
		return *s.problem(404, 3001, msgNoMeeting, r.meeting)
	}
	return answer{status: 204}
}

// restore brings back a deleted meeting, unless it has expired meanwhile.
func (s *Server) restore(m *meeting) bool {
	m.deleted = false
	if !m.alive(s.clock.Now()) {
		m.deleted = true
		return false
	}
	m.updated = s.clock.Now()
	s.emitOperation("meeting.recovered", "all", m, createdObject(m))
	return true
}
