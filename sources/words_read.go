package sources

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// namesFile holds what is the same in every language; it is read first.
const namesFile = "words/names.txt"

// nameMark stands in a phrase for each spelling of a provider's name.
const nameMark = "NAME"

// wheres are the words of a section's heading for where its phrases count.
var wheres = map[string]where{
	"anywhere": anywhere, "as an order": asOrder, "of a meeting": ofMeeting, "the whole location": asLocation, "tag": asTag,
}

// providers are the words of a heading for what its phrases ask for; a phrase
// for "provider" holds NAME and asks for each.
var providers = map[string][]string{
	"provider": {"meet", "teams", "zoom"}, "meet": {"meet"}, "teams": {"teams"}, "zoom": {"zoom"}, "none": {"none"},
}

// readWords reads the files in the folder words.
func readWords(files fs.FS) (*vocabulary, error) {
	v := &vocabulary{
		starts: map[string][]*phrase{}, whole: map[string]*phrase{}, tags: map[string]*phrase{}, nowhere: map[string]bool{}, names: map[string][]string{},
		takenBack: wordList{}, goesOn: wordList{}, asks: wordList{}, meetings: wordList{}, about: wordList{},
	}
	found, err := fs.Glob(files, "words/*.txt")
	if err != nil {
		return nil, err
	}
	rest := slices.DeleteFunc(found, func(file string) bool { return file == namesFile })
	for _, file := range append([]string{namesFile}, rest...) {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, err
		}
		r := reader{v: v, language: &language{name: strings.TrimSuffix(path.Base(file), ".txt"), takenBack: wordList{}, goesOn: wordList{}}}
		for n, line := range strings.Split(string(text), "\n") {
			r.at = fmt.Sprintf("%s:%d", path.Base(file), n+1)
			if err := r.line(line); err != nil {
				return nil, fmt.Errorf("%s: %w", r.at, err)
			}
		}
	}
	return v, v.index()
}

// reader reads one file of phrases.
type reader struct {
	v        *vocabulary
	language *language
	at       string // file and line
	section  func(line string) error
}

// line reads one line: a heading in brackets, a phrase or words of a list. An
// indented line is a sentence for the line above, and nothing to look for.
func (r *reader) line(line string) error {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "", strings.HasPrefix(trimmed, "//"), line[0] == ' ', line[0] == '\t':
		return nil
	case line[0] == '[':
		return r.heading(strings.Trim(trimmed, "[]"))
	case r.section == nil:
		return fmt.Errorf("%q stands under no heading", trimmed)
	}
	return r.section(trimmed)
}

// lists are the headings of lists, and where their words go.
func (r *reader) lists() map[string]func(word string) {
	v, l := r.v, r.language
	return map[string]func(string){
		"taken back by":                  l.takenBack.add,
		"taken back by, in any language": v.takenBack.add,
		"may follow":                     l.goesOn.add,
		"may follow, in any language":    v.goesOn.add,
		"asks":                           v.asks.add,
		"a meeting":                      r.meeting,
		"about it":                       v.about.add,
		"no place":                       func(text string) { v.nowhere[text] = true },
		"quoted mail":                    func(text string) { v.quotes = append(v.quotes, strings.Split(text, "…")) },
	}
}

func (r *reader) heading(text string) error {
	if text == "accents may be missing" {
		r.language.bare = true
		return nil
	}
	if text == "names" {
		r.section = r.name
		return nil
	}
	if add := r.lists()[text]; add != nil {
		r.section = func(line string) error { return r.list(line, add) }
		return nil
	}
	wanted, in, _ := strings.Cut(text, ", ")
	at, known := wheres[in]
	if providers[wanted] == nil || !known {
		return fmt.Errorf("unknown heading [%s]", text)
	}
	r.section = func(line string) error { return r.phrase(line, wanted, at) }
	return nil
}

// name reads how a provider's name is written: "meet: Google Meet, GMeet".
func (r *reader) name(line string) error {
	provider, spellings, ok := strings.Cut(line, ":")
	if !ok || providers[provider] == nil {
		return fmt.Errorf("%q is not PROVIDER: NAME, NAME", line)
	}
	for spelling := range strings.SplitSeq(spellings, ",") {
		r.v.names[provider] = append(r.v.names[provider], fold(strings.TrimSpace(spelling)))
	}
	return nil
}

// meeting takes in a word for a meeting, or with "*" before it the end of such words.
func (r *reader) meeting(text string) {
	if end, ok := strings.CutPrefix(text, "*"); ok {
		r.v.meetingEnds = append(r.v.meetingEnds, end)
		return
	}
	r.v.meetings.add(text)
}

// list reads words with commas between.
func (r *reader) list(line string, add func(string)) error {
	for entry := range strings.SplitSeq(line, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			return fmt.Errorf("a word is missing between two commas")
		}
		for _, named := range r.named(entry, "provider") {
			for _, spelling := range r.spellings(named.text) {
				add(spelling)
			}
		}
	}
	return nil
}

// phrase reads a phrase. "…" at the end lets anything follow, "=" before a word
// wants it with a capital letter.
func (r *reader) phrase(line, wanted string, at where) error {
	line, open := strings.CutSuffix(line, "…")
	var capitals uint64
	for i, word := range strings.Fields(line) {
		if strings.HasPrefix(word, "=") {
			capitals |= 1 << i
		}
	}
	for _, named := range r.named(strings.ReplaceAll(line, "=", ""), wanted) {
		for _, spelling := range r.spellings(named.text) {
			words := strings.Fields(spelling)
			if len(words) == 0 {
				return fmt.Errorf("a phrase without words")
			}
			r.v.add(phrase{
				words: words, text: strings.Join(words, " "), wanted: named.provider, where: at, open: open, capitals: capitals,
				languages: []*language{r.language}, lines: []string{r.at},
			})
		}
	}
	return nil
}

// named is a text with a provider's name put in.
type named struct{ provider, text string }

// named puts every name in the place of NAME.
func (r *reader) named(text, wanted string) []named {
	if !strings.Contains(text, nameMark) {
		return []named{{wanted, text}}
	}
	var out []named
	for _, provider := range providers[wanted] {
		for _, name := range r.v.names[provider] {
			out = append(out, named{provider, strings.ReplaceAll(text, nameMark, name)})
		}
	}
	return out
}

// digraphs are how umlauts are written where they cannot be typed.
var digraphs = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// spellings are the ways in which people type a text.
func (r *reader) spellings(text string) []string {
	out := []string{fold(text)}
	if typed := digraphs.Replace(out[0]); typed != out[0] {
		out = append(out, typed)
	}
	if r.language.bare {
		if typed := withoutAccents(out[0]); typed != out[0] {
			out = append(out, typed)
		}
	}
	return out
}

// withoutAccents takes the marks off the letters.
func withoutAccents(text string) string {
	var out strings.Builder
	for _, c := range norm.NFD.String(text) {
		if c < 0x300 || c > 0x36f {
			out.WriteRune(c)
		}
	}
	return out.String()
}

// fold makes texts alike that differ in capital letters, or in how an accented
// letter is put together.
func fold(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	return cases.Fold().String(norm.NFC.String(text))
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
