package microsoft

import (
	"slices"
	"time"
)

// record is one calendar's copy of an event as it is kept: a single event, the
// master of a series, or an exception. Records are immutable once stored; a
// change stores a clone under a higher number, so that rounds stay frozen.
type record struct {
	content
	num           int64  // names the event within the server, whatever its ids
	id, immutable string // see ids.go
	uid           string // of the whole series
	seq           int64  // number of the change that made this record
	at            time.Time
	created       time.Time
	updated       time.Time
	gone          bool  // deleted; kept so that delta can say so
	shape         int64 // masters: the change that last moved or changed the occurrences

	master   int64     // exceptions and occurrences: number of the series
	original time.Time // … and start of the occurrence before it was changed
	virtual  bool      // an occurrence that has no record of its own
	ownID    bool      // an exception whose id is not the occurrence's

	mine // what is this copy's own
}

// content is what the organiser's copy says for all copies.
type content struct {
	Subject          string
	Body             body
	Start, End       moment
	AllDay           bool
	Locations        []location
	Attendees        []attendee
	Organizer        emailAddress
	Recurrence       *recurrence
	Dropped          []time.Time // masters: occurrences that were cancelled
	Sensitivity      string
	Importance       string
	HideAttendees    bool
	AllowProposals   bool
	ResponseRequests bool
	Online           *onlineMeeting
	Provider         string
	Block            string // what was put into the body for the latest Teams meeting
	Cancelled        bool   // by the organiser, on the copy of somebody else
}

// mine is what each copy has of its own.
type mine struct {
	Organized     bool // this copy is the organiser's
	ShowAs        string
	Categories    []string
	Reminder      bool
	ReminderFirst int // minutes
	Response      response
	Draft         bool
	Transaction   string
	Properties    []property
}

// clone returns a copy of r that shares nothing that is ever changed in place:
// every writer replaces slices, maps and pointers instead of writing into them.
func (r *record) clone() *record {
	c := *r
	return &c
}

// The types of events on the wire.
const (
	single     = "singleInstance"
	instance   = "occurrence"
	exception  = "exception"
	seriesKind = "seriesMaster"
)

func (r *record) kind() string {
	switch {
	case r.virtual:
		return instance
	case r.master != 0:
		return exception
	case r.Recurrence != nil:
		return seriesKind
	}
	return single
}

func (r *record) etag() string { return etagOf(r.seq) }

// change is one line of a calendar's log: a record, or an occurrence that is no
// longer in its series.
type change struct {
	seq    int64
	at     time.Time
	record *record // nil: an occurrence was lost
	lost   *record
}

// put stores r as the newest change of c.
func (s *Server) put(c *calendar, r *record) {
	s.seq++
	now := s.now()
	old := c.events[r.num]
	r.seq, r.at, r.updated = s.seq, now, now
	if r.id == "" {
		r.name(c)
	}
	c.events[r.num] = r
	c.ids[r.id], c.ids[r.immutable] = r.num, r.num
	if r.master == 0 {
		c.uids[r.uid] = r.num
	} else {
		if c.exceptions[r.master] == nil {
			c.exceptions[r.master] = map[int64]int64{}
		}
		key := r.original.Unix()
		if r.gone {
			delete(c.exceptions[r.master], key)
		} else {
			c.exceptions[r.master][key] = r.num
		}
	}
	c.log = append(c.log, change{seq: r.seq, at: now, record: r})
	if len(c.log) > 64 && len(c.log) > 4*len(c.events) {
		c.log = slices.DeleteFunc(c.log, func(l change) bool { return l.record != nil && c.events[l.record.num] != l.record })
	}
	s.announce(c, old, r)
}

// lose notes that an occurrence left its series.
func (s *Server) lose(c *calendar, v *record) {
	s.seq++
	c.log = append(c.log, change{seq: s.seq, at: s.now(), lost: v})
}

// virtualAt is the occurrence of a series that begins at at and is no exception.
func (r *record) virtualAt(at time.Time) *record {
	v := r.clone()
	v.virtual, v.master, v.original = true, r.num, at
	v.End.At, v.Start.At = at.Add(r.End.At.Sub(r.Start.At)), at
	v.Recurrence, v.Dropped = nil, nil
	v.Transaction = ""
	v.id, v.immutable = occurrenceID(r.id, occurrence, at), occurrenceID(r.immutable, occurrence, at)
	return v
}

// occurrenceAt finds what stands in the place of an occurrence: an exception, or
// the occurrence itself; nil when it is cancelled or not in the series.
func (c *calendar) occurrenceAt(master *record, original time.Time) *record {
	if num, ok := c.exceptions[master.num][original.Unix()]; ok {
		return c.events[num]
	}
	if master.gone || master.dropped(original) || !master.occurs(original) {
		return nil
	}
	return master.virtualAt(original)
}

func (r *record) dropped(at time.Time) bool { return slices.ContainsFunc(r.Dropped, at.Equal) }

// find returns the event with this id, regular or immutable, also an occurrence;
// nil when there is none. Deleted ones are not found.
func (c *calendar) find(id string) *record {
	if series, original, ok := splitOccurrenceID(id); ok {
		master := c.named(series)
		if master == nil {
			return nil
		}
		if r := c.occurrenceAt(master, original); r != nil && (r.id == id || r.immutable == id) {
			return r
		}
		return nil
	}
	return c.named(id)
}

func (c *calendar) named(id string) *record {
	r := c.events[c.ids[id]]
	if r == nil || r.gone {
		return nil
	}
	return r
}

// exceptionsOf returns the exceptions of a series in the order of their occurrences.
func (c *calendar) exceptionsOf(master int64) []*record {
	var out []*record
	for _, num := range c.exceptions[master] {
		out = append(out, c.events[num])
	}
	slices.SortFunc(out, func(a, b *record) int { return a.original.Compare(b.original) })
	return out
}

// birth is when an event is made: two are never made in the same millisecond,
// also while the clock stands still.
func (s *Server) birth() time.Time {
	s.births++
	return s.now().Truncate(time.Millisecond).Add(time.Duration(s.births%1000) * time.Millisecond)
}
