package sources_test

import (
	"strings"
	"testing"

	"slotward/sources"
)

func TestUnfit(t *testing.T) {
	block := sources.RenderBlock(zoomJoining)
	for name, test := range map[string]struct {
		event sources.Event
		want  string // part of the answer, "" when the event is fit
	}{
		"plain":                     {sources.Event{Title: "Sync", Location: "Room 4", Description: "Agenda\r\n\tone\v"}, ""},
		"right-to-left marks":       {sources.Event{Title: "\u200fשלום\u202e"}, ""},
		"control in the title":      {sources.Event{Title: "a\x00b"}, "title holds the control character U+0000"},
		"control in the location":   {sources.Event{Location: "a\x7fb"}, "location holds"},
		"escape in the description": {sources.Event{Description: "a\x1b[2J"}, "description holds the control character U+001B"},
		"long location":             {sources.Event{Location: strings.Repeat("x", 8193)}, "location is 8193 bytes"},
		"long description":          {sources.Event{Description: strings.Repeat("x", 1<<20)}, "leaves no room for the link"},
		"nearly full":               {sources.Event{Description: strings.Repeat("x", 8000)}, "leaves no room for the link"},
		"just room enough":          {sources.Event{Description: strings.Repeat("x", 7192)}, ""},
		"counted in characters":     {sources.Event{Description: strings.Repeat("é", 7192)}, ""},
		"our block does not count":  {sources.Event{Description: strings.Repeat("x", 7190) + "\n\n" + block}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := sources.Unfit(&test.event, 8192)
			if (test.want == "") != (got == "") || !strings.Contains(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestLongestBlockFitsTheRoomKeptForIt(t *testing.T) {
	j := zoomJoining
	j.URL = "https://" + strings.Repeat("v", 60) + ".zoom.us/j/98884753832?pwd=" + strings.Repeat("&", 32)
	j.Passcode = strings.Repeat("&", 10)
	j.DialIn = []string{strings.Repeat("1", 80), strings.Repeat("2", 80), strings.Repeat("3", 80), strings.Repeat("4", 80), "+5"}
	e := sources.Event{ID: "e", Description: "<b>x</b>"}
	sources.Inspect(&e)
	edit := sources.LinkEdit(&e, &j, "i", nil, false)
	if n := len([]rune(*edit.Description)); n > 1000 {
		t.Errorf("the block takes %d characters", n)
	}
}
