package sources

import "strings"

// marker is one of our two marker lines in a description.
type marker struct {
	from, to int
	end      bool // the closing one
}

// maxInside bounds what counts as one block: more than this between two marker
// lines is not something that we wrote, and people's text may be in it.
const maxInside = 4096

// SplitBlock finds our block in a description, plain or HTML. before and after
// are what people wrote, byte for byte: joined, they are the description without
// anything of ours. block is the block with the gap that sets it apart; when it
// is whole, before+block+after is the description. A damaged block is cut out as
// far as it can be told from people's text: marker lines, and lines next to them
// that have exactly the form of ours.
func SplitBlock(description string) (before, block, after string, state BlockState) {
	markers := findMarkers(description)
	if len(markers) == 0 {
		return description, "", "", BlockNone
	}
	var spans [][2]int
	whole := 0
	for i := 0; i < len(markers); i++ {
		m := markers[i]
		switch {
		case !m.end && i+1 < len(markers) && markers[i+1].end && markers[i+1].from-m.to <= maxInside:
			spans = append(spans, [2]int{gapBefore(description, m.from), markers[i+1].to})
			whole++
			i++
		case m.end:
			spans = append(spans, [2]int{ownLinesBefore(description, m.from), m.to})
		default:
			spans = append(spans, [2]int{gapBefore(description, m.from), ownLinesAfter(description, m.to)})
		}
	}
	state = BlockDamaged
	if whole == 1 && len(spans) == 1 {
		state = BlockWhole
	}
	return cut(description, spans, state)
}

// cut takes the spans out of text; they are in order.
func cut(text string, spans [][2]int, state BlockState) (before, block, after string, _ BlockState) {
	first := spans[0]
	before, block = text[:first[0]], text[first[0]:first[1]]
	pos := first[1]
	if len(spans) == 1 {
		return before, block, text[pos:], state
	}
	var rest strings.Builder
	for _, s := range spans[1:] {
		if s[0] > pos {
			rest.WriteString(text[pos:s[0]])
		}
		pos = max(pos, s[1])
	}
	rest.WriteString(text[pos:])
	return before, block, rest.String(), state
}

// findMarkers finds our marker lines: the words with at least two strokes of the
// rule on one side. Anybody may write the words alone.
func findMarkers(text string) []marker {
	var out []marker
	for pos := 0; ; {
		i := strings.Index(text[pos:], signature)
		if i < 0 {
			return out
		}
		i += pos
		pos = i + len(signature)
		for _, words := range [...]string{zoomWords, staticWords, endWords} {
			lead := i - (len(words) - len(signature))
			if lead < 0 || text[lead:pos] != words {
				continue
			}
			from, left := strokesBefore(text, lead)
			to, right := strokesAfter(text, pos)
			if left >= 2 || right >= 2 {
				out = append(out, marker{from, to, words == endWords})
				pos = to
			}
			break
		}
	}
}

const (
	stroke      = "─"
	ruleStrokes = len(rule) / len(stroke)
)

func strokesBefore(text string, pos int) (from, count int) {
	from = pos
	rest := strings.TrimSuffix(text[:pos], " ")
	for count < ruleStrokes && strings.HasSuffix(rest, stroke) {
		rest = rest[:len(rest)-len(stroke)]
		count++
		from = len(rest)
	}
	return from, count
}

func strokesAfter(text string, pos int) (to, count int) {
	to = pos
	if pos < len(text) && text[pos] == ' ' {
		pos++
	}
	for count < ruleStrokes && strings.HasPrefix(text[pos:], stroke) {
		pos += len(stroke)
		count++
		to = pos
	}
	return to, count
}

// gapBefore returns where the gap that we put before a block begins.
func gapBefore(text string, pos int) int {
	for _, gap := range [...]string{plainGap, htmlGap} {
		if strings.HasSuffix(text[:pos], gap) {
			return pos - len(gap)
		}
	}
	return pos
}

// lineEnds are the ways in which a line ends in a plain or HTML description.
var lineEnds = [...]string{"\r\n", "\n", "<br>", "<br/>", "<br />"}

// ownLinesAfter returns where the run of our own lines that follows pos ends.
func ownLinesAfter(text string, pos int) int {
	for {
		start := pos
		for _, end := range lineEnds {
			if strings.HasPrefix(text[pos:], end) {
				start = pos + len(end)
				break
			}
		}
		if start == pos {
			return pos
		}
		stop := min(len(text), start+maxInside)
		for _, end := range lineEnds {
			if i := strings.Index(text[start:stop], end); i >= 0 {
				stop = start + i
			}
		}
		if !ownLine(text[start:stop]) {
			return pos
		}
		pos = stop
	}
}

// ownLinesBefore returns where the run of our own lines that leads to pos begins.
func ownLinesBefore(text string, pos int) int {
	for {
		stop := pos
		for _, end := range lineEnds {
			if strings.HasSuffix(text[:pos], end) {
				stop = pos - len(end)
				break
			}
		}
		if stop == pos {
			return pos
		}
		low := max(0, stop-maxInside)
		start := low
		for _, end := range lineEnds {
			if i := strings.LastIndex(text[start:stop], end); i >= 0 {
				start += i + len(end)
			}
		}
		if !ownLine(text[start:stop]) {
			return pos
		}
		pos = start
	}
}

// ownLine reports whether a line has exactly the form of one that we write, so
// that a line with people's words on it is never taken for ours.
func ownLine(line string) bool {
	if len(line) > maxInside {
		return false
	}
	line = strings.TrimSpace(plainText(line))
	for label, fits := range ownForms {
		if text, ok := strings.CutPrefix(line, label); ok {
			return text != "" && fits(text)
		}
	}
	return false
}

var ownForms = map[string]func(string) bool{
	joinLabel: func(s string) bool { return strings.Contains(s, "://") && !strings.ContainsAny(s, " \t") },
	idLabel:   func(s string) bool { return strings.Trim(s, "0123456789 ") == "" },
	passLabel: func(s string) bool { return !strings.ContainsAny(s, " \t") },
	dialLabel: func(s string) bool { return strings.HasPrefix(s, "+") && len(s) <= 4*maxDialWidth },
}
