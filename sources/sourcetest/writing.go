package sourcetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"slotward/sources"
)

func linkIsWritten(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Title: "a", Notes: "Agenda", Start: w.at(10, 0), Guests: []string{"bob@client.test"}, Native: true})
	first := w.read(t, "")
	e := pick(t, first.Events, id)
	edit := sources.LinkEdit(&e, &meeting, installation, ours, true)
	edit.Notify = sources.NotifyNone
	after := w.write(t, e, edit)
	if !sources.Shows(&after, &meeting, installation) {
		t.Fatalf("does not show the link: %+v", after)
	}
	if after.Location != meeting.URL || after.Native.Provider != "" || after.ETag == e.ETag || after.Guests != 1 {
		t.Errorf("%+v", after)
	}
	if !after.Mark.Names(id) || after.Mark.Native == "" || after.Mark.Meeting != meeting.Meeting {
		t.Errorf("mark %+v", after.Mark)
	}
	if !sources.LinkEdit(&after, &meeting, installation, ours, true).Empty() {
		t.Error("would be written again")
	}
	echo := w.read(t, first.Token)
	if len(echo.Events) != 1 {
		t.Fatalf("%d events come back", len(echo.Events))
	}
	// What was answered is what stands there: the echo must change nothing.
	if diff := cmp.Diff(after, echo.Events[0]); diff != "" {
		t.Errorf("the echo differs from the answer (-answer +echo):\n%s", diff)
	}
}

func linkIsTakenOff(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Notes: "Agenda ", Start: w.at(10, 0)})
	e := w.find(t, id)
	e = w.write(t, e, sources.LinkEdit(&e, &meeting, installation, ours, true))
	e = w.write(t, e, sources.UnlinkEdit(&e, false))
	if e.Description != "Agenda " || e.Location != "" || !e.Mark.Zero() || e.Shown.Block != sources.BlockNone {
		t.Errorf("left behind: %+v", e)
	}
	if diff := cmp.Diff(e, w.find(t, id)); diff != "" {
		t.Errorf("the reading differs from the answer:\n%s", diff)
	}
}

func textStays(t *testing.T, w World) {
	for name, text := range map[string]string{
		"white space": " \n\n two  blanks \r\n\ttab\n\n",
		"markup":      `<p>Hello <b>all</b>,</p><br><br>&nbsp;see <a href="https://acme.test/?a=1&amp;b=2">this</a>`,
		"open tag":    "a <b unclosed & <a href=",
		"scripts":     "\u200fשלום\u202e ✓ 会议 e\u0301",
		"like ours":   "──────── Agenda ────────\nJoin: https://acme.test\nMeeting ID: 1",
	} {
		id := w.Make(t, w.Calendar, Draft{Notes: text, Location: "Room 4 ", Start: w.at(10, 0)})
		e := w.find(t, id)
		if e.Description != text {
			t.Errorf("%s: reads %q, written %q", name, e.Description, text)
			continue
		}
		e = w.write(t, e, sources.LinkEdit(&e, &meeting, installation, ours, true))
		if !strings.HasPrefix(e.Description, text) || e.Location != "Room 4 " {
			t.Errorf("%s: %q at %q", name, e.Description, e.Location)
		}
		if e = w.write(t, e, sources.UnlinkEdit(&e, false)); e.Description != text || e.Location != "Room 4 " {
			t.Errorf("%s: %q came back as %q", name, text, e.Description)
		}
	}
}

func nativeLink(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0), Native: true})
	e := w.find(t, id)
	old := e.Native
	if e = w.write(t, e, sources.Edit{ClearNative: true}); e.Native.Provider != "" {
		t.Fatalf("still there: %+v", e.Native)
	}
	e = w.write(t, e, sources.Edit{RequestNative: true})
	if e.Native.Provider != old.Provider {
		t.Fatalf("not asked for: %+v", e.Native)
	}
	if e = w.find(t, id); e.Native.URL == "" || e.Native.Pending {
		t.Errorf("not made: %+v", e.Native)
	}
	// And once more: each request must be a new one.
	e = w.write(t, e, sources.Edit{ClearNative: true})
	w.write(t, e, sources.Edit{RequestNative: true})
	if e = w.find(t, id); e.Native.URL == "" {
		t.Errorf("not made a second time: %+v", e.Native)
	}
}

