package sources

import (
	"net/url"
	"strings"
)

// maxURL bounds the length of what is looked at as one URL, in bytes; wrapped
// links of mail filters reach 2 KB.
const maxURL = 8192

// maxLinks bounds how many different links one text is searched for.
const maxLinks = 64

// FindLinks finds the meeting links in a text, plain or HTML, in the order in
// which they stand, each meeting once,
// at most 64. Where one meeting's link stands both cut
// and whole, the longest form is kept. Time is linear in the text's length.
func FindLinks(text string) []Link {
	var found []Link
	for pos := 0; pos < len(text); {
		for pos < len(text) && !inURL[text[pos]] {
			pos++
		}
		start := pos
		for pos < len(text) && inURL[text[pos]] {
			pos++
		}
		found = addCandidate(found, text[start:pos])
	}
	return found
}

// inURL tells the bytes that a URL in running text may hold. Quotes, brackets
// and everything outside ASCII end it.
var inURL = func() (set [256]bool) {
	for c := '!'; c < 0x7f; c++ {
		set[c] = !strings.ContainsRune("\"'<>()[]{}|\\^`", c)
	}
	return set
}()

// addCandidate looks for links in a run of URL characters.
func addCandidate(found []Link, run string) []Link {
	// The shortest link there is: "whereby.com/x", "8x8.vc/a/b".
	if len(run) < 8 || strings.IndexByte(run, '/') < 0 || strings.IndexByte(run, '.') < 0 {
		return found
	}
	for run != "" {
		piece := run
		run = ""
		// Two links may be joined by a comma or a semicolon alone.
		if i := strings.Index(piece, "://"); i >= 0 {
			if k := nextScheme(piece[i+3:]); k >= 0 {
				piece, run = piece[:i+3+k], piece[i+3+k+1:]
			}
			piece = fromScheme(piece)
		}
		if link, ok := ParseLink(piece); ok {
			found = addLink(found, link)
		}
	}
	return found
}

// nextScheme finds a separator that is followed by a scheme.
func nextScheme(s string) int {
	for pos := 0; ; {
		i := strings.IndexAny(s[pos:], ",;")
		if i < 0 {
			return -1
		}
		pos += i
		rest := s[pos+1:]
		if strings.HasPrefix(rest, "http://") || strings.HasPrefix(rest, "https://") {
			return pos
		}
		pos++
	}
}

// fromScheme drops what stands before the scheme: "Link:https://…".
func fromScheme(s string) string {
	i := strings.Index(s, "://")
	start := i
	for start > 0 && (isLetter(s[start-1]) || isDigit(s[start-1])) {
		start--
	}
	return s[start:]
}

// addLink adds a link unless its meeting is there; then the longer form stays.
func addLink(links []Link, link Link) []Link {
	for i := range links {
		if links[i].same(link) {
			if len(link.URL) > len(links[i].URL) {
				links[i].URL = link.URL
			}
			return links
		}
	}
	if len(links) == maxLinks {
		return links
	}
	return append(links, link)
}

// same reports whether two links open the same meeting. Providers rewrite
// sub-domains and queries, so the meeting id decides where there is one.
func (l Link) same(other Link) bool {
	if l.Provider != other.Provider || l.Meeting != other.Meeting {
		return false
	}
	return l.Meeting != "" || l.URL == other.URL
}

// ParseLink reads one URL as a meeting link. Wrapping by mail filters is taken
// off first, as are entities and punctuation of the text around it; a URL
// without a scheme is read as https. It reports false for everything that does
// not open a meeting, look-alike hosts included.
func ParseLink(rawURL string) (Link, bool) {
	text := tidy(rawURL)
	for range maxWrap {
		if len(text) > maxURL || text == "" {
			return Link{}, false
		}
		family, quick := familyOf(text)
		if !quick {
			return Link{}, false
		}
		u, err := url.Parse(withScheme(text))
		if err != nil || u.User != nil || !plainPort(u.Port()) {
			return Link{}, false
		}
		if family.unwrap == nil {
			meeting, ok := family.meeting(u)
			if !ok {
				return Link{}, false
			}
			return Link{Provider: family.provider, URL: withScheme(text), Meeting: meeting}, true
		}
		text = tidy(family.unwrap(u))
	}
	return Link{}, false
}

// maxWrap bounds how many wrappers are taken off one link.
const maxWrap = 6

// plainPort keeps links to odd ports of a well-known host out: no provider uses them.
func plainPort(port string) bool { return port == "" || port == "443" || port == "80" }

// withScheme completes a URL that was typed without one.
func withScheme(s string) string {
	if strings.Contains(s, "://") {
		return s
	}
	return "https://" + s
}

// familyOf finds the family of a URL's host without parsing all of it, as most
// URLs in descriptions have nothing to do with meetings.
func familyOf(text string) (*family, bool) {
	rest := text
	if i := strings.Index(text, "://"); i >= 0 && i < strings.IndexAny(text+"/?#", "/?#") {
		if !schemes[strings.ToLower(text[:i])] {
			return nil, false
		}
		rest = text[i+3:]
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	} else {
		return nil, false
	}
	host, _, _ := strings.Cut(rest, ":")
	if len(host) > 253 {
		return nil, false
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for suffix := host; ; {
		if f := families[suffix]; f != nil && (suffix == host || !f.exact) {
			return f, true
		}
		_, shorter, more := strings.Cut(suffix, ".")
		if !more {
			return nil, false
		}
		suffix = shorter
	}
}

// schemes are those that open a meeting: the web's and the apps'.
var schemes = map[string]bool{"http": true, "https": true, "zoommtg": true, "zoomus": true, "msteams": true}

// tidy takes entities of the HTML around a URL and punctuation of the sentence
// around it away.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	if strings.IndexByte(s, '&') >= 0 {
		s = unescape(s)
	}
	for s != "" {
		switch s[len(s)-1] {
		case '.', ',', ';', ':', '!', '?', '*', '_', '~', '>', ')', ']', '}', '"', '\'':
			// A base64 passcode may end in "=", never in one of these.
			s = s[:len(s)-1]
			continue
		}
		break
	}
	return s
}

// unescape turns the entities that stand in a URL into characters and cuts the
// URL at an entity that cannot be part of one. Named references without a
// semicolon are left alone: "&reg=1" is a parameter.
func unescape(s string) string {
	for range maxUnwrap {
		before := s
		for _, e := range entities {
			i := strings.Index(s, e.name)
			if i < 0 {
				continue
			}
			if e.text == "" {
				s = s[:i]
			} else {
				s = strings.ReplaceAll(s, e.name, e.text)
			}
		}
		if s == before {
			break
		}
	}
	return s
}

var entities = []struct{ name, text string }{
	{"&amp;", "&"}, {"&#38;", "&"}, {"&#x26;", "&"}, {"&#61;", "="}, {"&#x3D;", "="}, {"&#x3d;", "="}, {"&#43;", "+"}, {"&#47;", "/"},
	{"&nbsp;", ""}, {"&#160;", ""}, {"&lt;", ""}, {"&gt;", ""}, {"&quot;", ""}, {"&#34;", ""}, {"&#39;", ""}, {"&apos;", ""},
}
