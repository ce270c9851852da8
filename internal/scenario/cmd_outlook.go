package scenario

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator/microsoft"
	"slotward/sources"
)

// outlookCommands are what is special on Microsoft's calendars: how Microsoft
// behaves where nobody can tell, what people do there, and how it must look.
var outlookCommands = map[string]command{
	"outlook": {usage: "outlook [CALENDAR] KEY[=VALUE]…", least: 1, do: cmdOutlook},
	"teams":   {usage: "teams EVENT [language=de] [template=old]", least: 1, do: cmdTeams},
	"type":    {usage: "type EVENT before|inside|after TEXT", least: 3, do: cmdType},
	"put":     {usage: "put EVENT CALENDAR", least: 2, do: cmdPut},
	"rooms":   {usage: "rooms EVENT ADDRESS,…", least: 2, do: checkRooms, check: true},
	"places":  {usage: "places EVENT PLACE…", least: 2, do: checkPlaces, check: true},
	"words":   {usage: "words EVENT kept|plain", least: 2, do: checkWords, check: true},
}

// outlookSwitches are Microsoft's ways that can be turned on and off. A word
// alone turns one on.
var outlookSwitches = map[string]func(*microsoft.Behaviour) *bool{
	"empty-first-page":       func(b *microsoft.Behaviour) *bool { return &b.EmptyFirstPage },
	"reversed":               func(b *microsoft.Behaviour) *bool { return &b.Reversed },
	"replays":                func(b *microsoft.Behaviour) *bool { return &b.Replays },
	"full-occurrences":       func(b *microsoft.Behaviour) *bool { return &b.FullOccurrences },
	"no-masters":             func(b *microsoft.Behaviour) *bool { return &b.NoMasters },
	"masters-missing":        func(b *microsoft.Behaviour) *bool { return &b.MastersMissing },
	"tolerant-delta":         func(b *microsoft.Behaviour) *bool { return &b.TolerantDelta },
	"gone-location":          func(b *microsoft.Behaviour) *bool { return &b.GoneLocation },
	"exception-id":           func(b *microsoft.Behaviour) *bool { return &b.ExceptionID },
	"provider-stays":         func(b *microsoft.Behaviour) *bool { return &b.ProviderStays },
	"teams-location":         func(b *microsoft.Behaviour) *bool { return &b.TeamsLocation },
	"keeps-html":             func(b *microsoft.Behaviour) *bool { return &b.KeepsHTML },
	"touches":                func(b *microsoft.Behaviour) *bool { return &b.Touches },
	"location-first":         func(b *microsoft.Behaviour) *bool { return &b.LocationFirst },
	"property-mails":         func(b *microsoft.Behaviour) *bool { return &b.PropertyMails },
	"nothing-silent":         func(b *microsoft.Behaviour) *bool { return &b.NothingSilent },
	"no-view-expand":         func(b *microsoft.Behaviour) *bool { return &b.NoViewExpand },
	"keep-declined":          func(b *microsoft.Behaviour) *bool { return &b.KeepDeclined },
	"copies-drop-properties": func(b *microsoft.Behaviour) *bool { return &b.CopiesDropProperties },
	"concurrency-per-app":    func(b *microsoft.Behaviour) *bool { return &b.ConcurrencyPerApp },
	"gzip":                   func(b *microsoft.Behaviour) *bool { return &b.GzipAnswers },
	"long-scopes":            func(b *microsoft.Behaviour) *bool { return &b.LongScopes },
}

// outlookNumbers are those of Microsoft's ways that are a number.
var outlookNumbers = map[string]func(*microsoft.Behaviour) *int{
	"page-size":   func(b *microsoft.Behaviour) *int { return &b.PageSize },
	"page-cap":    func(b *microsoft.Behaviour) *int { return &b.PageCap },
	"concurrency": func(b *microsoft.Behaviour) *int { return &b.Concurrency },
	"quota":       func(b *microsoft.Behaviour) *int { return &b.Quota },
}

// outlookTimes are those that are a length of time.
var outlookTimes = map[string]func(*microsoft.Behaviour) *time.Duration{
	"delta-lag":      func(b *microsoft.Behaviour) *time.Duration { return &b.DeltaLag },
	"token-lifetime": func(b *microsoft.Behaviour) *time.Duration { return &b.TokenLifetime },
}

