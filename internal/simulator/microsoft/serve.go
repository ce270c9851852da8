package microsoft

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"slotward/internal/simulator"
)

func (s *Server) serve(m *method, w http.ResponseWriter, r *http.Request) {
	r.Header.Set("request-id", guid(rand.Text()))
	w.Header().Set("request-id", r.Header.Get("request-id"))
	w.Header().Set("client-request-id", r.Header.Get("client-request-id"))
	w.Header().Set("x-ms-ags-diagnostic", `{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"001","RoleInstance":"AM2PEPF0000"}}`)
	over, land := s.takeOff(r)
	defer land()
	refuse := func(w http.ResponseWriter, kind string) bool {
		s.mu.Lock()
		p := s.fault(m, kind)
		s.mu.Unlock()
		if p != nil {
			s.refuse(w, r, p)
		}
		return p != nil
	}
	s.desk.Serve(landing{w, land}, r, simulator.Call{Operation: m.name, Write: m.write}, refuse, func(w http.ResponseWriter, kind string) {
		if over {
			s.refuse(w, r, throttled())
			return
		}
		if p := s.buffer(r); p != nil {
			s.refuse(w, r, p)
			return
		}
		a, p := s.perform(m, r, kind)
		if p == nil && a.afterwards != nil {
			a, p = a.afterwards(r.Context())
		}
		if p != nil {
			s.refuse(w, r, p)
			return
		}
		s.reply(w, r, a)
	})
}

func (s *Server) reply(w http.ResponseWriter, r *http.Request, a answer) {
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	if a.etag != "" {
		w.Header().Set("ETag", a.etag)
	}
	if a.body == nil {
		if a.status == 0 {
			a.status = http.StatusNoContent
		}
		w.WriteHeader(a.status)
		return
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	s.mu.Lock()
	compress := s.behaviour.GzipAnswers && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	s.mu.Unlock()
	if !compress {
		writeJSON(w, a.status, a.body)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	writeJSON(zipped{w, z}, a.status, a.body)
	_ = z.Close()
}

type zipped struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (w zipped) Write(p []byte) (int, error) { return w.z.Write(p) }

const maxBody = 4 << 20

// buffer reads a request's body, compressed or not, before the server is locked.
func (s *Server) buffer(r *http.Request) *problem {
	s.mu.Lock()
	refuseGzip := s.behaviour.RefuseGzip
	s.mu.Unlock()
	var from io.Reader = r.Body
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		z, err := gzip.NewReader(r.Body)
		if refuseGzip || err != nil {
			return &problem{status: 415, code: "UnsupportedMediaType", message: "The request's Content-Encoding is not supported."}
		}
		from = z
	}
	raw, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	switch {
	case err != nil:
		raw = nil // the client broke off: there is nothing to act on
	case len(raw) > maxBody:
		return &problem{status: 413, code: "RequestEntityTooLarge", message: "The size of the request exceeds the maximum."}
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return nil
}

// perform does one call atomically.
func (s *Server) perform(m *method, r *http.Request, fault string) (answer, *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &request{Request: r, method: m, fault: fault}
	if p := s.admit(q); p != nil {
		return answer{}, p
	}
	a, p := m.do(s, q)
	if p != nil {
		return answer{}, p
	}
	if len(q.prefer.applied) > 0 {
		applied := strings.Join(q.prefer.applied, ", ")
		if a.header["Preference-Applied"] != "" {
			applied = a.header["Preference-Applied"] + ", " + applied
		}
		if a.header == nil {
			a.header = map[string]string{}
		}
		a.header["Preference-Applied"] = applied
	}
	return a, nil
}

// bearer finds the live access token of a request; nil when it has none.
func (s *Server) bearer(r *http.Request) *accessToken {
	value, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	t := s.access[value]
	if !ok || t == nil || !s.now().Before(t.expires) {
		return nil
	}
	return t
}

// admit checks who calls, what they may do, and the query options.
func (s *Server) admit(q *request) *problem {
	q.token = s.bearer(q.Request)
	if q.token == nil {
		return badToken()
	}
	q.account = s.accounts[q.token.account]
	if user := q.Header.Get(userHeader); user != "" && user != q.account.oid && !strings.EqualFold(user, q.account.email) {
		return &problem{status: 404, code: "ErrorInvalidUser", message: "The requested user '" + user + "' is invalid."}
	}
	if p := s.spend(q.token); p != nil {
		return p
	}
	if !slices.ContainsFunc(q.method.scopes, q.token.scopes.has) {
		return accessDenied()
	}
	var err error
	if q.query, err = url.ParseQuery(q.URL.RawQuery); err != nil {
		return invalidRequest("BadRequest", "The query could not be read.")
	}
	var p *problem
	if q.prefer, p = readPrefer(q.Header); p != nil {
		return p
	}
	known := strings.Fields(q.method.options)
	for name := range q.query {
		if slices.Contains(known, name) {
			continue
		}
		if q.method.name == "microsoft.delta" && s.behaviour.TolerantDelta {
			continue
		}
		if strings.HasPrefix(name, "$") {
			return invalidRequest("ErrorInvalidUrlQuery", "The following parameters are not supported with change tracking over the 'CalendarView' resource: '"+name+"'.")
		}
	}
	return nil
}

// calendarOf is the calendar that the path names, the default one when it names none.
func (s *Server) calendarOf(q *request, needs role) (*calendar, *problem) {
	c := q.account.home
	if id := q.PathValue("calendar"); id != "" {
		if c = s.calendars[id]; c == nil || c.roles[q.account.email] == none {
			return nil, noSuchCalendar()
		}
	}
	if c.roles[q.account.email] < needs {
		return nil, accessDenied()
	}
	return c, nil
}

// target finds the event that the path names, on any calendar of the mailbox or
// on the one that the path names.
func (s *Server) target(q *request, needs role) (*calendar, *record, *problem) {
	id := q.PathValue("event")
	if q.PathValue("calendar") != "" {
		c, p := s.calendarOf(q, reader)
		if p != nil {
			return nil, nil, p
		}
		return s.inCalendar(q, c, id, needs)
	}
	for _, c := range s.calendarsOf(q.account.email) {
		if c.find(id) != nil {
			return s.inCalendar(q, c, id, needs)
		}
	}
	return nil, nil, notFound()
}

func (s *Server) inCalendar(q *request, c *calendar, id string, needs role) (*calendar, *record, *problem) {
	r := c.find(id)
	switch {
	case r == nil:
		return nil, nil, notFound()
	case c.roles[q.account.email] < needs:
		return nil, nil, accessDenied()
	}
	return c, r, nil
}
