package sources

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// sentence is one that a file gives for the phrase above it.
type sentence struct {
	at    string // file and line
	text  string
	match bool
}

// sentences reads what the files give for each phrase, by file and line of the
// phrase; wholes are those that make up a location.
func sentences(t *testing.T) map[string][]sentence {
	t.Helper()
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]sentence{}
	for _, file := range files {
		text, err := wordFiles.ReadFile("words/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		phrase := ""
		for n, line := range strings.Split(string(text), "\n") {
			at := fmt.Sprintf("%s:%d", file.Name(), n+1)
			trimmed := strings.TrimSpace(line)
			switch indented := trimmed != "" && line[0] == ' '; {
			case !indented:
				phrase = at
			case strings.HasPrefix(trimmed, "+ "), strings.HasPrefix(trimmed, "- "):
				out[phrase] = append(out[phrase], sentence{at, trimmed[2:], trimmed[0] == '+'})
			default:
				t.Errorf("%s: neither + nor -", at)
			}
		}
	}
	return out
}

// event is one that says a sentence.
func (s sentence) event() Event {
	text := strings.NewReplacer(`\n`, "\n", `\u0301`, "\u0301", `\u0308`, "\u0308").Replace(s.text)
	if location, ok := strings.CutPrefix(text, "location: "); ok {
		return Event{ID: "e", Location: location}
	}
	if notes, ok := strings.CutPrefix(text, "notes: "); ok {
		return Event{ID: "e", Description: notes}
	}
	return Event{ID: "e", Title: text}
}

// Every phrase of every file has a sentence that it matches, and a look-alike
// that no phrase of any language does.
func TestEveryPhraseBothWays(t *testing.T) {
	given := sentences(t)
	phrases := map[string]bool{}
	for _, p := range spoken.phrases {
		for _, line := range p.lines {
			phrases[line] = true
		}
	}
	for line := range phrases {
		for _, match := range []bool{true, false} {
			if !slices.ContainsFunc(given[line], func(s sentence) bool { return s.match == match }) {
				t.Errorf("%s: no sentence with match %v", line, match)
			}
		}
	}
	for line, some := range given {
		if !phrases[line] {
			t.Errorf("%s: sentences that stand under no phrase", line)
		}
		for _, s := range some {
			e := s.event()
			p := spoken.asked(e.Title, e.Location, e.Description, "")
			switch {
			case !s.match && p != nil:
				t.Errorf("%s: %q is read as %q (%s, %v)", s.at, s.text, p.text, p.wanted, p.lines)
			case s.match && p == nil:
				t.Errorf("%s: %q says nothing", s.at, s.text)
			case s.match && !slices.Contains(p.lines, line):
				t.Errorf("%s: %q is read by another phrase, %q (%v)", s.at, s.text, p.text, p.lines)
			}
		}
	}
}

// Among the look-alikes of a phrase is one that shares letters with it.
func TestLookAlikesLookAlike(t *testing.T) {
	for line, some := range sentences(t) {
		words := map[string]bool{}
		for _, p := range spoken.phrases {
			if slices.Contains(p.lines, line) {
				for _, word := range p.words {
					words[clip(withoutAccents(word), 4)] = true
				}
			}
		}
		alike := slices.ContainsFunc(some, func(s sentence) bool {
			for word := range words {
				if e := s.event(); !s.match && strings.Contains(withoutAccents(fold(e.Title+e.Location+e.Description)), word) {
					return true
				}
			}
			return false
		})
		if !alike {
			t.Errorf("%s: no look-alike looks like it", line)
		}
	}
}

// Each way of writing each phrase is found, alone and in capitals, and taken
// back by the words that take back in any language.
func TestEverySpelling(t *testing.T) {
	for _, p := range spoken.phrases {
		text := strings.ReplaceAll(p.text, "*", "e")
		if p.open {
			text += " Berlin"
		}
		for _, written := range []string{text, strings.ToUpper(text)} {
			e := Event{ID: "e", Title: written}
			switch {
			case p.where == asLocation:
				e = Event{ID: "e", Location: written}
			case p.capitals != 0 && written == text:
				continue
			}
			Inspect(&e)
			if e.Shown.Override != p.wanted {
				t.Errorf("%v: %q asks for %q, want %q", p.lines, written, e.Shown.Override, p.wanted)
			}
		}
		if p.where == asTag || p.where == asLocation {
			continue
		}
		for _, no := range []string{"not", "nicht", "nunca"} {
			e := Event{ID: "e", Title: "Meeting " + no + " " + text}
			if Inspect(&e); e.Shown.Override != "" {
				t.Errorf("%v: %q asks for %q", p.lines, e.Title, e.Shown.Override)
			}
		}
	}
}

