package zoom

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// How Zoom limits texts, in characters (runes).
const (
	maxTopic  = 200
	maxAgenda = 2000
)

// openMark and closeMark enclose a reference in an agenda. The reference stands
// at the very start because listings cut agendas to 250 characters.
const (
	openMark  = "[slotward:"
	closeMark = "]"
	maxMark   = 120 // characters of the longest reference that is believed
)

// NewReference makes an unguessable reference "<installation>:<random>" for a
// meeting that is about to be created. The installation must be made of
// letters, digits, "-" and "_": other characters are left out.
func NewReference(installation string) string {
	return strings.Map(keepWord, installation) + ":" + strings.ToLower(rand.Text())
}

// ReferenceOf reads the reference at the very start of an agenda. A reference
// anywhere else is somebody's quotation and does not count.
func ReferenceOf(agenda string) (reference string, ok bool) {
	rest, ok := strings.CutPrefix(agenda, openMark)
	if !ok {
		return "", false
	}
	reference, _, ok = strings.Cut(rest, closeMark)
	if !ok || len(reference) > maxMark {
		return "", false
	}
	installation, random, ok := strings.Cut(reference, ":")
	if !ok || !isWord(installation) || !isWord(random) {
		return "", false
	}
	return reference, true
}

// Topic is a title as a meeting's topic: on one line, without control
// characters, cut to Zoom's 200. Compare topics in this form, or a title that
// Zoom cannot hold would look different for ever.
func Topic(title string) string {
	line := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(title, "\uFFFD"))
	return strings.TrimSpace(cut(strings.TrimSpace(line), maxTopic))
}

// WithReference is an agenda with the reference put before what stands in it. The
// text is kept as far as Zoom's 2000 characters reach.
func WithReference(reference, text string) string { return agenda(reference, text) }

// agenda puts the reference before the text and keeps it whole when cutting.
func agenda(reference, text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if reference == "" {
		return cut(text, maxAgenda)
	}
	mark := openMark + reference + closeMark
	if text == "" {
		return mark
	}
	return cut(mark+"\n"+text, maxAgenda)
}

// cut shortens a text to at most n runes.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

func isWord(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return keepWord(r) < 0 }) < 0
}

// keepWord returns r when it may stand in a reference, otherwise -1.
func keepWord(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '-', r == '_':
		return r
	}
	return -1
}
