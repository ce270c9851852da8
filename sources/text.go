package sources

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fingerprint is the FNV-1a hash of a text as a reader sees it: HTML tags
// stripped, entities unescaped, white space collapsed. A calendar page may turn
// plain text into HTML when somebody edits it; the fingerprint stays the same.
// It is zero exactly for a text without anything to read.
func Fingerprint(text string) uint64 {
	return newDigest().words(plainText(text)).sum()
}

// maxUnwrap bounds how often a text that was escaped over and over is unescaped.
const maxUnwrap = 8

// plainText strips tags and entities until nothing changes, so that a text and
// its escaped form come out the same even when the text looks like markup itself.
func plainText(text string) string {
	for range maxUnwrap {
		if strings.IndexByte(text, '<') < 0 && strings.IndexByte(text, '&') < 0 {
			return text
		}
		next := html.UnescapeString(stripTags(text))
		if next == text {
			return text
		}
		text = next
	}
	return text
}

// breaking are the tags that end a line or a cell; all others stand within a word.
var breaking = map[string]bool{
	"br": true, "p": true, "div": true, "li": true, "ul": true, "ol": true, "tr": true, "td": true, "th": true,
	"table": true, "tbody": true, "hr": true, "blockquote": true, "pre": true, "html": true, "body": true, "head": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "section": true, "article": true, "header": true, "footer": true,
}

// inline are the other tags that mail and calendar programs write.
var inline = map[string]bool{
	"a": true, "b": true, "i": true, "u": true, "s": true, "em": true, "strong": true, "span": true, "font": true, "img": true,
	"small": true, "big": true, "sub": true, "sup": true, "code": true, "html-blob": true, "wbr": true, "o:p": true, "style": true,
	"script": true, "meta": true, "title": true, "link": true, "strike": true, "del": true, "ins": true, "mark": true, "center": true,
}

// tag reads the tag that starts at text[0] == '<'. Only names that mail and
// calendar programs write count: "<ada@acme.test>" is text. name is lower case.
func tag(text string) (name string, closing bool, size int) {
	i := 1
	if i < len(text) && text[i] == '/' {
		closing = true
		i++
	}
	start := i
	for i < len(text) && i-start < 12 && (isLetter(text[i]) || isDigit(text[i]) || text[i] == ':' || text[i] == '-') {
		i++
	}
	name = strings.ToLower(text[start:i])
	if !breaking[name] && !inline[name] {
		return "", false, 0
	}
	if i < len(text) && text[i] != '>' && text[i] != '/' && !isSpace(text[i]) {
		return "", false, 0
	}
	end := strings.IndexAny(text[i:], "<>")
	if end < 0 || text[i+end] == '<' {
		return "", false, 0
	}
	return name, closing, i + end + 1
}

// isHTML reports whether a text is written in HTML: it holds a tag that
// calendars write.
func isHTML(text string) bool {
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			return false
		}
		if _, _, size := tag(text[i:]); size > 0 {
			return true
		}
		text = text[i+1:]
	}
}

// stripTags takes tags out; those that break a line leave a line end.
func stripTags(text string) string {
	if strings.IndexByte(text, '<') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := strings.IndexByte(text, '<')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		name, _, size := tag(text[i:])
		switch {
		case size == 0:
			b.WriteByte('<')
			size = 1
		case breaking[name]:
			b.WriteByte('\n')
		}
		text = text[i+size:]
	}
}

// digest is FNV-1a over text, with white space collapsed where words are added.
type digest struct {
	state uint64
	some  bool // something was hashed
	space bool // white space is due before the next character
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func newDigest() digest { return digest{state: fnvOffset} }

// text adds every byte as it is.
func (d digest) text(s string) digest {
	for i := range len(s) {
		d.state = (d.state ^ uint64(s[i])) * fnvPrime
	}
	d.some = d.some || s != ""
	return d
}

// words adds a text with each run of white space as one blank, none at the ends.
func (d digest) words(s string) digest {
	state, some, space := d.state, d.some, d.space
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' && isSpace(c) {
			space = some
			continue
		}
		if c >= utf8.RuneSelf {
			if size := wideSpace(s[i:]); size > 0 {
				space = some
				i += size - 1
				continue
			}
		}
		if space {
			state = (state ^ ' ') * fnvPrime
			space = false
		}
		some = true
		state = (state ^ uint64(c)) * fnvPrime
	}
	return digest{state, some, space}
}

// wideSpace is the size of the white space outside ASCII that s begins with,
// zero without any. Only four bytes can begin one.
func wideSpace(s string) int {
	switch {
	case s[0] == 0xc2, s[0] == 0xe1, s[0] == 0xe3, s[0] == 0xe2 && len(s) > 1 && s[1] <= 0x81:
		if r, size := utf8.DecodeRuneInString(s); unicode.IsSpace(r) {
			return size
		}
	}
	return 0
}

// sum is zero only when nothing was added.
func (d digest) sum() uint64 {
	if !d.some {
		return 0
	}
	if d.state == 0 {
		return 1
	}
	return d.state
}

func isSpace(c byte) bool  { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