func nativeLinkRefused(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)})
	w.NoNative(t)
	e := w.find(t, id)
	_, err := w.Source.Write(t.Context(), w.Calendar, e, sources.Edit{RequestNative: true, Location: ptr("x")})
	if !errors.Is(err, sources.ErrRefused) {
		t.Errorf("%v", err)
	}
	if after := w.find(t, id); after.Location != "" {
		t.Error("half of the edit was made")
	}
}

func editIsConditional(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Notes: "first", Start: w.at(10, 0)})
	e := w.find(t, id)
	edit := sources.LinkEdit(&e, &meeting, installation, ours, true)
	w.Edit(t, id, Change{Notes: ptr("second")})
	if _, err := w.Source.Write(t.Context(), w.Calendar, e, edit); !errors.Is(err, sources.ErrChanged) {
		t.Errorf("%v", err)
	}
	if after := w.find(t, id); after.Description != "second" || after.Location != "" || !after.Mark.Zero() {
		t.Errorf("somebody's change is lost: %+v", after)
	}
	e.ETag = ""
	if _, err := w.Source.Write(t.Context(), w.Calendar, e, edit); err == nil {
		t.Error("written without a condition")
	}
}

func mailsAsTold(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Start: w.at(10, 0), Guests: []string{"bob@client.test"}})
	e := w.find(t, id)
	for _, test := range []struct {
		notify sources.Notify
		mails  int
	}{{sources.NotifyNone, 0}, {"", 0}, {sources.NotifyAll, 1}, {sources.NotifyExternal, 1}} {
		before := w.Mails()
		if w.AlwaysMails {
			test.mails = 1
		}
		e = w.write(t, e, sources.Edit{Location: ptr("room for " + string(test.notify)), Notify: test.notify})
		if got := w.Mails() - before; got != test.mails {
			t.Errorf("%q: %d mails, want %d", test.notify, got, test.mails)
		}
	}
}

func copyIsNoOriginal(t *testing.T, w World) {
	id := w.Make(t, w.Calendar, Draft{Notes: "Agenda", Start: w.at(10, 0)})
	e := w.find(t, id)
	w.write(t, e, sources.LinkEdit(&e, &meeting, installation, ours, true))
	twin := w.find(t, w.Copy(t, id, w.at(15, 0)))
	if twin.Mark.Zero() || twin.Mark.Names(twin.ID) || sources.Shows(&twin, &meeting, installation) {
		t.Errorf("mark %+v", twin.Mark)
	}
	next := sources.Joining{Provider: "zoom", Meeting: "81111111111", URL: "https://zoom.us/j/81111111111"}
	twin = w.write(t, twin, sources.LinkEdit(&twin, &next, installation, ours, true))
	if !sources.Shows(&twin, &next, installation) || strings.Contains(twin.Description, meeting.Meeting) || twin.Location != next.URL {
		t.Errorf("%+v", twin)
	}
}

func emptyEdit(t *testing.T, w World) {
	e := w.find(t, w.Make(t, w.Calendar, Draft{Start: w.at(10, 0)}))
	before := w.Calls("patch")
	after := w.write(t, e, sources.Edit{Notify: sources.NotifyAll})
	if w.Calls("patch") != before || after.ETag != e.ETag {
		t.Error("a request was sent for nothing")
	}
}

func readOnlyEvents(t *testing.T, w World) {
	id := w.Make(t, w.Shared, Draft{Title: "theirs", Start: w.at(10, 0)})
	reading, err := w.Source.Read(t.Context(), w.Shared, "")
	if err != nil {
		t.Fatal(err)
	}
	e := pick(t, reading.Events, id)
	if !e.ReadOnly {
		t.Errorf("not read-only: %+v", e)
	}
	if _, err := w.Source.Write(t.Context(), w.Shared, e, sources.Edit{Location: ptr("x")}); !errors.Is(err, sources.ErrReadOnly) {
		t.Errorf("%v", err)
	}
	if w.NoLocks {
		return
	}
	if e := w.find(t, w.Make(t, w.Calendar, Draft{Start: w.at(10, 0), Locked: true})); !e.ReadOnly {
		t.Error("a locked event may be written")
	}
}
