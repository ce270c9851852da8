package microsoft

import (
	"slices"
	"time"
)

// deltaNames are the spellings of the function; the SDK percent-encodes the brackets.
var deltaNames = []string{"delta", "delta()", "microsoft.graph.delta", "microsoft.graph.delta()"}

// delta answers one page of a round: everything in a window, or what changed
// there since the token was given out.
func (s *Server) delta(q *request) (answer, *problem) {
	if !slices.Contains(deltaNames, q.PathValue("delta")) {
		return answer{}, invalidRequest("BadRequest", "Resource not found for the segment '"+q.PathValue("delta")+"'.")
	}
	c, p := s.calendarOf(q, reader)
	if p != nil {
		return answer{}, p
	}
	return s.deltaOf(q, c, false)
}

// eventsDelta names single events and masters, without a window.
func (s *Server) eventsDelta(q *request) (answer, *problem) {
	if !s.behaviour.EventsDelta {
		return answer{}, invalidRequest("ErrorInvalidIdMalformed", "Id is malformed.")
	}
	c, p := s.calendarOf(q, reader)
	if p != nil {
		return answer{}, p
	}
	return s.deltaOf(q, c, true)
}

func (s *Server) deltaOf(q *request, c *calendar, events bool) (answer, *problem) {
	if token := q.query.Get("$skiptoken"); token != "" {
		r, id, offset := s.rounds.find(token, c.id, q.account.email)
		if r == nil {
			return answer{}, s.expired("", s.restart(q))
		}
		if r.broken {
			return answer{}, faults["503"]()
		}
		return s.deltaPage(q, c, r, id, offset, s.pageSize(q)), nil
	}
	token, incremental, p := s.openRound(q, c, events)
	if p != nil {
		return answer{}, p
	}
	size := s.pageSize(q)
	r := &round{token: token}
	upto := c.visible(s.now().Add(-s.behaviour.DeltaLag))
	switch {
	case q.fault == "empty":
		upto = token.Seq // a lie must not lose the changes for ever
	case incremental:
		r.items = s.changed(c, token, upto)
	default:
		r.items = s.everything(c, token)
	}
	if s.behaviour.Reversed {
		slices.Reverse(r.items)
	}
	r.token.Seq, r.token.Epoch, r.token.Issued = upto, c.epoch, s.now().Unix()
	if q.fault == "empty" && !incremental {
		r.token.Seq = c.lastSeq()
	}
	if q.fault == "partial" {
		r.broken = true
		size = min(size, (len(r.items)+1)/2)
	} else if s.behaviour.EmptyFirstPage {
		size = 0
	}
	id := ""
	if r.broken || len(r.items) > size || size == 0 {
		id = s.rounds.keep(r)
	}
	return s.deltaPage(q, c, r, id, 0, size), nil
}

// openRound reads what a round is to show.
func (s *Server) openRound(q *request, c *calendar, events bool) (t deltaToken, incremental bool, p *problem) {
	sent := q.query.Get("$deltatoken")
	if sent == "" {
		t = deltaToken{Calendar: c.id, Account: q.account.email, Events: events}
		if events && !q.query.Has("startDateTime") && !q.query.Has("endDateTime") {
			t.Until = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
			return t, false, nil
		}
		t.From, t.Until, p = window(q)
		return t, false, p
	}
	t, ok := readDeltaToken(sent)
	if !ok || t.Calendar != c.id || t.Account != q.account.email || t.Events != events {
		return t, true, invalidRequest("SyncStateInvalid", "The sync state is invalid.")
	}
	idle := s.now().Sub(time.Unix(t.Issued, 0))
	if t.Epoch != c.epoch || s.behaviour.TokenLifetime > 0 && idle > s.behaviour.TokenLifetime {
		return t, true, s.expired("", s.restart(q)+t.window())
	}
	return t, true, nil
}

// restart is where a new round begins.
func (s *Server) restart(q *request) string { return s.url + q.URL.EscapedPath() }

// window is a token's window as the options that ask for it.
func (t deltaToken) window() string {
	return "?startDateTime=" + t.From.Format(time.RFC3339) + "&endDateTime=" + t.Until.Format(time.RFC3339)
}

