package microsoft

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const contextBase = "https://graph.microsoft.com/v1.0/$metadata#"

// entity renders one event with what $expand and $select ask for.
func (s *Server) entity(q *request, c *calendar, r *record) (any, *problem) {
	x, p := parseExpand(q.query.Get("$expand"))
	if p != nil {
		return nil, p
	}
	e := s.expanded(q, c, r, x)
	choice := q.query.Get("$select")
	if !slices.Contains(strings.Split(choice, ","), "cancelledOccurrences") {
		e.CancelledOccurrences = nil // comes only when it is selected
	}
	e.Context = contextBase + "users('" + q.account.oid + "')/events/$entity"
	return selected(e, choice)
}

// cancelledName is what Graph calls a cancelled occurrence of a series.
func (r *record) cancelledName(id string, at time.Time) string {
	return "OID." + id + "." + at.In(r.Start.location(r.AllDay)).Format(dateOnly)
}

func (s *Server) expanded(q *request, c *calendar, r *record, x expansion) event {
	look := s.lens(c, q.account.email, q.prefer)
	e := look.show(r)
	if r.Recurrence != nil {
		e.CancelledOccurrences = []string{}
		for _, at := range r.Dropped {
			e.CancelledOccurrences = append(e.CancelledOccurrences, r.cancelledName(look.idOf(r), at))
		}
	}
	if value, ok := r.property(x.property); ok && x.property != "" {
		e.Properties = []property{{x.property, value}}
	}
	if x.exceptions && r.Recurrence != nil {
		e.ExceptionOccurrences = []event{}
		for _, one := range c.exceptionsOf(r.num) {
			e.ExceptionOccurrences = append(e.ExceptionOccurrences, look.show(one))
		}
	}
	if x.calendar {
		e.Calendar = s.wireCalendar(q.account, c)
	}
	return e
}

func (s *Server) getEvent(q *request) (answer, *problem) {
	c, r, p := s.target(q, reader)
	if p != nil {
		return answer{}, p
	}
	body, p := s.entity(q, c, r)
	return answer{body: body, etag: r.etag()}, p
}

// window reads startDateTime and endDateTime: an offset in the value counts, no
// offset is UTC, whatever zone is preferred.
func window(q *request) (from, until time.Time, p *problem) {
	for name, to := range map[string]*time.Time{"startDateTime": &from, "endDateTime": &until} {
		value := q.query.Get(name)
		if value == "" {
			value = q.query.Get(strings.ToLower(name))
		}
		if value == "" {
			return from, until, invalidRequest("ErrorInvalidParameter", "This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.")
		}
		var err error
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.9999999", "2006-01-02T15:04", dateOnly} {
			if *to, err = time.Parse(layout, value); err == nil {
				break
			}
		}
		if err != nil {
			return from, until, invalidRequest("ErrorInvalidParameter", "The value '"+value+"' of parameter '"+name+"' is invalid.")
		}
		*to = to.UTC()
	}
	if !from.Before(until) {
		return from, until, invalidRequest("ErrorInvalidParameter", "EndDateTime must be after StartDateTime.")
	}
	return from, until, nil
}

// listView answers with what stands in a window: single events, occurrences and
// exceptions, all of them complete.
func (s *Server) listView(q *request) (answer, *problem) {
	c, p := s.calendarOf(q, reader)
	if p != nil {
		return answer{}, p
	}
	if s.behaviour.NoViewExpand && q.query.Has("$expand") {
		return answer{}, invalidRequest("ErrorInvalidUrlQuery", "The query option '$expand' is not supported on 'CalendarView'.")
	}
	from, until, p := window(q)
	if p != nil {
		return answer{}, p
	}
	return s.page(q, c, c.inWindow(from, until))
}

// inWindow is what stands in a window, occurrences one by one.
func (c *calendar) inWindow(from, until time.Time) []*record {
	var found []*record
	for _, r := range c.standing() {
		if r.Recurrence != nil {
			found = append(found, c.occurrencesIn(r, from, until)...)
		} else if touches(r.Start.At, r.End.At, from, until) {
			found = append(found, r)
		}
	}
	return found
}

