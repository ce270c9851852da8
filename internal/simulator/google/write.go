package google

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strings"
)

const maxBody = 4 << 20

// readBody reads a JSON object.
func readBody(r *http.Request) (map[string]any, *apiError) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, &apiError{code: 400, domain: "global", reason: "badContent",
			message: fmt.Sprintf("Media type '%s' is not supported. Valid media types: [application/json]", kind)}
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, invalid("Bad Request")
	}
	if len(raw) > maxBody {
		return nil, &apiError{code: 413, domain: "global", reason: "uploadTooLarge", message: "Request Too Large"}
	}
	var body map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&body); err != nil || body == nil || d.More() {
		return nil, &apiError{code: 400, domain: "global", reason: "parseError", message: "Parse Error"}
	}
	return body, nil
}

// mergePatch applies a body to a resource: members that are absent stay, null
// clears, objects are merged, arrays and values are replaced whole.
func mergePatch(into, body map[string]any) map[string]any {
	for k, v := range body {
		switch v := v.(type) {
		case nil:
			delete(into, k)
		case map[string]any:
			old, ok := into[k].(map[string]any)
			if !ok {
				old = map[string]any{}
			}
			into[k] = mergePatch(old, v)
		default:
			into[k] = v
		}
	}
	return into
}

// decodeStrict turns a merged resource into an event; members that events do
// not have, or of the wrong type, are refused.
func decodeStrict(v, into any) *apiError {
	raw, err := json.Marshal(v)
	if err != nil {
		return &apiError{code: 400, domain: "global", reason: "parseError", message: "Parse Error"}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return invalid("Invalid JSON payload received. Unknown name " + name + ": Cannot find field.")
		}
		return invalid("Invalid Value")
	}
	return nil
}

// asMap renders an event as a client would have read it.
func asMap(e event) map[string]any {
	raw, _ := json.Marshal(e) // an event always marshals
	out := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	_ = d.Decode(&out)
	return out
}

// full is the whole of a record, whoever asks: what a body is merged into.
func (q *request) full(r *record) event {
	l := lens{calendar: q.calendar, role: owner, account: r.Creator.Email, zone: q.calendar.loc}
	if r.cancelled() {
		live := r.clone()
		live.Status = "confirmed"
		e := l.show(live)
		e.Status = "cancelled"
		return e
	}
	return l.show(r)
}

// target finds the event that a write names and checks that it may be written.
func (q *request) target() (*record, *apiError) {
	r := q.calendar.find(q.PathValue("eventId"))
	if r == nil || r.bare {
		return nil, notFound()
	}
	if q.lens().hides(r) {
		return nil, needsWriter()
	}
	if want := q.Header.Get("If-Match"); want != "" && want != "*" && want != r.etag() {
		return nil, conditionNotMet()
	}
	return r, nil
}

// edited is the event that a write names, and what the body makes of it when it
// is merged into what onto returns.
func (q *request) edited(onto func(*record) map[string]any) (r *record, wanted event, body map[string]any, e *apiError) {
	if body, e = readBody(q.Request); e != nil {
		return nil, event{}, nil, e
	}
	if r, e = q.target(); e != nil {
		return nil, event{}, nil, e
	}
	e = decodeStrict(mergePatch(onto(r), body), &wanted)
	return r, wanted, body, e
}

func (s *Server) patchEvent(q *request) (answer, *apiError) {
	r, wanted, body, e := q.edited(func(r *record) map[string]any { return asMap(q.full(r)) })
	if e != nil {
		return answer{}, e
	}
	return s.change(q, r, wanted, body)
}

func (s *Server) updateEvent(q *request) (answer, *apiError) {
	r, wanted, body, e := q.edited(func(*record) map[string]any { return map[string]any{} })
	if e != nil {
		return answer{}, e
	}
	if r.organizer() != q.calendar.id {
		// Leaving the guests' permissions out sets them, too.
		return answer{}, notOrganizer()
	}
	if wanted.Status == "" {
		wanted.Status = "confirmed"
	}
	if _, ok := body["conferenceData"]; !ok {
		body["conferenceData"] = nil
	}
	return s.change(q, r, wanted, body)
}

var chosenID = regexp.MustCompile(`^[a-v0-9]{5,}$`)

func (s *Server) insertEvent(q *request) (answer, *apiError) {
	body, e := readBody(q.Request)
	if e != nil {
		return answer{}, e
	}
	var wanted event
	if e := decodeStrict(mergePatch(map[string]any{}, body), &wanted); e != nil {
		return answer{}, e
	}
	c := q.calendar
	id := wanted.ID
	switch {
	case id == "":
		id = s.newID()
	case !chosenID.MatchString(id) || len(id) > 1024:
		return answer{}, invalid("Invalid resource id value.")
	case c.events[id] != nil:
		return answer{}, faultErrors["duplicate"]()
	}
	r := s.blank(c, id, q.account)
	if wanted.ICalUID != "" {
		r.ICalUID = wanted.ICalUID
	}
	if wanted.EventType != "" {
		r.EventType = wanted.EventType
	}
	if r.EventType == "fromGmail" || !validType(r.EventType) {
		return answer{}, invalid("Event type cannot be used for new events.")
	}
	if s.accounts[q.account].autoMeet && intParam(q.query, "conferenceDataVersion", 0) == 0 {
		// With version 0 Google itself honours the user's setting to add Meet.
		r.Conference, r.HangoutLink = s.newMeet("auto-" + id)
	}
	return s.change(q, r, wanted, body)
}

// change carries a checked write out: the heart of insert, patch and update.
func (s *Server) change(q *request, old *record, wanted event, body map[string]any) (answer, *apiError) {
	c := q.calendar
	next, e := s.apply(q, old, wanted, body)
	if e != nil {
		return answer{}, e
	}
	if !differs(old, next) {
		s.mail(q, next, "update")
		shown := q.lens().show(old)
		return answer{body: shown, etag: shown.ETag}, nil
	}
	kind := "update"
	switch {
	case old.seq == 0:
		kind = "invitation"
	case next.cancelled() && !old.cancelled():
		kind = "cancellation"
	}
	s.commit(c, old, next)
	s.mail(q, next, kind)
	shown := q.lens().show(c.events[next.ID])
	return answer{body: shown, etag: shown.ETag}, nil
}

// commit stores a change by whoever owns calendar c and lets it have its
// effects: on exceptions, and on the copies of others.
func (s *Server) commit(c *calendar, old, next *record) {
	if significant(old, next) {
		n := int32(0)
		if old.Sequence != nil {
			n = *old.Sequence + 1
		}
		next.Sequence = &n
	}
	s.put(c, next, !onlyReminders(old, next))
	if next.isSeries() {
		if s.behaviour.ExceptionsFollow {
			s.follow(c, old, next)
		}
		s.dropOrphans(c, next)
	}
	switch home := s.organizersCopy(c, next); {
	case next.organizer() == c.id:
		s.share(c, next)
	case home == nil || home == c:
	case next.GuestsCanModify && sharedDiffers(old, next):
		there := home.find(next.ID).clone()
		copyShared(there, next)
		s.put(home, there, true)
		s.share(home, there)
	default:
		if mine := responseOf(next, c.id); mine != responseOf(old, c.id) {
			s.shareResponse(c, next, mine)
		}
	}
}
