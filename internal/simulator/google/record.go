package google

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// record is one calendar's copy of an event as it is kept: a single event, a
// series, or an exception of a series. Records are immutable once stored; a
// change stores a clone under a higher number, so that pages stay frozen.
//
// Of the embedded event only what is neither computed for the reader (self,
// links, ETag) nor kept parsed beside it (times) is used.
type record struct {
	event
	seq              int64 // number of the change that made this record
	created, updated time.Time
	start, end       moment
	original         moment // exceptions and instances: key in the series
	// bare marks a cancelled event of which only the id is left.
	bare bool
	// orphan marks an exception whose occurrence is no longer in its series.
	orphan bool
}

// clone returns a copy of r that shares nothing that is ever changed in place:
// every writer replaces slices, maps and pointers instead of writing into them.
func (r *record) clone() *record {
	c := *r
	return &c
}

func (r *record) cancelled() bool   { return r.Status == "cancelled" }
func (r *record) isSeries() bool    { return len(r.Recurrence) > 0 }
func (r *record) isInstance() bool  { return r.RecurringEventID != "" }
func (r *record) organizer() string { return r.Organizer.Email }

// etag is the record's version with the quotes that Google puts inside.
func (r *record) etag() string { return etagOf(r.seq) }

func etagOf(seq int64) string { return fmt.Sprintf("%q", fmt.Sprint(3500000000000000+2000*seq)) }

// find returns the event with this id, also an occurrence of a series that has
// no record of its own yet; nil when there is none.
func (c *calendar) find(id string) *record {
	r := c.events[id]
	if r != nil && !r.orphan {
		if master := c.events[r.RecurringEventID]; master != nil && master.cancelled() && !r.cancelled() {
			r = r.clone() // gone with its series
			r.Status = "cancelled"
		}
		return r
	}
	m := instanceID.FindStringSubmatch(id)
	if m == nil {
		return r
	}
	for _, series := range slices.Sorted(setOf(c.series[m[1]])) {
		master := c.events[series]
		if at, ok := parseStamp(m[2], master.start.AllDay); ok && isOccurrence(master, at) {
			return virtual(master, at)
		}
	}
	return r
}

var (
	instanceID  = regexp.MustCompile(`^(.+)_(\d{8}(?:T\d{6}Z)?)$`)
	splitSuffix = regexp.MustCompile(`_R\d{8}(?:T\d{6})?$`)
)

// baseID is what the ids of a series' instances begin with. A series that came
// from a split keeps the first one's.
func baseID(series string) string { return splitSuffix.ReplaceAllString(series, "") }

func parseStamp(stamp string, allDay bool) (time.Time, bool) {
	layout := "20060102T150405Z"
	if allDay {
		layout = "20060102"
	}
	t, err := time.Parse(layout, stamp)
	return t, err == nil
}

// virtual is the occurrence of a series that begins at at and is no exception.
func virtual(master *record, at time.Time) *record {
	r := master.clone()
	r.start.At = at
	r.end = master.end.add(at.Sub(master.start.At))
	r.original = r.start
	r.ID = baseID(master.ID) + "_" + r.original.stamp()
	r.RecurringEventID = master.ID
	r.Recurrence = nil
	return r
}

// birth is when an event is made: two are never made in the same millisecond,
// also while the clock stands still.
func (s *Server) birth() time.Time {
	s.births++
	return s.now().Truncate(time.Millisecond).Add(time.Duration(s.births%1000) * time.Millisecond)
}

// put stores r as the newest change of c. touch also moves its updated time:
// changing reminders does not.
func (s *Server) put(c *calendar, r *record, touch bool) {
	s.seq++
	r.seq = s.seq
	if touch {
		r.updated = s.now()
	}
	c.events[r.ID] = r
	c.updated = s.now()
	c.log = append(c.log, r)
	if len(c.log) > 64 && len(c.log) > 4*len(c.events) {
		c.log = slices.DeleteFunc(c.log, func(r *record) bool { return c.events[r.ID] != r })
	}
	if r.isSeries() {
		addTo(c.series, baseID(r.ID), r.ID)
	}
	if r.isInstance() {
		addTo(c.exceptions, r.RecurringEventID, r.ID)
	}
	if r.Conference.pending() {
		c.pending[r.ID] = true
	}
	s.announce(c)
}

// since returns the records that changed after seq, oldest change first.
func (c *calendar) since(seq int64) []*record {
	i := len(c.log)
	for i > 0 && c.log[i-1].seq > seq {
		i--
	}
	out := make([]*record, 0, len(c.log)-i)
	for _, r := range c.log[i:] {
		if c.events[r.ID] == r {
			out = append(out, r)
		}
	}
	return out
}

// exceptionsOf returns the exceptions of a series in the order of their ids.
func (c *calendar) exceptionsOf(series string) []*record {
	var out []*record
	for _, id := range slices.Sorted(setOf(c.exceptions[series])) {
		if r := c.events[id]; r != nil && r.RecurringEventID == series {
			out = append(out, r)
		}
	}
	return out
}

// newID gives out an id in Google's alphabet, base32hex. The ids of a server
// are the same at every run.
func (s *Server) newID() string {
	s.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "event %d", s.made))
	return strings.ToLower(base32.HexEncoding.EncodeToString(sum[:])[:26])
}

func addTo(index map[string]map[string]bool, key, value string) {
	if index[key] == nil {
		index[key] = map[string]bool{}
	}
	index[key][value] = true
}

// setOf iterates over the members of a set.
func setOf(set map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range set {
			if !yield(k) {
				return
			}
		}
	}
}