// Whatever people write around a phrase, the cheap look before finds it.
func TestHintsFindEveryPhrase(t *testing.T) {
	for line, some := range sentences(t) {
		for _, s := range some {
			e := s.event()
			if text := e.Title + e.Location + e.Description; s.match && !spoken.hints.in(text) {
				t.Errorf("%s, %s: %q is passed over", line, s.at, s.text)
			}
		}
	}
	for _, text := range []string{"", "abc", "Quarterly planning with the sales department", "Jahresplanung und Berichte", "Revisión del plan de ventas"} {
		if spoken.hints.in(text) {
			t.Errorf("%q is looked through", text)
		}
	}
}

// Everyday words of one language are phrases and denials of no other.
func TestLanguagesDoNotDisturbEachOther(t *testing.T) {
	for title, want := range map[string]string{
		"War room on Zoom":                      "zoom",
		"Die hard watch party on Teams":         "teams",
		"Sin City screening, by phone":          "none",
		"Hat fitting in person":                 "none",
		"Was ist neu, Call on Zoom":             "zoom",
		"No-code workshop via Zoom":             "zoom",
		"Call on Zoom mit Bob":                  "zoom",
		"Weekly über Teams with Bob":            "",
		"Weekly Sync über Teams, with Bob":      "teams",
		"Kickoff con el cliente por Zoom":       "zoom",
		"En route: call on Zoom":                "zoom",
		"Er is in Ort":                          "",
		"Vorstellung der Teams":                 "",
		"Die Reunión en persona":                "none",
		"Meeting in teams":                      "",
		"Uber to the airport":                   "",
		"Por la mañana":                         "",
		"Ortstermin":                            "",
		"Report about teams, links and persons": "",
	} {
		e := Event{ID: "e", Title: title}
		if Inspect(&e); e.Shown.Override != want {
			t.Errorf("%q asks for %q (%q), want %q", title, e.Shown.Override, e.Shown.Words, want)
		}
	}
}

func TestPlacesThatSayHow(t *testing.T) {
	for location, place := range map[string]bool{
		"Microsoft Teams-Besprechung": false, "Videokonferenz": false, "wird noch bekannt gegeben": false, "k. A.": false, "per Telefon": false,
		"Reunión de Microsoft Teams": false, "en línea": false, "En linea": false, "Videollamada": false, "Por definir": false, "ÜBER TEAMS": false,
		"Besprechungsraum 4": true, "Calle de la Reunión 4": true, "Teamsaal": true, "Zoom Tower": true,
	} {
		e := Event{Location: location}
		if Inspect(&e); e.Shown.Place != place {
			t.Errorf("%q: place is %v", location, e.Shown.Place)
		}
	}
}

// A file that says what cannot be understood is refused, with the line.
func TestFaultyFiles(t *testing.T) {
	names := "[names]\nzoom: Zoom\n"
	for name, test := range map[string]struct{ text, want string }{
		"no heading":      {"by phone\n", "xx.txt:1: \"by phone\" stands under no heading"},
		"unknown heading": {"\n[nobody, anywhere]\n", "xx.txt:2: unknown heading [nobody, anywhere]"},
		"unknown place":   {"[none, somewhere]\n", "xx.txt:1: unknown heading [none, somewhere]"},
		"name":            {"[names]\njitsi: Jitsi\n", "xx.txt:2: \"jitsi: Jitsi\" is not PROVIDER: NAME, NAME"},
		"comma":           {"[asks]\nplease,, kindly\n", "xx.txt:2: a word is missing between two commas"},
		"short":           {"[none, anywhere]\nby me\n", "xx.txt:2: \"by me\" is too short to be looked for in every text"},
		"nothing":         {"[none, anywhere]\n…\n", "xx.txt:2: a phrase without words"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readWords(fstest.MapFS{"words/names.txt": {Data: []byte(names)}, "words/xx.txt": {Data: []byte(test.text)}})
			if err == nil || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	if _, err := readWords(fstest.MapFS{}); err == nil {
		t.Error("read without the names")
	}
}
