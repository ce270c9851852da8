package zoom

import "time"

// createMeeting makes a meeting. It is not idempotent: two equal requests make
// two meetings.
func (s *Server) createMeeting(r *request) answer {
	host, refused := s.target(r)
	if refused != nil {
		return *refused
	}
	if host.forbidden || host.inactive {
		return *s.problem(400, 3161, msgNotAllowed)
	}
	if refused := s.spend(r, host); refused != nil {
		return *refused
	}
	f, refused := s.read(r, false)
	if refused != nil {
		return *refused
	}
	k := scheduled
	if f.kind != nil {
		k = kind(*f.kind)
	}
	if refused := s.refuseSchedule(f, host, k); refused != nil {
		return *refused
	}
	m := s.newMeeting(host, r.grant.client.id)
	m.kind = k
	s.fill(m, f)
	s.emit("meeting.created", m, createdObject(m))
	return answer{201, s.created(m)}
}

// fill puts what a create says into a new meeting.
func (s *Server) fill(m *meeting, f *fields) {
	m.apply(f)
	if start, ok := f.instantIn(m.zone); ok && m.kind != openSeries && m.kind != instant {
		m.start = start
	} else if m.kind == scheduled {
		m.kind = instant // Zoom's answer to a scheduled meeting without a start
	}
	if m.kind == instant || m.kind == fixSeries && m.start.IsZero() {
		m.start = s.clock.Now().Truncate(time.Second)
	}
	required := f.defaultPassword == nil || *f.defaultPassword
	switch {
	case s.switches.NoPasscode:
	case f.password != nil && *f.password != "":
		s.setPasscode(m, *f.password)
	case required:
		s.setPasscode(m, s.newPasscode())
	}
	s.schedule(m)
}

// apply puts the plain fields of a request into the meeting.
func (m *meeting) apply(f *fields) {
	set(&m.topic, f.topic)
	set(&m.agenda, f.agenda)
	set(&m.zone, f.timezone)
	set(&m.minutes, f.duration)
	set(&m.preSchedule, f.preSchedule)
	if f.recurrence != nil {
		m.recurrence = f.recurrence
	}
	for name, value := range f.settings {
		m.settings[name] = value
	}
	if m.topic == "" {
		m.topic = "Zoom Meeting"
	}
}

func set[T any](place *T, value *T) {
	if value != nil {
		*place = *value
	}
}
