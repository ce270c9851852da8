package microsoft

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// texts are JSON, and what is nearly JSON.
var texts = []string{
	``, ` `, `{}`, `[]`, ` [ ] `, `{"a":1}`, `{"a":1,}`, `{"a" : [ true , false,null ] }`, `{"a":1 "b":2}`, `{a:1}`, `{"a"}`, `{"a":}`, `[1,2`, `[1,]`, `[,1]`,
	`"x"`, `"x`, `"\u00e4\n\/\"\\"`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\`, `"\u`, "\"\n\"", "\"\x00\"", "\"\x7f\"", "\"\xff\xfe\"", "\"ä€😀\"",
	`"\ud83d\ude00"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ude00\ud83d"`, `"\ud83d\ud83d\ude00"`, `"\uD83D\uDE00"`,
	`0`, `-0`, `01`, `-`, `1.`, `.5`, `1.5e+10`, `1e`, `1e-`, `1E5`, `+1`, `-1`, `1x`, `tru`, `true`, `truex`, `nul`, `null null`, `{"a":{"b":[{"c":"d"}]}}`,
	"\ufeff{}", `{"a":1}}`, `]`, `{"":""}`, `{"\u0061":1}`,
}

// What is taken for JSON is just what the standard library takes for it, and
// every string in it reads the same.
func TestScanAgreesWithTheStandardLibrary(t *testing.T) {
	for _, text := range texts {
		agrees(t, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune(`{}[]",:\u0123dDeE8.-+ntrfalse`+" \n\x00ä😀"))).Draw(t, "text")
		agrees(t, text)
		agrees(t, `["`+text+`"]`)
		whole, err := json.Marshal(map[string]any{text: []any{text, len(text), nil, text == ""}})
		if err != nil {
			t.Fatal(err)
		}
		agrees(t, string(whole))
		agrees(t, string(whole[:rapid.IntRange(0, len(whole)).Draw(t, "cut")]))
	})
}

func FuzzScan(f *testing.F) {
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
	if strings.Count(text, "[")+strings.Count(text, "{") >= maxNesting {
		return
	}
	found, err := scanJSON([]byte(text))
	if valid := json.Valid([]byte(text)); valid != (err == nil) {
		t.Fatalf("%q: %v, valid %v", text, err, valid)
	}
	if err != nil {
		return
	}
	for i, v := range found.values {
		raw := found.raw(v)
		if !json.Valid(raw) || v.next <= int32(i) || int(v.next) > len(found.values) {
			t.Fatalf("%q: value %d is %q, next %d", text, i, raw, v.next)
		}
		if v.kind != '"' {
			continue
		}
		var want string
		if err := json.Unmarshal(raw, &want); err != nil || found.stringOf(v) != want {
			t.Fatalf("%q: %q, want %q, %v", raw, found.stringOf(v), want, err)
		}
	}
}

func TestScanEndsInTheDeep(t *testing.T) {
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	if _, err := scanJSON(deep(maxNesting)); err != nil {
		t.Error(err)
	}
	if _, err := scanJSON(deep(maxNesting + 1)); err == nil {
		t.Error("an answer without a bottom was taken")
	}
	if _, err := scanJSON([]byte(strings.Repeat("[", 10_000_000))); err == nil {
		t.Error("an answer without an end was taken")
	}
}
