package zoom

import "time"

// freshness is how long a "stale" fault hides what just happened.
const freshness = time.Minute

// readUser answers the user behind the token, or one of its account.
func (s *Server) readUser(r *request) answer {
	a, refused := s.target(r)
	if refused != nil {
		return *refused
	}
	return answer{200, userObject(a)}
}

// readMeeting answers a meeting in full, or with one occurrence's times.
func (s *Server) readMeeting(r *request) answer {
	if number(r.meeting) == r.caller().pmi {
		return answer{200, s.full(personalRoom(r.caller()), false)}
	}
	m, refused := s.find(r)
	if refused != nil {
		return *refused
	}
	if r.kind == "stale" {
		if r.now.Sub(m.created) < freshness && m.before == nil {
			return *s.problem(404, 3001, msgNoMeeting, r.meeting)
		}
		if m.before != nil && r.now.Sub(m.updated) < freshness {
			m = m.before
		}
	}
	body := s.full(m, r.query.Get("show_previous_occurrences") == "true")
	if id := r.query.Get("occurrence_id"); id != "" {
		o := m.occurrence(id)
		if o == nil {
			return *s.problem(400, 300, msgBadOccurrence)
		}
		body["start_time"], body["duration"] = stamp(o.start), o.minutes
	}
	return answer{200, body}
}

// personalRoom is the meeting behind a host's personal meeting id. It is in no
// list, has no time, and cannot be deleted.
func personalRoom(a *account) *meeting {
	return &meeting{
		id: a.pmi, uuid: "personal==", host: a, topic: a.name + "'s Personal Meeting Room", kind: personal,
		minutes: 60, zone: a.zone, settings: map[string]any{"use_pmi": true}, created: a.created, updated: a.created,
	}
}