// outlookTexts are those that are a word.
var outlookTexts = map[string]func(*microsoft.Behaviour, string){
	"after-cut":     func(b *microsoft.Behaviour, v string) { b.AfterCut = afterCut[v] },
	"gone-code":     func(b *microsoft.Behaviour, v string) { b.GoneCode = v },
	"location-join": func(b *microsoft.Behaviour, v string) { b.LocationJoin = v },
	"withheld":      func(b *microsoft.Behaviour, v string) { b.Withheld = list(v) },
}

// afterCut names what becomes of a Teams meeting whose block was cut out.
var afterCut = map[string]microsoft.AfterCut{
	"goes": microsoft.TeamsGoes, "stays": microsoft.TeamsStays, "returns": microsoft.TeamsReturns,
}

// graph is the simulator behind Outlook's calendars.
func (w *world) graph() *microsoft.Server { return w.offices["microsoft"].(microsoftService).Server }

// cmdOutlook sets how Microsoft behaves, from now on and towards everybody.
// "delta=KIND*N" and the like make the next N answers to an operation fail in
// Graph's own ways, such as html503 or 429:1.5. With a calendar before, it is
// about that one: "teams=off" allows it none, "teams=always" adds Teams to
// whatever is made there, "forget" makes its delta links void.
func cmdOutlook(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if strings.Contains(args[0], "/") {
		return w.outlookCalendar(args[0], args[1:])
	}
	for _, arg := range args {
		key, value, hasValue := strings.Cut(arg, "=")
		if slices.Contains(faultOperations, "microsoft."+key) {
			if err := w.outlookFails(key, value); err != nil {
				return err
			}
			continue
		}
		set, err := outlookWay(key, value, hasValue)
		if err != nil {
			return err
		}
		w.graph().Configure(set)
	}
	return nil
}

// outlookWay reads one of Microsoft's ways.
func outlookWay(key, value string, hasValue bool) (func(*microsoft.Behaviour), error) {
	if at, ok := outlookSwitches[key]; ok && (!hasValue || value == "on" || value == "off") {
		return func(b *microsoft.Behaviour) { *at(b) = value != "off" }, nil
	}
	if at, ok := outlookNumbers[key]; ok {
		n, err := strconv.Atoi(value)
		return func(b *microsoft.Behaviour) { *at(b) = n }, err
	}
	if at, ok := outlookTimes[key]; ok {
		d, err := length(value)
		return func(b *microsoft.Behaviour) { *at(b) = d }, err
	}
	set, ok := outlookTexts[key]
	if _, known := afterCut[value]; !ok || !hasValue || key == "after-cut" && !known {
		return nil, fmt.Errorf("outlook knows no %s=%s", key, value)
	}
	return func(b *microsoft.Behaviour) { set(b, value) }, nil
}

// outlookFails arms a fault in Graph's own words, "KIND" or "KIND*N".
func (w *world) outlookFails(operation, kind string) error {
	kind, times, _ := strings.Cut(kind, "*")
	n, err := count(strings.Fields(times))
	if err != nil {
		return err
	}
	if !w.armed && w.random != nil {
		for _, desk := range w.desks {
			desk.Disarm()
		}
	}
	w.armed = true
	w.desks["microsoft"].Arm("microsoft."+operation, kind, n)
	return nil
}

func (w *world) outlookCalendar(name string, settings []string) error {
	c, err := w.calendar(name)
	if err != nil {
		return err
	}
	ways := map[string]func() error{
		"teams=off":    func() error { return w.graph().SetConferenceTypes(c.id) },
		"teams=on":     func() error { return w.graph().SetConferenceTypes(c.id, "teamsForBusiness") },
		"teams=always": func() error { return w.graph().SetAutoTeams(c.owner.email, true) },
		"forget":       func() error { return w.graph().ExpireTokens(c.id) },
	}
	for _, setting := range settings {
		set, ok := ways[setting]
		if !ok {
			return fmt.Errorf("outlook knows no %s of a calendar", setting)
		}
		if err := set(); err != nil {
			return err
		}
	}
	return nil
}

// cmdTeams is the owner turning an event into a Teams meeting, as Outlook's
// switch does it.
func cmdTeams(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, _, err := w.event(args[0])
	if err != nil {
		return err
	}
	d := draft{native: "teams"}
	for _, option := range args[1:] {
		if err := describe(&d, option); err != nil {
			return err
		}
	}
	return w.graph().AddTeams(e.calendar.id, e.id, d.language, d.oldTemplate)
}

// teamsBlock finds the block that Outlook writes for Teams, with the lines of
// underscores that frame it. What is around it is not part of it.
var teamsBlock = regexp.MustCompile(`(?s)<div (?:class="me-email-text" lang=|style="width:100%; height:20px").*?_{80}.*?_{80}(?:</div>\r\n</div>|</span> </div>)`)

