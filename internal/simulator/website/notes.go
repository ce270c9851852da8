package website

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Format is how a provider keeps notes.
type Format int

// The formats.
const (
	Plain       Format = iota // text, nothing else
	LooseHTML                 // HTML in which line ends count, or text that looks like none
	StrictHTML                // a document; white space means nothing
	quotedTypes = "style script head title"
)

// ErrNotesChanged says that the notes are no longer those that somebody edited.
var ErrNotesChanged = errors.New("the notes were changed while you edited them: look at them again")

// atom is the smallest part of notes: what is written, and what one sees of it.
type atom struct {
	raw, text, link string
	element         bool // the beginning or the end of one
}

// atoms takes notes apart.
func (f Format) atoms(notes string) []atom {
	r := reading{format: f}
	if f == Plain {
		r.runes(notes)
		return r.out
	}
	z := html.NewTokenizer(strings.NewReader(notes))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return r.out
		}
		raw := string(z.Raw())
		if kind == html.TextToken {
			r.runes(raw)
			continue
		}
		name, more := z.TagName()
		href := ""
		for more {
			var key, value []byte
			if key, value, more = z.TagAttr(); string(key) == "href" {
				href = string(value)
			}
		}
		r.tag(kind, raw, string(name), href)
	}
}

// reading is notes that are being taken apart.
type reading struct {
	format Format
	out    []atom
	link   string
	muted  string // the element whose content nobody sees
	midway bool   // something stands on the current line
}

// blocks are elements that stand on lines of their own.
var blocks = strings.Fields("p div li ul ol tr table h1 h2 h3 h4 hr blockquote")

func (r *reading) tag(kind html.TokenType, raw, name, href string) {
	text := ""
	switch {
	case r.muted != "":
		if kind == html.EndTagToken && name == r.muted {
			r.muted = ""
		}
	case kind == html.StartTagToken && slices.Contains(strings.Fields(quotedTypes), name):
		r.muted = name
	case name == "a":
		r.link = ""
		if kind == html.StartTagToken && (strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "http://")) {
			r.link = href
		}
	case name == "br", r.midway && slices.Contains(blocks, name):
		text = "\n"
		r.midway = false
	}
	r.out = append(r.out, atom{raw: raw, text: text, element: true})
}

// runes takes text apart, character by character.
func (r *reading) runes(text string) {
	for len(text) > 0 {
		raw, seen := r.next(text)
		text = text[len(raw):]
		if r.muted != "" {
			seen = ""
		}
		if seen != "" {
			r.midway = seen != "\n"
		}
		r.out = append(r.out, atom{raw: raw, text: seen, link: r.link})
	}
}

// entity is a character by its name or number.
var entity = regexp.MustCompile(`^&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);`)

// next is the first character, as it is written and as it is seen.
func (r *reading) next(text string) (raw, seen string) {
	switch {
	case strings.HasPrefix(text, "\r\n"):
		raw, seen = "\r\n", "\n"
	case r.format != Plain && entity.MatchString(text):
		raw = entity.FindString(text)
		return raw, html.UnescapeString(raw)
	default:
		_, size := utf8.DecodeRuneInString(text)
		raw, seen = text[:size], text[:size]
	}
	if r.format != StrictHTML || strings.Trim(seen, " \t\r\n") != "" {
		return raw, seen
	}
	all := text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))]
	if r.midway {
		return all, " "
	}
	return all, ""
}

// Text is what notes say.
func (f Format) Text(notes string) string {
	var out strings.Builder
	for _, a := range f.atoms(notes) {
		out.WriteString(a.text)
	}
	return out.String()
}

// Segment is a part of a text, which may be a link.
type Segment struct{ Text, Link string }

