package zoom

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// page is what a next_page_token stands for.
type page struct {
	host    *account
	rest    []int64 // meetings that follow
	number  int     // of the page that the token asks for
	total   int
	expires time.Time
	broken  bool // this page will fail
}

// The bounds of a listing.
const (
	pageLife    = 15 * time.Minute
	pageDefault = 30
	pageMost    = 300
	halfYear    = 183 * 24 * time.Hour // how far upcoming and previous reach
)

// choices are the values of a listing's `type`.
var choices = map[string]func(m *meeting, now time.Time) bool{
	"scheduled":         func(*meeting, time.Time) bool { return true },
	"live":              func(m *meeting, _ time.Time) bool { return m.started },
	"upcoming":          upcoming,
	"upcoming_meetings": upcoming,
	"previous_meetings": func(m *meeting, now time.Time) bool {
		end := m.start.Add(time.Duration(m.minutes) * time.Minute)
		return !m.start.IsZero() && end.Before(now) && now.Sub(end) < halfYear
	},
}

func upcoming(m *meeting, now time.Time) bool {
	if m.started || m.kind == openSeries {
		return true
	}
	next := m.start
	for _, o := range m.occurrences {
		if !o.deleted && o.start.After(now) {
			next = o.start
			break
		}
	}
	return next.After(now) && next.Sub(now) < halfYear
}

// listMeetings answers one page of a host's meetings.
func (s *Server) listMeetings(r *request) answer {
	host, refused := s.target(r)
	if refused != nil {
		return *refused
	}
	if host.forbidden {
		return *s.problem(400, 3161, msgNotAllowed)
	}
	size, refused := s.pageSize(r)
	if refused != nil {
		return *refused
	}
	if r.kind == "empty" {
		return answer{200, s.pageObject(nil, 1, size, 0, "")}
	}
	p, refused := s.openPage(r, host, size)
	if refused != nil {
		return *refused
	}
	if p.broken {
		return answer{500, fault{Code: 500, Message: msgInternalTrouble}}
	}
	cut := min(size, len(p.rest))
	if r.kind == "partial" {
		cut = min(cut, len(p.rest)/2) // it would have fitted
	}
	next := s.closePage(p, cut, r.kind == "partial", r.now)
	return answer{200, s.pageObject(p.rest[:cut], p.number, size, p.total, next)}
}

func (s *Server) pageSize(r *request) (int, *answer) {
	text := r.query.Get("page_size")
	if text == "" {
		return pageDefault, nil
	}
	size, err := strconv.Atoi(text)
	if err != nil || size < 1 || size > pageMost {
		return 0, s.invalid("page_size")
	}
	return size, nil
}

// openPage is the page that the request asks for: the first, one by number, or
// the one behind a token.
func (s *Server) openPage(r *request, host *account, size int) (*page, *answer) {
	if token := r.query.Get("next_page_token"); token != "" {
		p := s.pages[token]
		if p == nil || p.host != host || !r.now.Before(p.expires) {
			return nil, s.problem(400, 300, msgBadPage)
		}
		if r.kind == "partial" {
			p.broken = true
		}
		return p, nil
	}
	ids, refused := s.chosen(r, host)
	if refused != nil {
		return nil, refused
	}
	p := &page{host: host, rest: ids, number: 1, total: len(ids)}
	if text := r.query.Get("page_number"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, s.invalid("page_number")
		}
		p.number, p.rest = n, ids[min((n-1)*size, len(ids)):]
	}
	return p, nil
}

// closePage makes the token of what follows; empty if nothing does.
func (s *Server) closePage(p *page, cut int, broken bool, now time.Time) string {
	for token, old := range s.pages {
		if !now.Before(old.expires) {
			delete(s.pages, token)
		}
	}
	if cut == len(p.rest) && !broken {
		return ""
	}
	token := s.letters(32)
	s.pages[token] = &page{host: p.host, rest: p.rest[cut:], number: p.number + 1, total: p.total, expires: now.Add(pageLife), broken: broken}
	return token
}

// chosen are the ids of the host's meetings that the query asks for, by start.
// Instant meetings are never listed, nor what has expired.
func (s *Server) chosen(r *request, host *account) ([]int64, *answer) {
	wanted := choices[first(r.query.Get("type"), "scheduled")]
	if wanted == nil {
		return nil, s.invalid("type")
	}
	from, to, bad := period(r)
	if bad != "" {
		return nil, s.invalid(bad)
	}
	var found []*meeting
	for _, m := range s.meetings {
		listed := m.host == host && m.alive(r.now) && m.kind != instant && m.kind != screenOnly
		if !listed || r.kind == "stale" && r.now.Sub(m.created) < freshness {
			continue
		}
		inside := m.start.IsZero() || !m.start.Before(from) && (to.IsZero() || m.start.Before(to))
		if wanted(m, r.now) && inside {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *meeting) int {
		return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.id, b.id))
	})
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.id
	}
	return ids, nil
}

// period reads from and to, dates in the query's timezone, to included.
func period(r *request) (from, to time.Time, bad string) {
	zone := location(r.query.Get("timezone"))
	var err error
	if text := r.query.Get("from"); text != "" {
		if from, err = time.ParseInLocation(time.DateOnly, text, zone); err != nil {
			return from, to, "from"
		}
	}
	if text := r.query.Get("to"); text != "" {
		if to, err = time.ParseInLocation(time.DateOnly, text, zone); err != nil {
			return from, to, "to"
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, ""
}