// meetingID stands in the middle of a Teams block.
var meetingID = regexp.MustCompile(`\d{3} \d{3} \d{3} \d{3}`)

// cmdType types something before, inside or after the Teams block of an event,
// and leaves everything else alone. {link} stands for the link of the meeting.
func cmdType(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, _, err := w.event(args[0])
	if err != nil {
		return err
	}
	v, err := w.open(e, time.Time{})
	if err != nil {
		return err
	}
	insert := func(notes string) (string, error) {
		block := teamsBlock.FindStringIndex(notes)
		if block == nil {
			return "", errors.New("no Teams block stands on it")
		}
		at := map[string]int{"before": block[0], "after": block[1]}
		if id := meetingID.FindStringIndex(notes[block[0]:block[1]]); id != nil {
			at["inside"] = block[0] + id[1]
		}
		i, ok := at[args[1]]
		if !ok {
			return "", fmt.Errorf("nothing can be typed %s the block", args[1])
		}
		return notes[:i] + strings.ReplaceAll(args[2], "{link}", v.native) + notes[i:], nil
	}
	notes, err := insert(v.notes)
	if err != nil {
		return err
	}
	if e.left.notes, err = insert(e.left.notes); err != nil {
		return err
	}
	return w.app(e).edit(e.calendar.id, e.id, change{notes: &notes})
}

// cmdPut moves an event to another calendar of the same mailbox.
func cmdPut(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, _, err := w.event(args[0])
	if err != nil {
		return err
	}
	c, err := w.calendar(args[1])
	if err != nil {
		return err
	}
	if e.calendar.provider == "google" { // where an event keeps its id
		err := w.offices["google"].(googleService).MoveEventToCalendar(e.calendar.id, e.id, c.id)
		e.calendar = c
		return err
	}
	id, err := w.graph().MoveEventToCalendar(e.calendar.id, e.id, c.id)
	e.calendar, e.id = c, id
	return err
}

// outlookView is an event with what Outlook alone knows of it.
func (w *world) outlookView(name string) (microsoft.EventView, error) {
	e, occurrence, err := w.event(name)
	if err != nil {
		return microsoft.EventView{}, err
	}
	id, err := w.idOf(e, occurrence)
	if err != nil {
		return microsoft.EventView{}, err
	}
	return w.graph().Event(e.calendar.id, id)
}

// checkPlaces holds when these are an event's places, in this order; "zoom"
// stands for the link that it shows.
func checkPlaces(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	v, err := w.outlookView(args[0])
	if err != nil {
		return err
	}
	s, err := w.look(args[0])
	if err != nil {
		return err
	}
	want := slices.Clone(args[1:])
	if i := slices.Index(want, "zoom"); i >= 0 && len(s.zoomLinks) == 1 {
		want[i] = s.zoomLinks[0]
	}
	if !slices.Equal(v.Locations, want) {
		return fmt.Errorf("its places are %q", v.Locations)
	}
	return nil
}

// checkRooms holds when an event's places begin with these rooms, as they were booked.
func checkRooms(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	v, err := w.outlookView(args[0])
	if err != nil {
		return err
	}
	want := list(args[1])
	booked := slices.DeleteFunc(slices.Clone(v.Guests), func(g microsoft.GuestView) bool { return !g.Resource })
	if len(booked) != len(want) || len(v.Locations) < len(want) || !slices.Equal(v.Locations[:len(want)], want) {
		return fmt.Errorf("%d rooms are booked, and its places are %q", len(booked), v.Locations)
	}
	return nil
}

// checkWords holds when the notes are, byte for byte, what people left there,
// our block and that of Teams taken out of both; or when they are plain text.
func checkWords(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	s, err := w.look(args[0])
	if err != nil {
		return err
	}
	switch args[1] {
	case "kept":
	case "plain":
		v, err := w.outlookView(args[0])
		if err == nil && !v.Text {
			err = fmt.Errorf("the notes are HTML: %.200q", v.Description)
		}
		return err
	default:
		return fmt.Errorf("unknown: words %s", args[1])
	}
	before, _, after, _ := sources.SplitBlock(s.notes)
	now, left := teamsBlock.ReplaceAllString(before+after, ""), teamsBlock.ReplaceAllString(s.left.notes, "")
	if now != left {
		return fmt.Errorf("people left %+q, now it is %+q", left, now)
	}
	return nil
}