// Segments are what notes say, links apart.
func (f Format) Segments(notes string) []Segment {
	var out []Segment
	for _, a := range f.atoms(notes) {
		if last := len(out) - 1; last >= 0 && out[last].Link == a.link {
			out[last].Text += a.text
		} else {
			out = append(out, Segment{a.text, a.link})
		}
	}
	var all []Segment
	for _, s := range out {
		if s.Link != "" {
			all = append(all, s)
		} else {
			all = append(all, linked(s.Text)...)
		}
	}
	return slices.DeleteFunc(all, func(s Segment) bool { return s.Text == "" })
}

var address = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)]`)

// linked finds the addresses in a text.
func linked(text string) []Segment {
	var out []Segment
	for text != "" {
		at := address.FindStringIndex(text)
		if at == nil {
			return append(out, Segment{text, ""})
		}
		out = append(out, Segment{text[:at[0]], ""}, Segment{text[at[0]:at[1]], text[at[0]:at[1]]})
		text = text[at[1]:]
	}
	return out
}

// Rewrite makes of notes what they are when somebody who saw was leaves now.
// Everything that was not touched stays as it is written. What was added to the
// notes before or after the edited place meanwhile stays, too.
func (f Format) Rewrite(notes, was, now string) (string, error) {
	before, removed, added := edit(was, now)
	all := f.atoms(notes)
	text := f.Text(notes)
	from := len(before)
	switch begins := before + removed; {
	case strings.HasPrefix(text, was), begins != "" && strings.HasPrefix(text, begins):
	case strings.HasSuffix(text, was[len(before):]):
		from = len(text) - len(was) + len(before)
	default:
		return "", ErrNotesChanged
	}
	return f.replace(all, from, from+len(removed), added), nil
}

// edit is the one place in which two texts differ.
func edit(was, now string) (before, removed, added string) {
	n := 0
	for n < len(was) && n < len(now) && was[n] == now[n] {
		n++
	}
	for n > 0 && n < len(was) && !utf8.RuneStart(was[n]) || n > 0 && n < len(now) && !utf8.RuneStart(now[n]) {
		n--
	}
	end := 0
	for end < len(was)-n && end < len(now)-n && was[len(was)-1-end] == now[len(now)-1-end] {
		end++
	}
	for end > 0 && !utf8.RuneStart(was[len(was)-end]) {
		end--
	}
	return was[:n], was[n : len(was)-end], now[n : len(now)-end]
}

// replace writes added in place of what one sees from from to until.
func (f Format) replace(all []atom, from, until int, added string) string {
	at, marked := place(all, from, until > from), false
	var out strings.Builder
	seen := 0
	for i, a := range all {
		if i == at {
			out.WriteString(f.quote(added, all))
			marked = true
		}
		inside := a.text != "" && seen >= from && seen < until
		seen += len(a.text)
		if !inside || a.element && !strings.HasPrefix(strings.ToLower(a.raw), "<br") {
			out.WriteString(a.raw) // other elements stay, emptied
		}
	}
	if !marked {
		out.WriteString(f.quote(added, all))
	}
	return out.String()
}

// place is before which atom something is written at a position of the text: in
// place of what follows there, or where somebody writes on who stands there.
func place(all []atom, position int, instead bool) int {
	seen := 0
	for i, a := range all {
		if a.text == "" {
			continue
		}
		if seen >= position && (instead || position == 0) {
			return i
		}
		if seen += len(a.text); seen >= position && !instead {
			return i + 1
		}
	}
	if i := slices.IndexFunc(all, func(a atom) bool { return strings.EqualFold(a.raw, "</body>") }); i >= 0 {
		return i
	}
	return len(all)
}

var quoter = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// quote writes text into notes that consist of all.
func (f Format) quote(text string, all []atom) string {
	markup := slices.ContainsFunc(all, func(a atom) bool { return a.raw != a.text && a.text != "\n" })
	switch {
	case f == StrictHTML:
		return strings.ReplaceAll(quoter.Replace(text), "\n", "<br>\r\n")
	case f == LooseHTML && (markup || strings.Contains(text, "<")):
		return quoter.Replace(text)
	}
	return text
}

// Quote is text as the notes of a new event.
func (f Format) Quote(text string) string { return f.quote(text, nil) }
