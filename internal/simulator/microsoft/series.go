package microsoft

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"
)

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
	kept := old.Recurrence != nil && next.Recurrence != nil && sameRhythm(old, next)
	if moved && !kept {
		next.Dropped = nil
	}
	s.put(c, next)
	next.shape = next.seq
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
		s.settle(c, nil, y, true, false) // with a body of its own it may keep the meeting that its series loses
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