// listEvents answers with single events and masters.
func (s *Server) listEvents(q *request) (answer, *problem) {
	c, p := s.calendarOf(q, reader)
	if p != nil {
		return answer{}, p
	}
	return s.page(q, c, slices.DeleteFunc(c.standing(), func(r *record) bool { return r.master != 0 }))
}

func (s *Server) listInstances(q *request) (answer, *problem) {
	c, r, p := s.target(q, reader)
	if p != nil {
		return answer{}, p
	}
	from, until, p := window(q)
	if p != nil {
		return answer{}, p
	}
	if r.Recurrence == nil {
		return answer{}, invalidRequest("ErrorInvalidRequest", "The specified event is not a series master.")
	}
	found := c.occurrencesIn(r, from, until)
	for _, x := range c.exceptionsOf(r.num) {
		if touches(x.Start.At, x.End.At, from, until) {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b *record) int { return a.Start.At.Compare(b.Start.At) })
	return s.page(q, c, found)
}

// standing are the events of a calendar that are not deleted, in the order in
// which they were made.
func (c *calendar) standing() []*record {
	var out []*record
	for _, r := range c.events {
		if !r.gone {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *record) int { return int(a.num - b.num) })
	return out
}

// occurrencesIn are the occurrences of a series in a window that are neither
// changed nor cancelled.
func (c *calendar) occurrencesIn(master *record, from, until time.Time) []*record {
	var out []*record
	for _, at := range master.between(from, until) {
		if _, changed := c.exceptions[master.num][at.Unix()]; !changed && !master.dropped(at) {
			out = append(out, master.virtualAt(at))
		}
	}
	return out
}

const (
	standardPage = 10
	largestPage  = 1000
)

func (s *Server) pageSize(q *request) int {
	size := cmp.Or(s.behaviour.PageSize, standardPage)
	if q.prefer.pageSize > 0 {
		size = q.prefer.pageSize
	}
	if n, err := strconv.Atoi(q.query.Get("$top")); err == nil && n > 0 {
		size = n
	}
	size = min(size, largestPage)
	if s.behaviour.PageCap > 0 {
		size = min(size, s.behaviour.PageCap)
	}
	return size
}

// page answers with one page of a plain list. Lists are not frozen: a later
// page shows what is there when it is asked for.
func (s *Server) page(q *request, c *calendar, all []*record) (answer, *problem) {
	test, p := parseFilter(q.query.Get("$filter"))
	if p != nil {
		return answer{}, p
	}
	all = slices.DeleteFunc(slices.Clone(all), func(r *record) bool { return !test(r) })
	sortEvents(all, q.query.Get("$orderby"))
	skip := 0
	if text := q.query.Get("$skip"); text != "" {
		var err error
		if skip, err = strconv.Atoi(text); err != nil || skip < 0 {
			return answer{}, invalidRequest("ErrorInvalidUrlQuery", "The value of $skip is invalid.")
		}
	}
	total := len(all)
	skip = min(skip, total)
	size := s.pageSize(q)
	end := min(total, skip+size)
	body := map[string]any{"@odata.context": contextBase + "users('" + q.account.oid + "')/calendars('" + c.id + "')/events"}
	values := []any{}
	for _, r := range all[skip:end] {
		one, p := s.entity(q, c, r)
		if p != nil {
			return answer{}, p
		}
		if e, ok := one.(event); ok {
			e.Context = ""
			one = e
		}
		values = append(values, withoutContext(one))
	}
	body["value"] = values
	if q.query.Get("$count") == "true" {
		body["@odata.count"] = total
	}
	if end < total {
		next := *q.URL
		options := next.Query()
		options.Set("$skip", fmt.Sprint(end))
		next.RawQuery = options.Encode()
		body["@odata.nextLink"] = s.url + next.RequestURI()
	}
	return answer{body: body}, nil
}

func sortEvents(all []*record, order string) {
	name, direction, _ := strings.Cut(order, " ")
	switch name {
	case "start/dateTime", "end/dateTime", "subject", "createdDateTime", "lastModifiedDateTime":
		slices.SortStableFunc(all, func(a, b *record) int { return strings.Compare(field(a, name), field(b, name)) })
	}
	if direction == "desc" {
		slices.Reverse(all)
	}
}
