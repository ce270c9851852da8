package google

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// syncToken is what is inside the opaque token that ends a full reading.
type syncToken struct {
	Collection string `json:"c"` // calendar, or "calendarList"
	Account    string `json:"a"`
	Params     string `json:"p"` // parameters that an incremental reading must repeat
	Seq        int64  `json:"s"` // last change that the reading before has shown
	Epoch      int    `json:"e"`
	Issued     int64  `json:"t"` // Unix seconds
}

func (t syncToken) String() string {
	raw, _ := json.Marshal(t) // strings and numbers only
	return "C" + base64.RawURLEncoding.EncodeToString(raw) + "="
}

// openSyncToken reads a token that a client sent back. epoch is the
// collection's present one.
func (s *Server) openSyncToken(sent, collection, account, params string, epoch int) (syncToken, *apiError) {
	bad := &apiError{code: 400, domain: "global", reason: "invalid", message: "Invalid sync token value.", locationType: "parameter", locates: "syncToken"}
	var t syncToken
	inner, framed := strings.CutPrefix(sent, "C")
	inner, padded := strings.CutSuffix(inner, "=")
	raw, err := base64.RawURLEncoding.DecodeString(inner)
	if !framed || !padded || err != nil || json.Unmarshal(raw, &t) != nil {
		return t, bad
	}
	if t.Collection != collection || t.Account != account || t.Params != params {
		return t, bad
	}
	idle := s.now().Sub(time.Unix(t.Issued, 0))
	if t.Epoch != epoch || (s.behaviour.TokenLifetime > 0 && idle > s.behaviour.TokenLifetime) {
		return t, fullSyncRequired()
	}
	return t, nil
}

// pages keeps the readings whose later pages have not been asked for yet. What
// a reading found when it began is what its pages show, whatever is written
// meanwhile.
type pages struct {
	made int
	open map[string]*reading
	age  []string
}

// reading is one frozen result.
type reading struct {
	params string // every parameter that the next page must repeat
	items  []*record
	token  string // for the last page; "": this kind of query gets none
	// broken readings fail after their first page.
	broken bool
}

const maxReadings = 200

// keep stores a reading and returns what its page tokens begin with.
func (p *pages) keep(r *reading) string {
	if p.open == nil {
		p.open = map[string]*reading{}
	}
	p.made++
	id := fmt.Sprintf("r%d", p.made)
	p.open[id] = r
	p.age = append(p.age, id)
	if len(p.age) > maxReadings {
		delete(p.open, p.age[0])
		p.age = p.age[1:]
	}
	return id
}

func pageToken(id string, offset int) string {
	return base64.URLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d", id, offset))
}

// find returns the reading that a page token continues and where.
func (p *pages) find(sent, params string) (r *reading, id string, offset int, e *apiError) {
	bad := &apiError{code: 400, domain: "global", reason: "invalid", message: "Invalid page token value.", locationType: "parameter", locates: "pageToken"}
	raw, err := base64.URLEncoding.DecodeString(sent)
	if err != nil {
		return nil, "", 0, bad
	}
	id, at, _ := strings.Cut(string(raw), ".")
	if _, err := fmt.Sscanf(at, "%d", &offset); err != nil {
		return nil, "", 0, bad
	}
	r = p.open[id]
	if r == nil || r.params != params || offset < 0 || offset > len(r.items) {
		return nil, "", 0, bad
	}
	return r, id, offset, nil
}

// fingerprint writes down the parameters of a request except the named ones.
func fingerprint(path string, q url.Values, except ...string) string {
	kept := url.Values{}
	for k, v := range q {
		if !slices.Contains(except, k) {
			v = slices.Clone(v)
			slices.Sort(v)
			kept[k] = v
		}
	}
	return path + "?" + kept.Encode()
}
