package sources

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What is looked at for words: the first lines of the description, because
// further down stand minutes, agendas and quoted mail.
const (
	firstLines = 6
	firstBytes = 2000 // of the description, in which those lines are looked for
	maxField   = 1000 // of the title and of the location, in bytes
)

// override finds the provider that an event's own words ask for. Tags win over
// phrases; then the title over the location over the description.
func override(title, location, before, after string) (wanted, words string) {
	if p := spoken.asked(title, location, before, after); p != nil {
		return p.wanted, p.text
	}
	return "", ""
}

func (v *vocabulary) asked(title, location, before, after string) *phrase {
	fields := [...]string{clip(title, maxField), clip(location, maxField), v.opening(before, after)}
	for i, field := range fields {
		if !v.hints.in(field) {
			fields[i] = ""
		}
	}
	for _, field := range fields {
		if p := v.findTag(field); p != nil {
			return p
		}
	}
	for i, field := range fields {
		if i == 1 && field != "" {
			if p := v.whole[alone(field)]; p != nil {
				return p
			}
		}
		if p := v.findPhrase(field); p != nil {
			return p
		}
	}
	return nil
}

// alone is a location as it is looked up: folded, without what may stand around it.
func alone(location string) string { return fold(strings.Trim(location, " \t.()-")) }

func clip(text string, size int) string {
	if len(text) > size {
		return strings.ToValidUTF8(text[:size], "")
	}
	return text
}

// opening is the first lines that people wrote in a description, as plain text.
func (v *vocabulary) opening(before, after string) string {
	text := before
	if strings.TrimSpace(text) == "" {
		text = after
	}
	text = clip(text, firstBytes)
	if !v.hints.in(text) {
		return ""
	}
	if i := strings.Index(strings.ToLower(text), "<blockquote"); i >= 0 {
		text = text[:i]
	}
	var out []string
	lines := strings.Split(plainText(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	for i, line := range lines {
		next := ""
		if i+1 < len(lines) {
			next = lines[i+1]
		}
		if v.quoteBegins(line, next) {
			break
		}
		if line == "" || strings.HasPrefix(line, ">") {
			continue
		}
		if out = append(out, line); len(out) == firstLines {
			break
		}
	}
	return strings.Join(out, "\n")
}

// quoteBegins reports whether a line introduces mail of somebody else. The line
// after it is looked at too, because mail programs wrap lines.
func (v *vocabulary) quoteBegins(line, next string) bool {
	line, next = fold(line), fold(next)
	return slices.ContainsFunc(v.quotes, func(parts []string) bool {
		return inOrder(line, parts) || next != "" && parts[len(parts)-1] != "" && inOrder(line+" "+next, parts)
	})
}

// inOrder reports whether a line begins with the first of the parts, ends with
// the last and has the others between, in their order.
func inOrder(line string, parts []string) bool {
	rest, ok := strings.CutPrefix(line, parts[0])
	last := parts[len(parts)-1]
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, last)
}

// findTag finds a hash tag that stands by itself.
func (v *vocabulary) findTag(text string) *phrase {
	if strings.IndexByte(text, '#') < 0 {
		return nil
	}
	for _, field := range strings.Fields(text) {
		if p := v.tags[fold(strings.Trim(field, wordEdges))]; p != nil {
			return p
		}
	}
	return nil
}

// findPhrase finds the first phrase that counts, clause by clause.
func (v *vocabulary) findPhrase(text string) *phrase {
	for _, c := range clauses(text) {
		for at := range c.words {
			if p := v.phraseAt(c, at); p != nil {
				return p
			}
		}
	}
	return nil
}

// clause is a run of words between punctuation, folded, without URLs.
type clause struct {
	words    []string
	capitals uint64 // which of the first 64 words begin with a capital letter
	question bool   // it is one, or ends in a question mark
}

// clauses cuts a text at punctuation and line ends. A URL ends a clause and is
// none of its words.
func clauses(text string) []clause {
	var out []clause
	var c clause
	flush := func() {
		if len(c.words) > 0 {
			out = append(out, c)
		}
		c = clause{}
	}
	for line := range strings.Lines(text) {
		for _, field := range strings.Fields(line) {
			if isAddress(field) {
				flush()
				continue
			}
			first, last := firstRune(field), lastRune(field)
			if strings.ContainsRune(opensClause, first) {
				flush()
			}
			c.question = c.question || first == '¿'
			if bare := strings.Trim(field, wordEdges); bare != "" {
				if unicode.IsUpper(firstRune(bare)) && len(c.words) < 64 {
					c.capitals |= 1 << len(c.words)
				}
				c.words = append(c.words, fold(strings.ReplaceAll(bare, "’", "'")))
			}
			if strings.ContainsRune(endsClause, last) {
				c.question = c.question || strings.Contains(field, "?")
				flush()
			}
		}
		flush()
	}
	return out
}

const (
	opensClause = "([{\"'-–—|/*¿¡«„“‘"
	endsClause  = ".,;:!?)]}\"-–—|/»“”…"
	wordEdges   = ".,;:!?()[]{}\"'-–—|/*¿¡«»„“”‘’…®™"
)

// isAddress reports whether a word is a URL, a host with a path, or an e-mail address.
func isAddress(word string) bool {
	return strings.Contains(word, "://") || strings.Contains(word, "@") ||
		strings.Contains(word, ".") && strings.Contains(strings.Trim(word, wordEdges), "/") || strings.HasPrefix(strings.ToLower(word), "www.")
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// phraseAt finds a phrase that begins at this word and counts there.
func (v *vocabulary) phraseAt(c clause, at int) *phrase {
	for _, some := range [...][]*phrase{v.starts[c.words[at]], v.stems} {
		for _, p := range some {
			if size := p.startsAt(c, at); size > 0 && v.counts(p, c, at, at+size) {
				return p
			}
		}
	}
	return nil
}

// counts reports whether a phrase that takes up the words from one place to
// another is a wish.
func (v *vocabulary) counts(p *phrase, c clause, from, to int) bool {
	before, after := c.words[:from], c.words[to:]
	if c.question || !v.goesOnWith(p, after) {
		return false
	}
	ordered := p.where == anywhere || from == 0 || v.asks.ends(before) || p.where == ofMeeting && v.ofMeeting(before)
	return ordered && !v.takesBack(p, before) && !v.about.within(after)
}
