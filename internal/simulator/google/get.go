package google

import (
	"net/http"
	"slices"
	"time"
)

func (s *Server) getEvent(q *request) (answer, *apiError) {
	s.finishMeets(q.calendar)
	r := q.calendar.find(q.PathValue("eventId"))
	if r == nil {
		return answer{}, notFound()
	}
	if q.Header.Get("If-None-Match") == r.etag() {
		return answer{status: http.StatusNotModified}, nil
	}
	e := q.lens().show(r)
	return answer{body: e, etag: e.ETag}, nil
}

// listInstances lists the occurrences of one series. Unlike events.list its
// timeMin is inclusive, and there are no sync tokens.
func (s *Server) listInstances(q *request) (answer, *apiError) {
	c := q.calendar
	s.finishMeets(c)
	look := q.lens()
	frozen := fingerprint(q.URL.Path+" "+q.account, q.query, "pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "userIp")
	if sent := q.query.Get("pageToken"); sent != "" {
		r, id, offset, e := s.pages.find(sent, frozen)
		if e != nil {
			return answer{}, e
		}
		return s.page(q, look, r, id, offset, s.pageSize(q)), nil
	}
	master := c.events[q.PathValue("eventId")]
	if master == nil {
		return answer{}, notFound()
	}
	if !master.isSeries() {
		return answer{}, invalid("Bad Request")
	}
	items, e := s.instancesOf(q, master)
	if e != nil {
		return answer{}, e
	}
	r := &reading{params: frozen, items: items}
	size, id := s.pageSize(q), ""
	if len(items) > size {
		id = s.pages.keep(r)
	}
	return s.page(q, look, r, id, 0, size), nil
}

func (s *Server) instancesOf(q *request, master *record) ([]*record, *apiError) {
	c := q.calendar
	timeMin, timeMax := timeParam(q.query, "timeMin"), timeParam(q.query, "timeMax")
	if !timeMin.IsZero() && !timeMax.IsZero() && !timeMin.Before(timeMax) {
		return nil, emptyTimeRange("timeMax")
	}
	lq := listQuery{timeMin: timeMin, timeMax: timeMax}
	until := s.now().Add(farFuture)
	if !timeMax.IsZero() {
		until = lq.upper()
	}
	items := c.expand(master, lq.lower(master), until)
	return slices.DeleteFunc(items, func(r *record) bool {
		switch {
		case r.cancelled() && !boolParam(q.query, "showDeleted"):
			return true
		case !timeMin.IsZero() && r.end.instant(c.loc).Before(timeMin):
			return true
		case !timeMax.IsZero() && !r.start.instant(c.loc).Before(timeMax):
			return true
		case q.query.Has("originalStart") && !isOriginal(r, q.query.Get("originalStart")):
			return true
		}
		return false
	}), nil
}

// isOriginal compares the key of an occurrence with a date or a time.
func isOriginal(r *record, original string) bool {
	if day, err := time.Parse(dayLayout, original); err == nil {
		return r.original.AllDay && r.original.At.Equal(day)
	}
	at, err := time.Parse(time.RFC3339, original)
	return err == nil && r.original.At.Equal(at)
}
