package microsoft

import (
	"regexp"
)

// propertyID is what names an extended property: by name or number in a set, or
// by a tag.
var propertyID = regexp.MustCompile(`^(?:String|Integer|Boolean|SystemTime|Double|CLSID|Binary)(?:Array)? (?:\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\} (?:Name \S.*|Id 0x[0-9A-Fa-f]+)|0x[0-9A-Fa-f]+)$`)

func (s *Server) patchEvent(q *request) (answer, *problem) {
	ch, p := readChanges(q.Request)
	if p != nil {
		return answer{}, p
	}
	c, old, p := s.target(q, writer)
	if p != nil {
		return answer{}, p
	}
	if p := matches(q, old); p != nil {
		return answer{}, p
	}
	next, p := s.apply(c, old, ch)
	if p != nil {
		return answer{}, p
	}
	s.settle(c, old, next, ch.has("body"), ch.asked())
	s.mail(c, old, next, ch)
	now := s.commit(c, old, next)
	body, p := s.entity(q, c, now)
	if s.behaviour.Touches {
		s.put(c, c.events[now.num].clone())
	}
	return answer{body: body, etag: now.etag()}, p
}

// matches checks If-Match, which is honoured though the reference does not say so.
func matches(q *request, r *record) *problem {
	if want := q.Header.Get("If-Match"); want != "" && want != "*" && want != r.etag() {
		return conflict()
	}
	return nil
}

func (s *Server) insertEvent(q *request) (answer, *problem) {
	ch, p := readChanges(q.Request)
	if p != nil {
		return answer{}, p
	}
	c, p := s.calendarOf(q, writer)
	if p != nil {
		return answer{}, p
	}
	blank := s.blank(c)
	next, p := s.apply(c, blank, ch)
	if p != nil {
		return answer{}, p
	}
	if next.Start.At.IsZero() || next.End.At.IsZero() {
		return answer{}, badProperties("At least one property failed validation.")
	}
	if twin := c.sent(next.Transaction); twin != nil {
		body, p := s.entity(q, c, twin)
		return answer{status: 201, body: body, etag: twin.etag()}, p
	}
	next.num = s.newNumber()
	auto := s.behaviour.AutoTeamsAPI && s.accounts[c.owner].autoTeams && len(next.Attendees) > 0
	s.settle(c, nil, next, ch.has("body"), ch.asked() || auto)
	s.put(c, next)
	s.share(c, next)
	s.record(c, next, "invitation", everybody(next, c.owner))
	body, p := s.entity(q, c, next)
	return answer{status: 201, body: body, etag: next.etag()}, p
}

// sent finds the event that was made by a request with the same transaction id.
func (c *calendar) sent(transaction string) *record {
	if transaction == "" {
		return nil
	}
	for _, r := range c.events {
		if r.Transaction == transaction && !r.gone {
			return r
		}
	}
	return nil
}

// blank is an event of calendar c before anything is written on it.
func (s *Server) blank(c *calendar) *record {
	return &record{
		uid: s.newUID(), created: s.birth(),
		content: content{
			Body: body{"html", ""}, Organizer: emailAddress{s.nameOf(c.owner), c.owner}, Sensitivity: "normal", Importance: "normal",
			AllowProposals: true, ResponseRequests: true, Provider: noneOfUs,
		},
		mine: mine{Organized: true, ShowAs: "busy", Reminder: true, ReminderFirst: 15, Response: response{"organizer", zeroTime()}},
	}
}

func (s *Server) newNumber() int64 {
	s.made++
	return s.made
}

// commit stores a change by whoever owns calendar c and lets it have its
// effects: on exceptions, on lost occurrences, and on the copies of others. It
// returns the record as it is stored.
func (s *Server) commit(c *calendar, old, next *record) *record {
	if next.virtual {
		next = s.split(c, old, next)
	}
	if next.Recurrence != nil || old.Recurrence != nil {
		s.reshape(c, old, next)
	} else {
		s.put(c, next)
	}
	if next.Organized {
		s.share(c, next)
	}
	return next
}

func (s *Server) deleteEvent(q *request) (answer, *problem) {
	c, r, p := s.target(q, writer)
	if p != nil {
		return answer{}, p
	}
	if p := matches(q, r); p != nil {
		return answer{}, p
	}
	if r.Organized {
		s.record(c, r, "cancellation", everybody(r, c.owner))
	}
	s.remove(c, r)
	return answer{}, nil
}

func (s *Server) cancelEvent(q *request) (answer, *problem) {
	c, r, p := s.target(q, writer)
	if p != nil {
		return answer{}, p
	}
	if !r.Organized || len(r.Attendees) == 0 {
		return answer{}, invalidRequest("ErrorInvalidRequest", "You need to be the organizer of a meeting to cancel it.")
	}
	s.record(c, r, "cancellation", everybody(r, c.owner))
	s.remove(c, r)
	return answer{status: 202}, nil
}

// remove takes an event off a calendar; of what its owner organises, the others
// get to know that it is cancelled.
func (s *Server) remove(c *calendar, r *record) {
	if r.master != 0 {
		s.drop(c, r)
	} else {
		for _, x := range c.exceptionsOf(r.num) {
			gone := x.clone()
			gone.gone = true
			s.put(c, gone)
		}
		gone := r.clone()
		gone.gone = true
		s.put(c, gone)
	}
	if r.Organized {
		s.shareEnd(c, r)
	}
}

func (s *Server) respondEvent(q *request) (answer, *problem) {
	words := map[string]string{"accept": "accepted", "decline": "declined", "tentativelyAccept": "tentativelyAccepted"}
	status, ok := words[q.PathValue("answer")]
	if !ok {
		return answer{}, invalidRequest("BadRequest", "Resource not found for the segment '"+q.PathValue("answer")+"'.")
	}
	c, r, p := s.target(q, writer)
	if p != nil {
		return answer{}, p
	}
	if r.Organized {
		return answer{}, invalidRequest("ErrorInvalidRequest", "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.")
	}
	s.respond(c, r, status)
	return answer{status: 202}, nil
}
