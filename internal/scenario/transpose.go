package scenario

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Stories are told of Google's calendars, mostly, and hold of every other's:
// where nobody says otherwise, a story told of Google is played on another
// service by putting that one's words in the place of Google's. What is not the
// same there stands in lines of its own:
//
//	[google] calls all 3
//	[microsoft] calls all 5 # what the write left of Teams is read back

// transpositions are the words that stand for Google's, by the service that a
// story is played on.
var transpositions = map[string]map[string]string{
	"microsoft": {
		"google":      "microsoft",
		"google.list": "microsoft.delta", "google.get": "microsoft.get", "google.patch": "microsoft.patch", "google.token": "microsoft.token",
		"meet": "teams",
	},
}

// serviceWords are the commands that name a calendar service, an operation of
// it or its links, with the first argument that may: what comes before, and
// what people typed, stays.
var serviceWords = map[string]int{
	"person": 1, "calendar": 1, "connect": 1, "disconnect": 1, "revoke": 1, "status": 1, "preview": 1,
	"event": 4, "many": 4, "link": 1,
	"fault": 0, "crash": 1, "calls": 0,
}

// transpose is what a command is told when the story is played on another
// service than the one it is told of.
func (w *world) transpose(command string, args []string) []string {
	words := transpositions[w.options.Calendar]
	from, ok := serviceWords[command]
	if !ok || words == nil {
		return args
	}
	args = slices.Clone(args)
	for i := from; i < len(args); i++ {
		if other, ok := words[args[i]]; ok {
			args[i] = other
		}
	}
	return args
}

// quirks are what only Google has: by service, what cannot be told of it.
var quirks = map[string][]struct {
	command string
	word    *regexp.Regexp
	why     string
}{
	"microsoft": {
		{"event", regexp.MustCompile(`^kind=`), "Outlook has no kinds of events"},
		{"event", regexp.MustCompile(`^locked$`), "Outlook locks no events"},
		{"connect", regexp.MustCompile(`^deny=calendar\.events$`), "Microsoft's consent page has no boxes to untick"},
		{"fault", regexp.MustCompile(`^google\.watch$`), "Graph's subscriptions fail in ways of their own"},
	},
}

// told finds the mark of a story that holds for Google alone.
var told = regexp.MustCompile(`(?m)^# google: *(.+)$`)

// eligible reports why a story cannot be played on another service; "" when it can.
func eligible(script, calendar string) string {
	if m := told.FindStringSubmatch(script); m != nil {
		return "Google's alone: " + m[1]
	}
	for _, line := range commandLines(script, calendar) {
		for _, quirk := range quirks[calendar] {
			if line[0] == quirk.command && slices.ContainsFunc(line[1:], quirk.word.MatchString) {
				return strings.Join(line, " ") + ": " + quirk.why
			}
		}
	}
	return ""
}

// Names reports whether the story in a file names a calendar service itself.
func Names(file, calendar string) (bool, error) {
	script, err := os.ReadFile(file)
	return err == nil && names(string(script), calendar), err
}

func names(script, calendar string) bool {
	return slices.ContainsFunc(commandLines(script, calendar), func(line []string) bool {
		from, ok := serviceWords[line[0]]
		return ok && slices.ContainsFunc(line[min(1+from, len(line)):], func(word string) bool {
			return word == calendar || strings.HasPrefix(word, calendar+".")
		})
	})
}

// on says what a story is played on, and why it is not. One that names the
// service itself is played as it is told.
func (o Options) on(script string) (calendar, why string, err error) {
	switch {
	case o.Calendar == "" || o.Calendar == "google":
		return "", "", nil
	case transpositions[o.Calendar] == nil:
		return "", "", fmt.Errorf("unknown calendar service %s: stories are played on google and %s", o.Calendar,
			strings.Join(slices.Sorted(maps.Keys(transpositions)), ", "))
	case names(script, o.Calendar):
		return "", "", nil
	}
	return o.Calendar, eligible(script, o.Calendar), nil
}

// commandLines are the commands of a script that are carried out on a service,
// each with its arguments and without what it depends on.
func commandLines(script, calendar string) [][]string {
	var out [][]string
	for line := range strings.Lines(script) {
		var words []string
		for _, word := range fields(line) {
			words = append(words, strings.ReplaceAll(word, "'", ""))
		}
		elsewhere := false
		for len(words) > 0 && (words[0] == "!" || strings.HasPrefix(words[0], "[")) {
			elsewhere = elsewhere || words[0] == "[google]" || words[0] == "[!"+calendar+"]"
			words = words[1:]
		}
		if len(words) > 0 && !elsewhere {
			out = append(out, words)
		}
	}
	return out
}

// fields splits a line as the engine does: at white space outside single quotes,
// up to a comment. The quotes stay.
func fields(line string) []string {
	var out []string
	from, quoted := -1, false
	for i, c := range line {
		space := !quoted && strings.ContainsRune(" \t\r\n", c)
		switch {
		case space && from >= 0:
			out, from = append(out, line[from:i]), -1
		case !space && from < 0 && c == '#':
			return out
		case !space && from < 0:
			from = i
		}
		if c == '\'' {
			quoted = !quoted
		}
	}
	if from >= 0 {
		out = append(out, line[from:])
	}
	return out
}
