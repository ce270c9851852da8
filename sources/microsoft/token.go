package microsoft

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"slotward/sources"
)

const (
	tokenVersion = 1
	// maxKnown is how many occurrences a token remembers, to be able to say of
	// what series a removed one was: four bytes each.
	maxKnown = 20_000
)

// token is what is kept between two readings of a calendar.
type token struct {
	Version int      `json:"v"`
	Link    string   `json:"link"` // Graph's delta link
	From    int64    `json:"from"` // the window, in Unix seconds
	To      int64    `json:"to"`
	Rolled  int64    `json:"rolled"` // when the window was set; zero: set it anew at once
	Facts   facts    `json:"facts"`
	Series  []series `json:"series,omitempty"`
}

// series is what is remembered of one. Graph names a removed occurrence by its
// own id alone, so that its series must be known beforehand.
type series struct {
	ID          string    `json:"id"`
	Occurrences string    `json:"o,omitempty"` // digests of the ids, four bytes each, base64
	Exceptions  []changed `json:"x,omitempty"`
}

// changed is an exception of a series.
type changed struct {
	Digest   uint32 `json:"h"`
	Original int64  `json:"at"` // Unix seconds
}

// digest stands for an event's id where a mistake costs no more than a request.
func digest(id string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return h.Sum32()
}

// parseToken reads a token. One that is not ours is ErrExpired: read anew.
func parseToken(text string) (token, error) {
	var t token
	if err := json.Unmarshal([]byte(text), &t); err != nil || t.Version != tokenVersion || t.Link == "" {
		return token{}, fmt.Errorf("outlook calendar: reading a calendar: the sync token is of another version: %w", sources.ErrExpired)
	}
	return t, nil
}

func (t token) String() string {
	out, _ := json.Marshal(t) // strings and numbers: never fails
	return string(out)
}

// due reports whether the window has to be set anew.
func (t token) due(now time.Time) bool {
	age := now.Sub(time.Unix(t.Rolled, 0))
	return age >= rollAfter || age < -rollAfter
}

// roster is the series of a calendar while a reading goes on.
type roster map[string]*member

// member is one series on the roster.
type member struct {
	occurrences map[uint32]bool
	exceptions  map[uint32]int64
}

func newRoster(list []series) roster {
	r := roster{}
	for _, s := range list {
		k := r.at(s.ID)
		raw, _ := base64.RawURLEncoding.DecodeString(s.Occurrences)
		for ; len(raw) >= 4; raw = raw[4:] {
			k.occurrences[binary.BigEndian.Uint32(raw)] = true
		}
		for _, x := range s.Exceptions {
			k.exceptions[x.Digest] = x.Original
		}
	}
	return r
}

func (r roster) at(id string) *member {
	k := r[id]
	if k == nil {
		k = &member{occurrences: map[uint32]bool{}, exceptions: map[uint32]int64{}}
		r[id] = k
	}
	return k
}

// seriesOf finds the series that a removed event belonged to; original is set
// if it was an exception.
func (r roster) seriesOf(id string) (found string, original time.Time, ok bool) {
	if r[id] != nil {
		return id, time.Time{}, true
	}
	d := digest(id)
	for name, k := range r {
		if at, exception := k.exceptions[d]; exception {
			return name, time.Unix(at, 0).UTC(), true
		}
		if k.occurrences[d] {
			found, ok = name, true
		}
	}
	return found, time.Time{}, ok
}

// list writes the roster down, in a fixed order. What does not fit is left out;
// a removed occurrence of such a series is noticed when the window is set anew.
func (r roster) list() []series {
	names := make([]string, 0, len(r))
	for name := range r {
		names = append(names, name)
	}
	slices.Sort(names)
	left := maxKnown
	out := make([]series, 0, len(names))
	for _, name := range names {
		k := r[name]
		s := series{ID: name}
		if left -= len(k.occurrences); left >= 0 {
			s.Occurrences = pack(k.occurrences)
		}
		for d, at := range k.exceptions {
			s.Exceptions = append(s.Exceptions, changed{d, at})
		}
		slices.SortFunc(s.Exceptions, func(a, b changed) int {
			return cmp.Or(cmp.Compare(a.Original, b.Original), cmp.Compare(a.Digest, b.Digest))
		})
		out = append(out, s)
	}
	return out
}

func pack(set map[uint32]bool) string {
	all := make([]uint32, 0, len(set))
	for d := range set {
		all = append(all, d)
	}
	slices.Sort(all)
	raw := make([]byte, 0, 4*len(all))
	for _, d := range all {
		raw = binary.BigEndian.AppendUint32(raw, d)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
