package sources_test

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"slotward/sources"
)

const other = "https://us02web.zoom.us/j/81111111111?pwd=x" // another meeting that we manage

func managed(l sources.Link) bool {
	return l.Provider == "zoom" && (l.Meeting == "98884753832" || l.Meeting == "81111111111")
}

func linked(t *testing.T, e sources.Event) sources.Event {
	t.Helper()
	sources.Inspect(&e)
	apply(&e, sources.LinkEdit(&e, &zoomJoining, "i", managed, true))
	if !sources.Shows(&e, &zoomJoining, "i") {
		t.Fatalf("does not show its link: %+v", e)
	}
	return e
}

func TestLinkEditOnAFreshEvent(t *testing.T) {
	e := sources.Event{ID: "e", Native: sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}}
	sources.Inspect(&e)
	edit := sources.LinkEdit(&e, &zoomJoining, "i", managed, true)
	if edit.Location == nil || *edit.Location != zoomJoining.URL || edit.Description == nil || !edit.ClearNative || edit.RequestNative {
		t.Fatalf("%+v", edit)
	}
	want := sources.Mark{
		Installation: "i", EventHash: sources.HashEvent("e"), Meeting: "98884753832", Location: sources.Fingerprint(zoomJoining.URL),
		Native: "meet", NativeMeeting: "abc-defg-hij",
	}
	if edit.Mark == nil || *edit.Mark != want {
		t.Errorf("mark %+v", edit.Mark)
	}
	if sources.Shows(&e, &zoomJoining, "i") {
		t.Error("shows its link before it is written")
	}
}

func TestLinkEditLocation(t *testing.T) {
	ours := zoomJoining.URL
	for name, test := range map[string]struct {
		change func(*sources.Event) // after the link was written
		want   string               // location after the next edit
		empty  bool                 // nothing to do
	}{
		"left alone":               {func(e *sources.Event) {}, ours, true},
		"emptied":                  {func(e *sources.Event) { e.Location = "" }, ours, false},
		"a place typed":            {func(e *sources.Event) { e.Location = "Room 4" }, "Room 4", true},
		"a place added to it":      {func(e *sources.Event) { e.Location += ", Room 4" }, ours + ", Room 4", true},
		"a stranger's link typed":  {func(e *sources.Event) { e.Location = "https://acme.webex.com/meet/bob" }, "https://acme.webex.com/meet/bob", true},
		"another of our links":     {func(e *sources.Event) { e.Location = other }, ours, false},
		"ours and then some words": {func(e *sources.Event) { e.Location = other + " (backup)" }, other + " (backup)", true},
	} {
		t.Run(name, func(t *testing.T) {
			e := linked(t, sources.Event{ID: "e"})
			test.change(&e)
			sources.Inspect(&e)
			edit := sources.LinkEdit(&e, &zoomJoining, "i", managed, true)
			if edit.Empty() != test.empty {
				t.Errorf("edit %+v", edit)
			}
			shown := sources.Shows(&e, &zoomJoining, "i") && !sources.ShowsOther(&e, &zoomJoining, managed)
			if shown != test.empty {
				t.Errorf("Shows and ShowsOther say %v, the edit %v", shown, test.empty)
			}
			apply(&e, edit)
			if e.Location != test.want {
				t.Errorf("location %q, want %q", e.Location, test.want)
			}
			if !sources.LinkEdit(&e, &zoomJoining, "i", managed, true).Empty() {
				t.Error("would be written again")
			}
		})
	}
}

func TestTypedPlaceIsNeverOurs(t *testing.T) {
	e := linked(t, sources.Event{ID: "e", Location: "Room 4"})
	if e.Location != "Room 4" || e.Mark.Location != 0 {
		t.Fatalf("location %q, mark %+v", e.Location, e.Mark)
	}
	apply(&e, sources.UnlinkEdit(&e, false))
	if e.Location != "Room 4" || e.Description != "" || !e.Mark.Zero() {
		t.Errorf("left behind: %+v", e)
	}
}

func TestCopyGetsItsOwnLink(t *testing.T) {
	original := linked(t, sources.Event{ID: "e", Description: "Agenda"})
	twin := original
	twin.ID = "copy"
	sources.Inspect(&twin)
	if sources.Shows(&twin, &zoomJoining, "i") {
		t.Fatal("a copied mark counts")
	}
	next := sources.Joining{Provider: "zoom", Meeting: "81111111111", URL: other}
	apply(&twin, sources.LinkEdit(&twin, &next, "i", managed, true))
	if twin.Location != other || strings.Contains(twin.Description, "98884753832") || !strings.HasPrefix(twin.Description, "Agenda\n\n") {
		t.Errorf("%q, %q", twin.Location, twin.Description)
	}
	if !twin.Mark.Names("copy") || twin.Mark.Meeting != "81111111111" {
		t.Errorf("mark %+v", twin.Mark)
	}
}

