package microsoft

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"time"
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

// split makes an exception of an occurrence. Its series changes, too.
func (s *Server) split(c *calendar, old, next *record) *record {
	next.virtual, next.num, next.created = false, s.newNumber(), s.birth()
	next.ownID, next.id, next.immutable = s.behaviour.ExceptionID, "", ""
	if next.ownID {
		s.lose(c, old)
	}
	s.put(c, c.events[next.master].clone())
	return next
}

// reshape stores a changed series. Its exceptions follow in what they have in
// common with it; they are lost when its rule or its time changes.
func (s *Server) reshape(c *calendar, old, next *record) {
	var before []time.Time
	moved := moments(old) != moments(next)
	if old.Recurrence != nil && moved {
		before = slices.DeleteFunc(old.between(old.Start.At, s.now().Add(lostHorizon)), func(at time.Time) bool {
			_, changed := c.exceptions[old.num][at.Unix()]
			return changed || old.dropped(at)
		})
	}
	s.put(c, next)
	next.shape = next.seq
	kept := old.Recurrence != nil && next.Recurrence != nil && sameRhythm(old, next)
	for _, x := range c.exceptionsOf(next.num) {
		switch {
		case next.Recurrence != nil && (kept && next.occurs(x.original) || !moved):
			s.follow(c, old, next, x)
		default:
			gone := x.clone()
			gone.gone = true
			s.put(c, gone)
		}
	}
	if !kept && len(next.Dropped) > 0 && moved {
		next.Dropped = nil
	}
	still := map[int64]bool{}
	if next.Recurrence != nil && len(before) > 0 {
		for _, at := range next.between(next.Start.At, s.now().Add(lostHorizon)) {
			still[at.Unix()] = true
		}
	}
	for _, at := range before {
		if !still[at.Unix()] {
			s.lose(c, old.virtualAt(at))
		}
	}
}

// moments is what decides when a series takes place.
func moments(r *record) string {
	raw, _ := json.Marshal([]any{r.Start, r.End, r.AllDay, r.Recurrence}) // plain values
	return string(raw)
}

// sameRhythm reports whether two versions of a series differ in its end at most.
func sameRhythm(a, b *record) bool {
	return reflect.DeepEqual(a.Recurrence.Pattern, b.Recurrence.Pattern) && a.Start == b.Start && a.AllDay == b.AllDay
}

// follow carries a change of a series to an exception that had the same before.
func (s *Server) follow(c *calendar, old, next, x *record) {
	y := x.clone()
	from, to, own := reflect.ValueOf(old.content), reflect.ValueOf(next.content), reflect.ValueOf(&y.content).Elem()
	for i := range own.NumField() {
		switch own.Type().Field(i).Name {
		case "Start", "End", "Recurrence", "Dropped", "AllDay", "Cancelled":
			continue
		}
		if reflect.DeepEqual(own.Field(i).Interface(), from.Field(i).Interface()) {
			own.Field(i).Set(to.Field(i))
		}
	}
	if !reflect.DeepEqual(x.content, y.content) {
		s.put(c, y)
		if y.Organized {
			s.share(c, y)
		}
	}
}

// crossing refuses an occurrence that would stand on or beyond its neighbour.
func (s *Server) crossing(next *record) *problem {
	c := s.home(next)
	if c == nil {
		return nil
	}
	master := c.events[next.master]
	for _, at := range master.between(next.original.AddDate(-1, 0, 0), next.Start.At.AddDate(0, 0, 1)) {
		between := at.After(next.original) && !next.Start.At.Before(at) || at.Before(next.original) && !next.Start.At.After(at)
		if between && !master.dropped(at) {
			return invalidRequest("ErrorOccurrenceCrossingBoundary", "Modified occurrence is crossing or overlapping adjacent occurrence.")
		}
	}
	return nil
}

// home is the calendar that a stored record, or the series of an occurrence, is on.
func (s *Server) home(r *record) *calendar {
	num := r.num
	if r.master != 0 {
		num = r.master
	}
	for _, c := range s.calendars {
		if c.events[num] != nil {
			return c
		}
	}
	return nil
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

// drop takes one occurrence out of its series.
func (s *Server) drop(c *calendar, r *record) {
	master := c.events[r.master].clone()
	master.Dropped = append(slices.Clone(master.Dropped), r.original)
	if r.virtual {
		s.lose(c, r)
	} else {
		gone := r.clone()
		gone.gone = true
		s.put(c, gone)
	}
	s.put(c, master)
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
