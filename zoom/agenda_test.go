package zoom

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestReferences(t *testing.T) {
	reference := NewReference("home-1")
	if other := NewReference("home-1"); other == reference {
		t.Fatal("two references are equal")
	}
	if len(reference) < len("home-1:")+20 {
		t.Errorf("%q can be guessed", reference)
	}
	if !strings.HasPrefix(reference, "home-1:") {
		t.Errorf("%q does not name its installation", reference)
	}
	for _, text := range []string{"", "Agenda", strings.Repeat("ü", 5000)} {
		got, ok := ReferenceOf(agenda(reference, text))
		if !ok || got != reference {
			t.Errorf("reference %q, %v in front of %d bytes", got, ok, len(text))
		}
	}
	if got := NewReference("a]b: c"); !strings.HasPrefix(got, "abc:") {
		t.Errorf("characters that would break the mark were kept: %q", got)
	}
}

func TestWhatIsNoReference(t *testing.T) {
	for _, text := range []string{
		"", "Agenda", " [slotward:a:b]", "x[slotward:a:b]", "[slotward:a]", "[slotward:a:b", "[slotward::b]", "[slotward:a:]",
		"[slotward:a:b c]", "[slotward:a:b:c]", "[SLOTWARD:a:b]", "[slotward:a:ü]", "[slotward:a:" + strings.Repeat("b", 200) + "]",
	} {
		if reference, ok := ReferenceOf(text); ok {
			t.Errorf("%q is said to hold reference %q", text, reference)
		}
	}
}

func TestTopics(t *testing.T) {
	for title, want := range map[string]string{
		"Kick-off":                       "Kick-off",
		"  two\r\nlines\t":               "two  lines",
		"nul\x00":                        "nul",
		"bad\xff":                        "bad\uFFFD",
		strings.Repeat("é", 250):         strings.Repeat("é", 200),
		strings.Repeat("x", 199) + "  y": strings.Repeat("x", 199),
	} {
		if got := Topic(title); got != want {
			t.Errorf("topic of %q is %q", title, got)
		}
	}
}

func TestTextsFitForZoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + strings.Repeat("語", rapid.IntRange(0, 3000).Draw(t, "more"))
		topic := Topic(text)
		if utf8.RuneCountInString(topic) > 200 || Topic(topic) != topic {
			t.Fatalf("topic of %d characters", utf8.RuneCountInString(topic))
		}
		full := agenda("a:b", text)
		if utf8.RuneCountInString(full) > 2000 || !strings.HasPrefix(full, "[slotward:a:b]") || !utf8.ValidString(full) {
			t.Fatalf("agenda of %d characters", utf8.RuneCountInString(full))
		}
	})
}
