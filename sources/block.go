package sources

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Joining is how to get into a meeting: what our block and the location show.
type Joining struct {
	Provider string // "zoom" or "static"
	Meeting  string // meeting id as text; "static" for a fixed URL
	URL      string
	Passcode string
	DialIn   []string
}

// Our block stands between two visible lines, because comments may not survive
// an edit in a calendar's own page. Each line is rule, words, rule.
const (
	rule         = "────────"
	signature    = "kept by Slotward"
	zoomWords    = "Zoom meeting · " + signature
	staticWords  = "Meeting link · " + signature
	endWords     = "end · " + signature
	zoomLine     = rule + " " + zoomWords + " " + rule
	staticLine   = rule + " " + staticWords + " " + rule
	endLine      = rule + " " + endWords + " " + rule
	plainGap     = "\n\n"     // between people's text and our block
	htmlGap      = "<br><br>" // the same in a description that is HTML
	htmlLineEnd  = "<br>"
	joinLabel    = "Join: "
	idLabel      = "Meeting ID: "
	passLabel    = "Passcode: "
	dialLabel    = "Dial in: "
	maxDialIn    = 4    // numbers shown; the join page has the rest
	maxBlock     = 1000 // characters that a block may take, see Unfit
	maxDialWidth = 80   // characters of one number with its country
)

// lines hands over the block piece by piece, marker lines included: what leads to
// a text, a line end first where a line begins, and the text itself.
func (j Joining) lines(emit func(lead, text string)) {
	words := zoomLine
	if j.Provider == "static" {
		words = staticLine
	}
	emit("", words)
	emit("\n"+joinLabel, oneLine(j.URL))
	lead := "\n" + idLabel
	for _, digits := range spaced(j.Meeting) {
		if digits != "" {
			emit(lead, digits)
			lead = " "
		}
	}
	if passcode := oneLine(j.Passcode); passcode != "" {
		emit("\n"+passLabel, passcode)
	}
	for i, number := range j.DialIn {
		if i == maxDialIn {
			break
		}
		if utf8.RuneCountInString(number) <= maxDialWidth {
			emit("\n"+dialLabel, oneLine(number))
		}
	}
	emit("\n", endLine)
}

// oneLine keeps a value that came from elsewhere from breaking the block's lines.
func oneLine(text string) string {
	for i := range len(text) {
		if text[i] != ' ' && isSpace(text[i]) {
			return strings.Join(strings.Fields(text), " ")
		}
	}
	return text
}

// spaced cuts a meeting id the way people read it out: 3-4-4 for eleven digits,
// 3-3-4 for ten, 3-3-3 for nine. Anything but digits is no meeting id.
func spaced(id string) (parts [3]string) {
	for i := range len(id) {
		if !isDigit(id[i]) {
			return parts
		}
	}
	switch len(id) {
	case 9, 10:
		return [3]string{id[:3], id[3:6], id[6:]}
	case 11:
		return [3]string{id[:3], id[3:7], id[7:]}
	}
	return [3]string{id}
}

// RenderBlock writes the block as plain text, lines ended by "\n" except the last.
func RenderBlock(j Joining) string { return j.render(false) }

func (j Joining) render(asHTML bool) string {
	var b strings.Builder
	j.pieces(asHTML, func(piece string) { b.WriteString(piece) })
	return b.String()
}

// pieces hands over what the block is written of, line ends included.
func (j Joining) pieces(asHTML bool, emit func(piece string)) {
	j.lines(func(lead, text string) {
		if asHTML {
			if label, ok := strings.CutPrefix(lead, "\n"); ok {
				emit(htmlLineEnd)
				lead = label
			}
			text = html.EscapeString(text)
		}
		emit(lead)
		emit(text)
	})
}

// standsIn reports whether a description holds the block byte for byte as
// withBlock writes it. That it does not may also mean that the block was
// rewritten: by an edit in a calendar's page, or because it became HTML.
func (j Joining) standsIn(description string) bool {
	begin := strings.Index(description, rule)
	if begin < 0 {
		return false
	}
	rest, same := description[begin:], true
	j.pieces(isHTML(description), func(piece string) {
		if same {
			rest, same = strings.CutPrefix(rest, piece)
		}
	})
	return same
}

// Fingerprint is the Fingerprint of RenderBlock, worked out without rendering
// unless a field looks like markup.
func (j Joining) Fingerprint() uint64 {
	d := newDigest()
	markup := false
	j.lines(func(lead, text string) {
		switch text {
		case zoomLine:
			d = zoomDigest
		case staticLine:
			d = staticDigest
		case endLine:
			d = d.words(lead).words(endLine)
		default:
			markup = markup || plainText(text) != text
			d = d.words(lead).words(text)
		}
	})
	if markup {
		return Fingerprint(RenderBlock(j))
	}
	return d.sum()
}

// How every block begins, hashed once.
var (
	zoomDigest   = newDigest().words(zoomLine)
	staticDigest = newDigest().words(staticLine)
)

// withBlock puts j's block between what people wrote before and after it.
// Cutting it out again with SplitBlock gives before and after, byte for byte.
func withBlock(before, after string, j Joining) string {
	asHTML := isHTML(before) || isHTML(after)
	gap := ""
	if before != "" {
		gap = plainGap
		if asHTML {
			gap = htmlGap
		}
	}
	return before + gap + j.render(asHTML) + after
}