// deltaPage renders one page of a round.
func (s *Server) deltaPage(q *request, c *calendar, r *round, id string, offset, size int) answer {
	look := s.lens(c, q.account.email, q.prefer)
	end := min(len(r.items), offset+size)
	values := []any{}
	for _, one := range r.items[offset:end] {
		values = append(values, s.deltaItem(look, one))
	}
	body := map[string]any{"@odata.context": contextBase + "Collection(event)", "value": values}
	path := s.url + q.URL.EscapedPath()
	if end < len(r.items) || size == 0 || r.broken {
		body["@odata.nextLink"] = path + "?$skiptoken=" + skipToken(id, end)
	} else {
		body["@odata.deltaLink"] = path + "?$deltatoken=" + r.token.String()
	}
	return answer{body: body, header: map[string]string{"Preference-Applied": "odata.track-changes"}}
}

func (s *Server) deltaItem(look lens, one item) any {
	switch {
	case one.removed:
		return look.removed(one.record)
	case one.bare && !s.behaviour.FullOccurrences:
		return look.bare(one.record)
	}
	e := look.show(one.record)
	e.Type = eventType
	return e
}

// everything is what stands in the window: the master of each series that has
// anything there, then what it has.
func (s *Server) everything(c *calendar, t deltaToken) []item {
	var out []item
	for _, r := range c.standing() {
		switch {
		case r.Recurrence == nil:
			if touches(r.Start.At, r.End.At, t.From, t.Until) && (!t.Events || r.master == 0) {
				out = append(out, item{record: r})
			}
		case t.Events:
			out = append(out, item{record: r})
		default:
			found := c.occurrencesIn(r, t.From, t.Until)
			if !s.behaviour.NoMasters && (len(found) > 0 || c.anyIn(r, t)) {
				out = append(out, item{record: r})
			}
			for _, v := range found {
				out = append(out, item{record: v, bare: true})
			}
		}
	}
	return out
}

// anyIn reports whether an exception of a series stands in the window.
func (c *calendar) anyIn(master *record, t deltaToken) bool {
	return slices.ContainsFunc(c.exceptionsOf(master.num), func(x *record) bool {
		return touches(x.Start.At, x.End.At, t.From, t.Until)
	})
}

// changed is what happened since the token, up to a change. What is outside the
// window comes as removed, also if it never was inside.
func (s *Server) changed(c *calendar, t deltaToken, upto int64) []item {
	var out []item
	first, _ := slices.BinarySearchFunc(c.log, t.Seq+1, func(l change, seq int64) int { return int(l.seq - seq) })
	for _, l := range c.log[first:] {
		if l.seq > upto {
			break
		}
		switch {
		case l.lost != nil:
			if touches(l.lost.Start.At, l.lost.End.At, t.From, t.Until) && !t.Events {
				out = append(out, item{record: l.lost, removed: true})
			}
		case c.events[l.record.num] == l.record || s.behaviour.Replays:
			out = append(out, s.changedRecord(c, t, l.record)...)
		}
	}
	return out
}

func (s *Server) changedRecord(c *calendar, t deltaToken, r *record) []item {
	switch {
	case t.Events:
		if r.master != 0 {
			return nil
		}
		return []item{{record: r, removed: r.gone}}
	case r.Recurrence != nil:
		return s.changedSeries(c, t, r)
	case r.gone || !touches(r.Start.At, r.End.At, t.From, t.Until):
		return []item{{record: r, removed: true}}
	}
	return []item{{record: r}}
}

// changedSeries names a series and, if its occurrences changed, all of them.
func (s *Server) changedSeries(c *calendar, t deltaToken, r *record) []item {
	var found []*record
	if r.gone {
		for _, at := range r.between(t.From, t.Until) {
			if !r.dropped(at) {
				found = append(found, r.virtualAt(at))
			}
		}
	} else {
		found = c.occurrencesIn(r, t.From, t.Until)
	}
	inside := len(found) > 0 || c.anyIn(r, t)
	var out []item
	if !s.behaviour.NoMasters && (r.gone || !s.behaviour.MastersMissing) {
		out = append(out, item{record: r, removed: r.gone || !inside})
	}
	if r.shape <= t.Seq && !r.gone {
		return out
	}
	for _, v := range found {
		out = append(out, item{record: v, bare: true, removed: r.gone})
	}
	return out
}

// visible is the last change that was made by then.
func (c *calendar) visible(then time.Time) int64 {
	for i := len(c.log) - 1; i >= 0; i-- {
		if !c.log[i].at.After(then) {
			return c.log[i].seq
		}
	}
	return 0
}

func (c *calendar) lastSeq() int64 {
	if len(c.log) == 0 {
		return 0
	}
	return c.log[len(c.log)-1].seq
}
