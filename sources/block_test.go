package sources_test

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"slotward/sources"
)

var zoomJoining = sources.Joining{
	Provider: "zoom", Meeting: "98884753832", URL: "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1&from=x",
	Passcode: "s3<cr>&1", DialIn: []string{"+49 69 7104 9922 (Germany)", "+1 646 931 3860 (US)"},
}

func TestRenderBlock(t *testing.T) {
	want := `──────── Zoom meeting · kept by Slotward ────────
Join: https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1&from=x
Meeting ID: 988 8475 3832
Passcode: s3<cr>&1
Dial in: +49 69 7104 9922 (Germany)
Dial in: +1 646 931 3860 (US)
──────── end · kept by Slotward ────────`
	if got := sources.RenderBlock(zoomJoining); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	static := sources.RenderBlock(sources.Joining{Provider: "static", Meeting: "static", URL: "https://meet.acme.test/ada"})
	if strings.Contains(static, "Meeting ID") || !strings.Contains(static, "Meeting link · kept by Slotward") {
		t.Errorf("static block:\n%s", static)
	}
}

// A joining as any provider might give it.
func anyJoining(t *rapid.T) sources.Joining {
	return sources.Joining{
		Provider: rapid.SampledFrom([]string{"zoom", "static"}).Draw(t, "provider"),
		Meeting:  rapid.StringMatching(`[0-9]{9,11}`).Draw(t, "meeting"),
		URL:      "https://zoom.us/j/1?pwd=" + rapid.StringMatching(`[A-Za-z0-9._&;=<>-]{0,20}`).Draw(t, "pwd"),
		Passcode: rapid.SampledFrom([]string{"", "abc", "<b>", "&amp;", "&reg", "a  b", "x\ny", "<br>", "&lt;p&gt;"}).Draw(t, "passcode"),
		DialIn:   rapid.SliceOfN(rapid.StringMatching(`\+[0-9 ]{5,12} \([A-Za-zé ]{2,8}\)`), 0, 6).Draw(t, "dial in"),
	}
}

// Text as people write it: words, markup, and what our own separators are made of.
func anyText(t *rapid.T, label string) string {
	pieces := []string{"agenda", " ", "\n", "\n\n", "\r\n", "<br>", "<br><br>", "<p>", "</p>", "<b>", "─", "──────── ", "kept by Slotward",
		"Join: https://x", "Meeting ID: 1", "&amp;", "<", ">", "é", "\u200f", "https://acme.test/a?b=1&c=2", "end", "·", "<a href="}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, label), "")
}

func TestInsertedAndRemovedLeavesEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t, "description")
		e := sources.Event{ID: "e", Description: text, Location: "Room 4"}
		sources.Inspect(&e)
		if e.Shown.Block != sources.BlockNone {
			t.Skip("the text itself makes a marker line")
		}
		for range 3 { // written, and written anew for another meeting
			j := anyJoining(t)
			edit := sources.LinkEdit(&e, &j, "i", nil, false)
			apply(&e, edit)
			if e.Shown.Block != sources.BlockWhole || e.Shown.BlockText != j.Fingerprint() {
				t.Fatalf("not shown: %q", e.Description)
			}
			if !sources.Shows(&e, &j, "i") || !sources.LinkEdit(&e, &j, "i", nil, false).Empty() {
				t.Fatalf("would be written again: %q", e.Description)
			}
		}
		apply(&e, sources.UnlinkEdit(&e, false))
		if e.Description != text {
			t.Fatalf("%q came back as %q", text, e.Description)
		}
	})
}

func TestTextAddedAroundTheBlockStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := anyJoining(t)
		e := sources.Event{ID: "e", Description: anyText(t, "first")}
		sources.Inspect(&e)
		if e.Shown.Block != sources.BlockNone {
			t.Skip("the text itself makes a marker line")
		}
		apply(&e, sources.LinkEdit(&e, &j, "i", nil, false))
		before := "more "
		after := "\n" + anyText(t, "after")
		_, block, _, _ := sources.SplitBlock(e.Description)
		original := strings.TrimSuffix(e.Description, block)
		apply(&e, sources.Edit{Description: ptr(before + e.Description + after)})
		if e.Shown.Block != sources.BlockWhole {
			t.Skip("the text itself makes a marker line")
		}
		next := anyJoining(t)
		apply(&e, sources.LinkEdit(&e, &next, "i", nil, false))
		apply(&e, sources.UnlinkEdit(&e, false))
		if want := before + original + after; e.Description != want {
			t.Fatalf("%q, want %q", e.Description, want)
		}
	})
}

func TestCalendarPageRewritesMarkup(t *testing.T) {
	e := sources.Event{ID: "e", Description: "Agenda:\n1. money & time"}
	sources.Inspect(&e)
	apply(&e, sources.LinkEdit(&e, &zoomJoining, "i", nil, false))
	// What a calendar's editor makes of it when somebody saves the event there.
	rewritten := strings.ReplaceAll(html.EscapeString(e.Description), "\n", "<br>")
	url := html.EscapeString(zoomJoining.URL)
	rewritten = strings.ReplaceAll(rewritten, url, `<a href="https://www.google.com/url?q=x" target="_blank">`+url+`</a>`)
	rewritten = "<span>" + strings.ReplaceAll(rewritten, " (US)", "&nbsp;(US)") + "</span>"
	apply(&e, sources.Edit{Description: &rewritten})
	if !sources.Shows(&e, &zoomJoining, "i") {
		t.Fatalf("the block counts as changed: %q", e.Description)
	}
	apply(&e, sources.UnlinkEdit(&e, false))
	if want := "<span>Agenda:<br>1. money &amp; time</span>"; e.Description != want {
		t.Errorf("%q, want %q", e.Description, want)
	}
}

func TestDamagedBlock(t *testing.T) {
	block := sources.RenderBlock(zoomJoining)
	lines := strings.Split(block, "\n")
	join := func(parts ...string) string { return strings.Join(parts, "\n") }
	asHTML := strings.ReplaceAll(html.EscapeString(block), "\n", "<br>")
	for name, test := range map[string]struct {
		text  string
		state sources.BlockState
		rest  string // what people wrote
	}{
		"none":                      {"Agenda", sources.BlockNone, "Agenda"},
		"whole":                     {"Agenda\n\n" + block, sources.BlockWhole, "Agenda"},
		"whole, HTML":               {"<p>Agenda</p><br><br>" + asHTML + "<p>x</p>", sources.BlockWhole, "<p>Agenda</p><p>x</p>"},
		"whole, changed inside":     {"Agenda\n\n" + strings.Replace(block, "988", "123", 1), sources.BlockWhole, "Agenda"},
		"lower half gone":           {"Agenda\n\n" + join(lines[:3]...), sources.BlockDamaged, "Agenda"},
		"only the first line left":  {"Agenda\n\n" + lines[0] + "\nBring a pen", sources.BlockDamaged, "Agenda\nBring a pen"},
		"upper half gone":           {"Agenda\n" + join(lines[2:]...) + "\nBring a pen", sources.BlockDamaged, "Agenda\n\nBring a pen"},
		"only the last line left":   {"Agenda\n" + lines[6] + "\nBring a pen", sources.BlockDamaged, "Agenda\n\nBring a pen"},
		"twice":                     {"Agenda\n\n" + block + "\nBring a pen\n\n" + block + "\nand paper", sources.BlockDamaged, "Agenda\nBring a pen\nand paper"},
		"words on one of our lines": {"A\n\n" + lines[0] + "\nPasscode: abc please knock", sources.BlockDamaged, "A\nPasscode: abc please knock"},
		"half, then whole":          {"A\n\n" + join(lines[:3]...) + "\nB\n\n" + block, sources.BlockDamaged, "A\nB"},
		"signature in a sentence":   {"This calendar is kept by Slotward.", sources.BlockNone, "This calendar is kept by Slotward."},
		"strokes of one's own":      {"──────── Agenda ────────", sources.BlockNone, "──────── Agenda ────────"},
		"rule partly erased":        {"A\n\n" + strings.TrimPrefix(block, "──────"), sources.BlockWhole, "A"},
		"strokes right after it":    {"A\n\n" + block + "────", sources.BlockWhole, "A────"},
	} {
		t.Run(name, func(t *testing.T) {
			before, block, after, state := sources.SplitBlock(test.text)
			if state != test.state || before+after != test.rest {
				t.Fatalf("%q, %q; want %q, %q", state, before+after, test.state, test.rest)
			}
			if state == sources.BlockWhole && before+block+after != test.text {
				t.Error("before, block and after do not make up the text")
			}
			e := sources.Event{ID: "e", Description: test.text}
			sources.Inspect(&e)
			apply(&e, sources.LinkEdit(&e, &zoomJoining, "i", nil, false))
			if !sources.Shows(&e, &zoomJoining, "i") {
				t.Errorf("not repaired in one go: %q", e.Description)
			}
			before, _, after, _ = sources.SplitBlock(e.Description)
			if before+after != test.rest {
				t.Errorf("people's text is now %q", before+after)
			}
		})
	}
}

