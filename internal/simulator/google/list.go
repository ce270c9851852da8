package google

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// These cannot go with a sync token; readings with all but the two times get
// no token for the next one either.
var (
	noSyncWith  = []string{"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"}
	noTokenWith = []string{"iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin"}
)

// listQuery is events.list after reading its parameters.
type listQuery struct {
	single, showDeleted bool
	incremental         bool // with a sync token
	from                int64
	timeMin, timeMax    time.Time // zero: open
	updatedMin          time.Time
	types               []string
}

func (s *Server) listEvents(q *request) (answer, *apiError) {
	c := q.calendar
	s.finishMeets(c)
	look := q.lens()
	look.stripped = q.query.Get("syncToken") != "" && !boolParam(q.query, "showDeleted")
	frozen := fingerprint(q.URL.Path+" "+q.account, q.query, "pageToken", "maxResults", "fields", "prettyPrint", "quotaUser", "key", "userIp")
	if sent := q.query.Get("pageToken"); sent != "" {
		r, id, offset, e := s.pages.find(sent, frozen)
		if e == nil && r.broken {
			e = backendError(500)
		}
		if e != nil {
			return answer{}, e
		}
		return s.page(q, look, r, id, offset, s.pageSize(q)), nil
	}
	lq, e := s.readListQuery(q)
	if e != nil {
		return answer{}, e
	}
	r := &reading{params: frozen, items: s.matching(c, lq, q)}
	if !hasAny(q, noTokenWith) {
		r.token = syncToken{c.id, q.account, boundParams(q), s.seq, c.epoch, s.now().Unix()}.String()
	}
	size := s.pageSize(q)
	switch q.fault {
	case "empty":
		r.items = nil
		if lq.incremental {
			// A lie about an increment must not lose the changes for ever.
			r.token = q.query.Get("syncToken")
		}
	case "partial":
		r.broken = true
		size = min(size, (len(r.items)+1)/2)
	default:
		if s.behaviour.EmptyFirstPage {
			size = 0
		}
		if size > 0 && r.token != "" && q.Header.Get("If-None-Match") == collectionTag(c) && !lq.incremental {
			return answer{status: http.StatusNotModified}, nil
		}
	}
	id := ""
	if r.broken || len(r.items) > size {
		id = s.pages.keep(r)
	}
	return s.page(q, look, r, id, 0, size), nil
}

// page renders one page of a reading.
func (s *Server) page(q *request, look lens, r *reading, id string, offset, size int) answer {
	c := q.calendar
	end := min(len(r.items), offset+size)
	body := collection{
		Kind: "calendar#events", ETag: collectionTag(c), Summary: c.name, Updated: c.updated.Format(milliLayout),
		TimeZone: look.zone.String(), AccessRole: q.role.String(), DefaultReminders: []reminder{}, Items: make([]event, 0, end-offset),
	}
	for _, item := range r.items[offset:end] {
		body.Items = append(body.Items, look.show(item))
	}
	if end < len(r.items) || r.broken {
		body.NextPageToken = pageToken(id, end)
	} else {
		body.NextSyncToken = r.token
	}
	return answer{body: body, etag: body.ETag}
}

func (s *Server) pageSize(q *request) int {
	size := min(intParam(q.query, "maxResults", 250), 2500)
	if s.behaviour.PageCap > 0 {
		size = min(size, s.behaviour.PageCap)
	}
	return size
}

func collectionTag(c *calendar) string {
	var last int64
	if len(c.log) > 0 {
		last = c.log[len(c.log)-1].seq
	}
	return fmt.Sprintf("%q", fmt.Sprintf("p32%014xg0o", last))
}

func hasAny(q *request, names []string) bool {
	return slices.ContainsFunc(names, q.query.Has)
}

// boundParams are the parameters that every reading with a sync token must
// repeat as they were.
func boundParams(q *request) string {
	types := slices.Sorted(slices.Values(q.query["eventTypes"]))
	return fmt.Sprintf("single=%t types=%s hidden=%t", boolParam(q.query, "singleEvents"), strings.Join(types, ","), boolParam(q.query, "showHiddenInvitations"))
}

func (s *Server) readListQuery(q *request) (listQuery, *apiError) {
	v := q.query
	lq := listQuery{
		// Who sees only free/busy gets instances whatever was asked for.
		single:      boolParam(v, "singleEvents") || q.role == freeBusyReader,
		showDeleted: boolParam(v, "showDeleted"),
		timeMin:     timeParam(v, "timeMin"), timeMax: timeParam(v, "timeMax"), updatedMin: timeParam(v, "updatedMin"),
		types: v["eventTypes"],
	}
	if v.Get("orderBy") == "startTime" && !boolParam(v, "singleEvents") {
		return lq, &apiError{code: 400, domain: "calendar", reason: "badRequest", message: "The requested ordering is not available for the particular query."}
	}
	if !lq.timeMin.IsZero() && !lq.timeMax.IsZero() && !lq.timeMin.Before(lq.timeMax) {
		return lq, emptyTimeRange("timeMax")
	}
	if !lq.updatedMin.IsZero() && lq.updatedMin.Before(s.now().AddDate(0, 0, -30)) {
		return lq, &apiError{code: 410, domain: "calendar", reason: "updatedMinTooLongAgo", locationType: "parameter", locates: "updatedMin",
			message: "The requested minimum modification time lies too far in the past."}
	}
	for _, p := range slices.Concat(v["privateExtendedProperty"], v["sharedExtendedProperty"]) {
		if !strings.Contains(p, "=") {
			return lq, invalid("Invalid Value")
		}
	}
	if !v.Has("syncToken") {
		return lq, nil
	}
	if hasAny(q, noSyncWith) || v.Get("showDeleted") == "false" {
		return lq, &apiError{code: 400, domain: "global", reason: "badRequest", locationType: "parameter", locates: "syncToken",
			message: "Sync token cannot be combined with other query restrictions."}
	}
	t, e := s.openSyncToken(v.Get("syncToken"), q.calendar.id, q.account, boundParams(q), q.calendar.epoch)
	lq.incremental, lq.from = true, t.Seq
	return lq, e
}

func emptyTimeRange(parameter string) *apiError {
	e := &apiError{code: 400, domain: "calendar", reason: "timeRangeEmpty", message: "The specified time range is empty."}
	if parameter != "" {
		e.locationType, e.locates = "parameter", parameter
	}
	return e
}
