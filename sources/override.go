package sources

import "strings"

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
	fields := [...]string{clip(title, maxField), clip(location, maxField), opening(before, after)}
	for i, field := range fields {
		if !hinted(field) {
			fields[i] = ""
		}
	}
	for _, field := range fields {
		if wanted, words = findTag(field); wanted != "" {
			return wanted, words
		}
	}
	for i, field := range fields {
		if i == 1 {
			if wanted, words = wholePhrase(field); wanted != "" {
				return wanted, words
			}
		}
		if wanted, words = findPhrase(field); wanted != "" {
			return wanted, words
		}
	}
	return "", ""
}

func clip(text string, size int) string {
	if len(text) > size {
		return strings.ToValidUTF8(text[:size], "")
	}
	return text
}

// hinted is a cheap look whether a text can hold any phrase at all.
func hinted(text string) bool {
	for i := 0; i+3 < len(text); i++ {
		switch text[i] | 0x20 {
		case 'm', 't', 'z', 'p', 'l', 'h', 'f', 'v', '#':
		default:
			continue
		}
		for _, word := range [...]string{"meet", "team", "zoom", "phon", "pers", "link", "hang", "face", "vide"} {
			if strings.EqualFold(text[i:i+4], word) {
				return true
			}
		}
	}
	return strings.IndexByte(text, '#') >= 0
}

// opening is the first lines that people wrote in a description, as plain text.
func opening(before, after string) string {
	text := before
	if strings.TrimSpace(text) == "" {
		text = after
	}
	text = clip(text, firstBytes)
	if !hinted(text) {
		return ""
	}
	if i := strings.Index(strings.ToLower(text), "<blockquote"); i >= 0 {
		text = text[:i]
	}
	var out []string
	for line := range strings.Lines(plainText(text)) {
		line = strings.TrimSpace(line)
		if quoteBegins(line) {
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

// quoteBegins reports whether a line introduces mail of somebody else.
func quoteBegins(line string) bool {
	lower := strings.ToLower(line)
	return strings.HasPrefix(lower, "-----original") || strings.HasPrefix(lower, "---------- forwarded") ||
		strings.HasPrefix(lower, "from: ") || strings.HasPrefix(lower, "begin forwarded message") ||
		strings.HasPrefix(lower, "on ") && strings.HasSuffix(lower, "wrote:")
}

// findTag finds a hash tag that stands by itself.
func findTag(text string) (wanted, words string) {
	if strings.IndexByte(text, '#') < 0 {
		return "", ""
	}
	for _, field := range strings.Fields(text) {
		tag := strings.ToLower(strings.Trim(field, ".,;:!?()[]\"'"))
		if wanted = tags[tag]; wanted != "" {
			return wanted, tag
		}
	}
	return "", ""
}

// wholePhrase reads a location that is nothing but a provider's name.
func wholePhrase(text string) (wanted, words string) {
	text = strings.ToLower(strings.Trim(text, " \t.()-"))
	for _, p := range phrases {
		if p.where == asWhole && text == p.words {
			return p.wanted, p.words
		}
	}
	return "", ""
}

// findPhrase finds the first phrase that counts, clause by clause.
func findPhrase(text string) (wanted, words string) {
	for _, c := range clauses(text) {
		for at := range c.words {
			if p := phraseAt(c, at); p != nil {
				return p.wanted, p.words
			}
		}
	}
	return "", ""
}

// clause is a run of words between punctuation, lower case, without URLs.
type clause struct {
	words    []string
	question bool // it ends in a question mark
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
			word := strings.ToLower(strings.ReplaceAll(field, "’", "'"))
			if strings.ContainsRune("([{\"'-–—|/*", firstRune(word)) {
				flush()
			}
			bare := strings.Trim(word, wordEdges)
			if bare != "" {
				c.words = append(c.words, bare)
			}
			if strings.ContainsRune(".,;:!?)]}\"-–—|/", lastRune(word)) {
				c.question = strings.Contains(word, "?")
				flush()
			}
		}
		flush()
	}
	return out
}

const wordEdges = ".,;:!?()[]{}\"'-–—|/*"

// isAddress reports whether a word is a URL, a host with a path, or an e-mail address.
func isAddress(word string) bool {
	return strings.Contains(word, "://") || strings.Contains(word, "@") ||
		strings.Contains(word, ".") && strings.Contains(strings.Trim(word, wordEdges), "/") || strings.HasPrefix(word, "www.")
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) (last rune) {
	for _, r := range s {
		last = r
	}
	return last
}

// phraseAt finds a phrase that begins at this word and counts there.
func phraseAt(c clause, at int) *phrase {
	for i := range phrases {
		p := &phrases[i]
		if p.where == asWhole {
			continue
		}
		size := p.startsAt(c.words[at:])
		if size == 0 || c.question {
			continue
		}
		if at+size < len(c.words) && !followable(c.words[at+size]) {
			continue
		}
		if p.where == asOrder && at > 0 && !asks[c.words[at-1]] {
			continue
		}
		if !anyWord(c.words[:at], takenBack) && !anyWord(c.words[at+size:], subject) {
			return p
		}
	}
	return nil
}

// startsAt returns how many words the phrase takes up at the head of words, zero
// when it is not there.
func (p *phrase) startsAt(words []string) int {
	rest := p.words
	for n := 0; ; n++ {
		if n >= len(words) {
			return 0
		}
		word, more, several := strings.Cut(rest, " ")
		if words[n] != word {
			return 0
		}
		if !several {
			return n + 1
		}
		rest = more
	}
}

func followable(word string) bool { return goesOn[word] || word[0] >= '0' && word[0] <= '9' }

func anyWord(words []string, set map[string]bool) bool {
	for _, w := range words {
		if set[w] {
			return true
		}
	}
	return false
}
