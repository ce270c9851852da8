package microsoft

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"pgregory.net/rapid"
)

// texts are JSON, or nearly.
var texts = []string{
	``, ` `, `{}`, `[]`, ` [ ] `, `{"a":1}`, `{"a":1,}`, `{"a" : [ true , false,null ] }`, `{"a":1 "b":2}`, `{a:1}`, `{"a"}`, `{"a":}`, `[1,2`, `[1,]`, `[,1]`,
	`"x"`, `"x`, `"\u00e4\n\/\"\\"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\`, `"\u`, "\"\n\"", "\"\x00\"", "\"\x7f\"", "\"\xff\xfe\"", "\"ä€😀\"",
	`"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\uD83D\uDE00"`,
	`0`, `-0`, `01`, `-`, `1.`, `.5`, `1.5e+10`, `1e`, `1e-`, `1E5`, `+1`, `-1`, `1x`, `tru`, `true`, `truex`, `nul`, `null null`, `{"a":{"b":[{"c":"d"}]}}`,
	"\ufeff{}", `{"a":1}}`, `]`, `{"":""}`, `{"\u0061":1}`,
}

// Whatever the standard library takes for JSON is taken, and text in it reads the
// same; an answer that was cut off is not taken.
func TestAnswersAgreeWithTheStandardLibrary(t *testing.T) {
	for _, text := range texts {
		agrees(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(`{}[]",:\u0123dDeE8.-+ntrfalse`+" \n\x00ä😀"))).Draw(t, "text")
		agrees(t, text)
		agrees(t, `"`+text+`"`)
		whole, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		agrees(t, string(whole))
	})
}

func FuzzAnswers(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { agrees(t, text) })
}

type fails interface {
	Helper()
	Fatalf(format string, args ...any)
}

func agrees(t fails, text string) {
	t.Helper()
	if strings.Count(text, "[")+strings.Count(text, "{") >= 300 {
		return // deeper than any answer
	}
	whole := `{"subject":` + text + `}`
	node, err := newAnswers().GetRootParseNode("application/json", []byte(whole))
	if !json.Valid([]byte(whole)) {
		return
	}
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for cut := range len(whole) {
		if _, err := newAnswers().GetRootParseNode("application/json", []byte(whole[:cut])); err == nil {
			t.Fatalf("%q was taken", whole[:cut])
		}
	}
	var want string
	if json.Unmarshal([]byte(text), &want) != nil || text == "null" {
		return
	}
	made, err := node.GetObjectValue(models.CreateEventFromDiscriminatorValue)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	got := made.(models.Eventable).GetSubject()
	if got == nil || !utf8.ValidString(*got) {
		t.Fatalf("%q: %v", text, got)
	}
	// Halves of characters are nobody's words: all that counts is that text comes of them.
	if *got != want && !strings.ContainsRune(want, utf8.RuneError) {
		t.Fatalf("%q: %q, want %q", text, *got, want)
	}
}

func TestAnswersEndInTheDeep(t *testing.T) {
	if _, err := newAnswers().GetRootParseNode("application/json", []byte(strings.Repeat("[", 10_000_000))); err == nil {
		t.Error("an answer without an end was taken")
	}
}