func TestFingerprint(t *testing.T) {
	same := [][]string{
		{"", " \n\t", "<br>", "&nbsp;"},
		{"Room 4", " Room  4\n", "<p>Room 4</p>", "Room&nbsp;4", "<b>Room</b> 4"},
		{"a & b", "a &amp; b", "a &#38; b"},
		{"https://zoom.us/j/1?pwd=x&reg=2", "https://zoom.us/j/1?pwd=x&amp;reg=2", `<a href="https://zoom.us">https://zoom.us/j/1?pwd=x&amp;reg=2</a>`},
		{"mail <ada@acme.test>", "mail &lt;ada@acme.test&gt;"},
	}
	seen := map[uint64]string{}
	for _, group := range same {
		want := sources.Fingerprint(group[0])
		for _, text := range group {
			if got := sources.Fingerprint(text); got != want {
				t.Errorf("%q and %q differ", text, group[0])
			}
		}
		if other, taken := seen[want]; taken {
			t.Errorf("%q and %q are the same", group[0], other)
		}
		seen[want] = group[0]
	}
	if sources.Fingerprint(" <br> ") != 0 {
		t.Error("a text without anything to read has a fingerprint")
	}
}

func TestJoiningFingerprintIsThatOfItsBlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		j := anyJoining(t)
		if j.Fingerprint() != sources.Fingerprint(sources.RenderBlock(j)) {
			t.Fatalf("differ for %q", sources.RenderBlock(j))
		}
	})
}

func BenchmarkJoiningFingerprint(b *testing.B) {
	j := zoomJoining
	j.URL, j.Passcode = "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1", "abc"
	b.ReportAllocs()
	for b.Loop() {
		j.Fingerprint()
	}
}

func BenchmarkSplitHostile(b *testing.B) {
	text := strings.Repeat("──────── end · kept by Slotward ────────\nPasscode: x\n──────── Zoom meeting · kept by Slotward ────────\n", 8000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		sources.SplitBlock(text)
	}
}

// apply changes an event as a provider would and looks at it again.
func apply(e *sources.Event, edit sources.Edit) {
	if edit.Location != nil {
		e.Location = *edit.Location
	}
	if edit.Description != nil {
		e.Description = *edit.Description
	}
	if edit.Mark != nil {
		e.Mark = *edit.Mark
	}
	if edit.ClearNative {
		e.Native = sources.Native{}
	}
	if edit.RequestNative {
		e.Native = sources.Native{Provider: "meet", Pending: true}
	}
	sources.Inspect(e)
}

func ptr[T any](v T) *T { return &v }
