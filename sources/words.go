package sources

import (
	"embed"
	"slices"
	"strings"
)

// phrase is one way of asking for a provider in words.
type phrase struct {
	words     []string // folded; a last letter '*' stands for any ending
	text      string   // the words, as they are told to people
	wanted    string   // "zoom", "meet", "teams" or "none"
	where     where
	open      bool   // anything may follow
	capitals  uint64 // which of the words count only with a capital letter
	languages []*language
	lines     []string // where it stands in the files
}

// where says in which surroundings a phrase counts.
type where int

const (
	// anywhere: "weekly on Google Meet", unless a word before it takes it back
	// or a word after it makes it a part of something else.
	anywhere where = iota
	// asOrder: "use Teams", only where a clause begins or after a word of asking.
	asOrder
	// ofMeeting: as an order, and also behind a word for a meeting: "Treffen in
	// Teams", where "Arbeit in Teams" is about groups of people.
	ofMeeting
	// asLocation: the location is nothing but this.
	asLocation
	// asTag: a word by itself.
	asTag
)

// language is what belongs to the phrases of one language alone: a word may be
// an everyday one in the next.
type language struct {
	name      string
	bare      bool     // accents may be missing
	takenBack wordList // before a phrase in its clause: a denial, a memory, a subject to talk about
	goesOn    wordList // right behind a phrase; any other word makes it part of something else
}

// vocabulary is all languages together. Each is tried on every event, because
// people mix them.
type vocabulary struct {
	phrases []*phrase
	starts  map[string][]*phrase // those in clauses, by their first word; the longest first
	stems   []*phrase            // those whose first word has any ending
	whole   map[string]*phrase   // locations
	tags    map[string]*phrase
	nowhere map[string]bool // locations that say how people meet, or nothing, rather than where
	quotes  [][]string      // beginnings of mail of others: what stands in a line, in this order
	names   map[string][]string

	takenBack, goesOn wordList // in any language
	asks              wordList // right before an order
	meetings          wordList // words for a meeting
	meetingEnds       []string // how longer ones end: "besprechung"
	about             wordList // behind a phrase: its clause speaks about the provider

	hints hints
}

// The files hold the phrases, one file a language, with sentences that each must
// match and others that it must not, which are there for people and for tests.
//
//go:embed words/*.txt
var wordFiles embed.FS

// spoken is read when the program starts. The files are a part of it: one that
// cannot be read stops every test.
var spoken = mustRead()

func mustRead() *vocabulary {
	v, err := readWords(wordFiles)
	if err != nil {
		panic(err)
	}
	return v
}

// add takes a phrase in. The same words in two languages are one phrase of both.
func (v *vocabulary) add(p phrase) {
	for _, known := range v.phrases {
		if known.wanted == p.wanted && known.where == p.where && known.capitals == p.capitals && slices.Equal(known.words, p.words) {
			known.lines = append(known.lines, p.lines...)
			if !slices.Contains(known.languages, p.languages[0]) {
				known.languages = append(known.languages, p.languages[0])
			}
			return
		}
	}
	v.phrases = append(v.phrases, &p)
}

// index makes the phrases quick to find.
func (v *vocabulary) index() error {
	longest := slices.Clone(v.phrases)
	slices.SortStableFunc(longest, func(a, b *phrase) int { return len(b.words) - len(a.words) })
	for _, p := range longest {
		switch {
		case p.where == asTag:
			v.tags[p.text] = p
		case p.where == asLocation:
			v.whole[p.text] = p
		case strings.HasSuffix(p.words[0], "*"):
			v.stems = append(v.stems, p)
		default:
			v.starts[p.words[0]] = append(v.starts[p.words[0]], p)
		}
	}
	return v.hints.of(v.phrases)
}

// startsAt returns how many words the phrase takes up at the head of a clause's
// words from a place on, zero when it is not there.
func (p *phrase) startsAt(c clause, at int) int {
	words := c.words[at:]
	if len(words) < len(p.words) || p.open && len(words) == len(p.words) {
		return 0
	}
	for i, word := range p.words {
		if stem, ends := strings.CutSuffix(word, "*"); words[i] != word && (!ends || !strings.HasPrefix(words[i], stem)) {
			return 0
		}
		if p.capitals>>i&1 != 0 && c.capitals>>(at+i)&1 == 0 {
			return 0
		}
	}
	return len(p.words)
}

// takesBack reports whether the words before a phrase take it back.
func (v *vocabulary) takesBack(p *phrase, before []string) bool {
	return v.takenBack.within(before) || slices.ContainsFunc(p.languages, func(l *language) bool { return l.takenBack.within(before) })
}

// goesOnWith reports whether a phrase may stand before these words.
func (v *vocabulary) goesOnWith(p *phrase, after []string) bool {
	return p.open || len(after) == 0 || after[0][0] >= '0' && after[0][0] <= '9' || v.goesOn.begins(after) ||
		slices.ContainsFunc(p.languages, func(l *language) bool { return l.goesOn.begins(after) })
}

// ofMeeting reports whether one of the words is one for a meeting.
func (v *vocabulary) ofMeeting(words []string) bool {
	return v.meetings.within(words) || slices.ContainsFunc(words, func(word string) bool {
		return slices.ContainsFunc(v.meetingEnds, func(end string) bool { return strings.HasSuffix(word, end) })
	})
}

// wordList holds words, and sequences of words, by the first.
type wordList map[string][][]string

func (l wordList) add(text string) {
	words := strings.Fields(text)
	l[words[0]] = append(l[words[0]], words)
}

// begins reports whether words begin with one of the list.
func (l wordList) begins(words []string) bool {
	if len(words) == 0 {
		return false
	}
	for _, entry := range l[words[0]] {
		if len(words) >= len(entry) && slices.Equal(words[:len(entry)], entry) {
			return true
		}
	}
	return false
}

// within reports whether one of the list stands among the words.
func (l wordList) within(words []string) bool {
	for i := range words {
		if l.begins(words[i:]) {
			return true
		}
	}
	return false
}

// ends reports whether words end with one of the list.
func (l wordList) ends(words []string) bool {
	for i, word := range words {
		for _, entry := range l[word] {
			if slices.Equal(entry, words[i:]) {
				return true
			}
		}
	}
	return false
}
