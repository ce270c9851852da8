package microsoft

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// deltaToken is what is inside the opaque link that ends a round. The window is
// part of it.
type deltaToken struct {
	Calendar string    `json:"c"`
	Account  string    `json:"a"`
	From     time.Time `json:"f"`
	Until    time.Time `json:"u"`
	Events   bool      `json:"v,omitempty"` // of events/delta, not of calendarView
	Seq      int64     `json:"s"`           // last change that the round before has shown
	Epoch    int       `json:"e"`
	Issued   int64     `json:"t"`
}

func (t deltaToken) String() string {
	raw, _ := json.Marshal(t) // strings, numbers and times only
	return "R0usmcdvmMu7" + base64.RawURLEncoding.EncodeToString(raw)
}

func readDeltaToken(text string) (t deltaToken, ok bool) {
	inner, framed := strings.CutPrefix(text, "R0usmcdvmMu7")
	raw, err := base64.RawURLEncoding.DecodeString(inner)
	return t, framed && err == nil && json.Unmarshal(raw, &t) == nil
}

// item is one line of a round.
type item struct {
	record  *record
	removed bool
	bare    bool
}

// round is one frozen result: what was found when it began is what its later
// pages show.
type round struct {
	token  deltaToken // for the next round
	items  []item
	broken bool // fails after its first page
}

// rounds keeps those whose later pages have not been asked for yet.
type rounds struct {
	made int
	open map[string]*round
	age  []string
}

const maxRounds = 200

func (p *rounds) keep(r *round) string {
	if p.open == nil {
		p.open = map[string]*round{}
	}
	p.made++
	id := fmt.Sprintf("r%d", p.made)
	p.open[id] = r
	p.age = append(p.age, id)
	if len(p.age) > maxRounds {
		delete(p.open, p.age[0])
		p.age = p.age[1:]
	}
	return id
}

func skipToken(id string, offset int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d", id, offset))
}

// find returns the round that a skip token continues, and where; nil when the
// token is not one of ours, or too old.
func (p *rounds) find(token, calendar, account string) (r *round, id string, offset int) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, "", 0
	}
	id, at, _ := strings.Cut(string(raw), ".")
	if _, err := fmt.Sscanf(at, "%d", &offset); err != nil {
		return nil, "", 0
	}
	r = p.open[id]
	if r == nil || r.token.Calendar != calendar || r.token.Account != account || offset < 0 || offset > len(r.items) {
		return nil, "", 0
	}
	return r, id, offset
}