func TestNewMeetingReplacesTheOldOne(t *testing.T) {
	e := linked(t, sources.Event{ID: "e", Description: "<b>Agenda</b>"})
	next := sources.Joining{Provider: "static", Meeting: "static", URL: "https://meet.acme.test/ada?a=1&b=2"}
	apply(&e, sources.LinkEdit(&e, &next, "i", nil, false))
	if e.Location != next.URL || strings.Contains(e.Description, "zoom.us") || !strings.Contains(e.Description, "a=1&amp;b=2<br>") {
		t.Errorf("%q, %q", e.Location, e.Description)
	}
}

func TestUnlinkEdit(t *testing.T) {
	e := linked(t, sources.Event{ID: "e", Description: "Agenda ", Native: sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"}})
	edit := sources.UnlinkEdit(&e, true)
	if !edit.RequestNative {
		t.Error("the native link is not asked for")
	}
	apply(&e, edit)
	if e.Description != "Agenda " || e.Location != "" || !e.Mark.Zero() || !e.Native.Pending {
		t.Errorf("left behind: %+v", e)
	}
	if edit := sources.UnlinkEdit(&e, true); !edit.Empty() {
		t.Errorf("would be taken off again: %+v", edit)
	}
	if !sources.Shows(&e, nil, "i") {
		t.Error("still shows something of ours")
	}
}

func TestNativeLinkTypedIntoTheTextIsNobodysChoice(t *testing.T) {
	e := sources.Event{
		ID: "e", Description: "Join at meet.google.com/abc-defg-hij or https://acme.webex.com/meet/bob",
		Native: sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"},
	}
	sources.Inspect(&e)
	if len(e.Shown.Links) != 1 || e.Shown.Links[0].Provider != "webex" {
		t.Errorf("before: %+v", e.Shown.Links)
	}
	apply(&e, sources.LinkEdit(&e, &zoomJoining, "i", managed, true))
	for _, link := range e.Shown.Links {
		if link.Provider == "meet" {
			t.Errorf("after it was taken away: %+v", e.Shown.Links)
		}
	}
}

func TestConferenceCardComesFirst(t *testing.T) {
	e := sources.Event{
		ID: "e", Location: "https://acme.webex.com/meet/bob", Description: "https://whereby.com/ada",
		Conference: "https://us02web.zoom.us/j/98884753832",
	}
	sources.Inspect(&e)
	var got []string
	for _, link := range e.Shown.Links {
		got = append(got, link.Provider)
	}
	if strings.Join(got, " ") != "zoom webex whereby" {
		t.Errorf("%v", got)
	}
}

func TestEditsAgreeWithShows(t *testing.T) {
	e := linked(t, sources.Event{ID: "e"})
	if sources.Shows(&e, &zoomJoining, "another") {
		t.Error("another installation's mark counts as ours")
	}
	changed := zoomJoining
	changed.Passcode = "new"
	if sources.Shows(&e, &changed, "i") {
		t.Error("a new passcode is not noticed")
	}
	if sources.LinkEdit(&e, &changed, "i", managed, false).Location != nil {
		t.Error("the location is written though it stands")
	}
}

// The text is only a short cut: what was worked out from it says the same.
func TestShowsWithAndWithoutTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written, asked := anyJoining(t), anyJoining(t)
		if rapid.Bool().Draw(t, "same") {
			asked = written
		}
		e := sources.Event{ID: "e", Description: anyText(t, "description"), Location: rapid.SampledFrom([]string{"", "Room 4", written.URL}).Draw(t, "location")}
		sources.Inspect(&e)
		apply(&e, sources.LinkEdit(&e, &written, "i", nil, false))
		switch rapid.SampledFrom([]string{"none", "around", "inside", "moved"}).Draw(t, "edit") {
		case "around":
			e.Description = anyText(t, "above") + e.Description + anyText(t, "below")
		case "inside":
			at := rapid.IntRange(0, len(e.Description)).Draw(t, "at")
			e.Description = e.Description[:at] + anyText(t, "inside") + e.Description[at:]
		case "moved":
			e.Location = html.EscapeString(e.Location)
		}
		sources.Inspect(&e)
		bare := e
		bare.Description, bare.Location = "", ""
		if with, without := sources.Shows(&e, &asked, "i"), sources.Shows(&bare, &asked, "i"); with != without {
			t.Fatalf("with its text %v, without %v: %q at %q for\n%s", with, without, e.Description, e.Location, sources.RenderBlock(asked))
		}
	})
}

func BenchmarkShows(b *testing.B) {
	e := sources.Event{ID: "7cbh8rpc10lrc0ckih9tafss99"}
	sources.Inspect(&e)
	apply(&e, sources.LinkEdit(&e, &zoomJoining, "i", nil, false))
	b.ReportAllocs()
	for b.Loop() {
		sources.Shows(&e, &zoomJoining, "i")
	}
}
