package google

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/api/calendar/v3"

	"slotward/sources"
)

var owner = facts{role: "owner", zone: "Europe/Berlin"}

func decode(t *testing.T, text string) *calendar.Event {
	t.Helper()
	var in calendar.Event
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		t.Fatal(err)
	}
	return &in
}

const timed = `"id":"e","etag":"\"1\"","status":"confirmed","organizer":{"self":true},` +
	`"start":{"dateTime":"2026-12-01T10:00:00+01:00","timeZone":"Europe/Berlin"},"end":{"dateTime":"2026-12-01T10:30:00+01:00"}`

func TestTranslate(t *testing.T) {
	for name, test := range map[string]struct {
		json  string
		facts facts
		check func(e sources.Event) bool
	}{
		"instants are UTC":    {timed, owner, func(e sources.Event) bool { return e.Start.Format(time.RFC3339) == "2026-12-01T09:00:00Z" }},
		"its own zone":        {timed, facts{role: "owner", zone: "UTC"}, func(e sources.Event) bool { return e.TimeZone == "Europe/Berlin" }},
		"the calendar's zone": {strings.Replace(timed, `,"timeZone":"Europe/Berlin"`, "", 1), facts{zone: "Asia/Tokyo"}, func(e sources.Event) bool { return e.TimeZone == "Asia/Tokyo" }},
		"a day":               {`"id":"e","start":{"date":"2026-12-01"},"end":{"date":"2026-12-02"}`, owner, func(e sources.Event) bool { return e.AllDay && e.Problem == "" && e.Start.Hour() == 0 }},
		"only an id": {`"id":"e","status":"cancelled"`, owner, func(e sources.Event) bool {
			return e.Gone == sources.Tombstone && e.Kind == sources.Single && e.Problem == ""
		}},
		"a cancelled occurrence": {`"id":"e_1","status":"cancelled","recurringEventId":"e","originalStartTime":{"dateTime":"2026-12-01T10:00:00Z","timeZone":"Europe/Berlin"}`, owner, func(e sources.Event) bool {
			return e.Kind == sources.Exception && e.Gone == sources.Tombstone && e.SeriesID == "e" && e.OriginalStart.Hour() == 10
		}},
		"a cancelled day of a series":  {`"id":"e_1","status":"cancelled","recurringEventId":"e","originalStartTime":{"date":"2026-12-01"}`, owner, func(e sources.Event) bool { return e.OriginalStart.Format(time.DateOnly) == "2026-12-01" }},
		"tentative":                    {strings.Replace(timed, "confirmed", "tentative", 1), owner, func(e sources.Event) bool { return e.Tentative && e.Gone == sources.Present }},
		"free and private":             {timed + `,"transparency":"transparent","visibility":"confidential"`, owner, func(e sources.Event) bool { return e.Free && e.Private && !e.ReadOnly }},
		"private, and not ours to see": {timed + `,"visibility":"private"`, facts{role: "writerWithoutPrivateAccess"}, func(e sources.Event) bool { return e.ReadOnly }},
		"a reader":                     {timed, facts{role: "reader"}, func(e sources.Event) bool { return e.ReadOnly }},
		"only free and busy":           {timed, facts{role: "freeBusyReader"}, func(e sources.Event) bool { return e.ReadOnly }},
		"a role from the future":       {timed, facts{role: "superWriter"}, func(e sources.Event) bool { return e.ReadOnly }},
		"a role not known yet":         {timed, facts{}, func(e sources.Event) bool { return !e.ReadOnly }},
		"locked":                       {timed + `,"locked":true`, owner, func(e sources.Event) bool { return e.ReadOnly }},
		"a private copy":               {timed + `,"privateCopy":true`, owner, func(e sources.Event) bool { return e.ReadOnly }},
		"not the organizer":            {strings.Replace(timed, `{"self":true}`, `{}`, 1), owner, func(e sources.Event) bool { return !e.OrganizedHere }},
		"guests left out of the list":  {timed + `,"attendeesOmitted":true,"attendees":[{"self":true}]`, owner, func(e sources.Event) bool { return e.Guests == 1 }},
		"people and a null":            {timed + `,"attendees":[{"self":true,"responseStatus":"accepted"},null,{"resource":true},{},{"responseStatus":"declined"}]`, owner, func(e sources.Event) bool { return e.Guests == 2 && !e.Declined }},
		"declined":                     {timed + `,"attendees":[{"self":true,"responseStatus":"declined"},{}]`, owner, func(e sources.Event) bool { return e.Declined }},
		"focus time":                   {timed + `,"eventType":"focusTime"`, owner, func(e sources.Event) bool { return e.Type == "focusTime" }},
		"Meet by its link alone":       {timed + `,"hangoutLink":"https://meet.google.com/abc-defg-hij"`, owner, func(e sources.Event) bool { return e.Native.Provider == "meet" && len(e.Shown.Links) == 0 }},
		"Meet by its card":             {timed + `,"conferenceData":{"conferenceSolution":{"key":{"type":"hangoutsMeet"}},"entryPoints":[{"entryPointType":"phone","uri":"tel:+1"},{"entryPointType":"video","uri":"https://meet.google.com/abc-defg-hij"}]}`, owner, func(e sources.Event) bool { return e.Native.URL == "https://meet.google.com/abc-defg-hij" }},
		"old Hangouts":                 {timed + `,"hangoutLink":"https://hangouts.google.com/hangouts/_/x","conferenceData":{"conferenceSolution":{"key":{"type":"eventHangout"}}}`, owner, func(e sources.Event) bool { return e.Native.Provider == "meet" && e.Conference == "" }},
		"Meet asked for":               {timed + `,"conferenceData":{"createRequest":{"status":{"statusCode":"pending"}}}`, owner, func(e sources.Event) bool { return e.Native.Pending && e.Native.Provider == "meet" }},
		"Meet asked for, failed":       {timed + `,"conferenceData":{"createRequest":{"status":{"statusCode":"failure"}}}`, owner, func(e sources.Event) bool { return e.Native == sources.Native{Failed: true} }},
		"a Zoom card": {timed + `,"conferenceData":{"conferenceSolution":{"key":{"type":"addOn"},"name":"Zoom Meeting"},"entryPoints":[{"entryPointType":"video","uri":"https://us02web.zoom.us/j/98884753832?pwd=x"}]}`, owner, func(e sources.Event) bool {
			return e.Native.Provider == "" && strings.Contains(e.Conference, "98884753832") && e.Shown.Links[0].Meeting == "98884753832"
		}},
		"a card of a kind unheard of": {timed + `,"conferenceData":{"conferenceSolution":{"key":{"type":"holodeck"}},"entryPoints":[{"entryPointType":"video","uri":"https://whereby.com/ada"}]}`, owner, func(e sources.Event) bool {
			return e.Native.Provider == "" && e.Conference == "https://whereby.com/ada"
		}},
		"an empty card":       {timed + `,"conferenceData":{"entryPoints":[null]}`, owner, func(e sources.Event) bool { return e.Native == sources.Native{} && e.Conference == "" }},
		"our mark":            {timed + `,"extendedProperties":{"private":{"slotward":"1;i=k;e=00;m=5","other":"x"}}`, owner, func(e sources.Event) bool { return e.Mark.Meeting == "5" }},
		"a mark that is none": {timed + `,"extendedProperties":{"private":{"slotward":"yes"}}`, owner, func(e sources.Event) bool { return e.Mark.Zero() }},
		"a series": {timed + `,"recurrence":["RRULE:FREQ=DAILY;COUNT=3"]`, owner, func(e sources.Event) bool {
			return e.Kind == sources.Series && e.Last.Format(time.RFC3339) == "2026-12-03T09:30:00Z"
		}},

		"no start":               {`"id":"e","end":{"dateTime":"2026-12-01T10:30:00Z"}`, owner, problem("start is missing")},
		"an empty start":         {`"id":"e","start":{},"end":{"dateTime":"2026-12-01T10:30:00Z"}`, owner, problem("start is empty")},
		"a start that is none":   {strings.Replace(timed, "2026-12-01T10:00:00+01:00", "yesterday", 1), owner, problem(`start "yesterday"`)},
		"a date that is none":    {`"id":"e","start":{"date":"2026-13-01"},"end":{"date":"2026-12-02"}`, owner, problem(`start "2026-13-01"`)},
		"ends before it starts":  {strings.Replace(timed, "10:30", "09:30", 1), owner, problem("before start")},
		"no end":                 {timed + `,"endTimeUnspecified":true`, owner, problem("end is unspecified")},
		"an unknown zone":        {strings.Replace(timed, "Europe/Berlin", "Mars/Olympus", 1), owner, problem(`time zone "Mars/Olympus"`)},
		"a series in no zone":    {strings.Replace(timed, "Europe/Berlin", "Mars", 1) + `,"recurrence":["RRULE:FREQ=DAILY"]`, owner, problem(`time zone "Mars"`)},
		"a rule that is none":    {timed + `,"recurrence":["RRULE:FREQ=SOMETIMES"]`, owner, problem("FREQ=SOMETIMES")},
		"an unreadable creation": {timed + `,"created":"?"`, owner, func(e sources.Event) bool { return e.Problem == "" && e.Created.IsZero() }},
	} {
		t.Run(name, func(t *testing.T) {
			if e := test.facts.translate(decode(t, "{"+test.json+"}")); !test.check(e) {
				t.Errorf("%+v", e)
			}
		})
	}
}

func problem(text string) func(sources.Event) bool {
	return func(e sources.Event) bool { return strings.Contains(e.Problem, text) }
}

func FuzzTranslate(f *testing.F) {
	f.Add("{" + timed + `,"recurrence":["RRULE:FREQ=DAILY;COUNT=3"],"attendees":[null],"conferenceData":{"entryPoints":[null]}}`)
	f.Add(`{"status":"cancelled","originalStartTime":{}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var in calendar.Event
		if json.Unmarshal([]byte(text), &in) == nil {
			owner.translate(&in)
		}
	})
}

// aPage is an incremental page as an assistant's calendar gives it: invitations
// with text, some with a link of ours, some series.
func aPage(n int) []byte {
	invitation := "<p>Hi all,</p><p>please find the agenda below; slides are at <a href=\\\"https://docs.acme.test/d/1?a=1&amp;b=2\\\">this place</a>.</p>" +
		"<ul><li>Numbers of the quarter</li><li>Hiring</li><li>Anything else</li></ul><p>See you soon, Ada</p>"
	block := strings.NewReplacer("\n", "\\n", `"`, `\"`).Replace(sources.RenderBlock(sources.Joining{
		Provider: "zoom", Meeting: "98884753832", URL: "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1", Passcode: "123456",
		DialIn: []string{"+49 69 7104 9922 (Germany)", "+1 646 931 3860 (US)"},
	}))
	var items []string
	for i := range n {
		notes := invitation
		location := "Room 4"
		mark := ""
		switch i % 5 {
		case 1, 2:
			notes = "Agenda\\n1. Numbers\\n2. Hiring\\n\\n" + block
			location = "https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1"
			mark = fmt.Sprintf(`,"extendedProperties":{"private":{"slotward":"1;i=k3x9;e=%s;m=98884753832;l=6b5159ff63b6f261;n=meet"}}`, sources.HashEvent(fmt.Sprintf("7cbh8rpc10lrc0ckih9tafss%03d", i)))
		case 3:
			notes, location = "", ""
		}
		repeat := ""
		if i%10 == 0 {
			repeat = `,"recurrence":["RRULE:FREQ=WEEKLY;UNTIL=20270401T000000Z;BYDAY=TU"]`
		}
		items = append(items, fmt.Sprintf(`{"kind":"calendar#event","id":"7cbh8rpc10lrc0ckih9tafss%03d","etag":"\"3181161784%06d\"","status":"confirmed",`+
			`"iCalUID":"7cbh8rpc10lrc0ckih9tafss%03d@google.com","summary":"Weekly sync with the client %d","location":%q,"description":"%s",`+
			`"created":"2026-11-01T10:00:00.000Z","updated":"2026-11-20T10:00:00.000Z","eventType":"default","organizer":{"self":true},`+
			`"start":{"dateTime":"2026-12-01T10:00:00+01:00","timeZone":"Europe/Berlin"},"end":{"dateTime":"2026-12-01T10:30:00+01:00","timeZone":"Europe/Berlin"},`+
			`"attendees":[{"self":true,"responseStatus":"accepted"},{"responseStatus":"needsAction"},{"responseStatus":"accepted"}],`+
			`"hangoutLink":"https://meet.google.com/abc-defg-hij","conferenceData":{"conferenceSolution":{"key":{"type":"hangoutsMeet"}},`+
			`"entryPoints":[{"entryPointType":"video","uri":"https://meet.google.com/abc-defg-hij"},{"entryPointType":"phone","uri":"tel:+1-650-555-0142"}]}%s%s}`,
			i, i, i, i, location, notes, mark, repeat))
	}
	return []byte(`{"kind":"calendar#events","timeZone":"Europe/Berlin","accessRole":"owner","nextSyncToken":"t","items":[` + strings.Join(items, ",") + `]}`)
}

// BenchmarkPage compares decoding a page of 250 events with decoding and
// translating it; "times" is the ratio, which must stay under 3.
func BenchmarkPage(b *testing.B) {
	text := aPage(250)
	decode := func() *calendar.Events {
		var page calendar.Events
		if err := json.Unmarshal(text, &page); err != nil {
			b.Fatal(err)
		}
		return &page
	}
	var decoding, both time.Duration
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		start := time.Now()
		decode()
		middle := time.Now()
		reading := sources.Reading{}
		merge(&reading, nil, decode(), owner)
		both += time.Since(middle)
		decoding += middle.Sub(start)
		if len(reading.Events) != 250 {
			b.Fatal(len(reading.Events))
		}
	}
	b.ReportMetric(float64(both)/float64(decoding), "times")
	b.ReportMetric(float64(both.Microseconds())/float64(b.N), "µs/page")
}

func TestPageIsTranslatedWithinThreeTimesItsDecoding(t *testing.T) {
	text := aPage(250)
	best := 1e9
	for range 8 { // the best of some: the machine has other things to do
		var page calendar.Events
		start := time.Now()
		if err := json.Unmarshal(text, &page); err != nil {
			t.Fatal(err)
		}
		decoding := time.Since(start)
		start = time.Now()
		merge(&sources.Reading{}, nil, &page, owner)
		best = min(best, 1+float64(time.Since(start))/float64(decoding))
	}
	if best > 3 {
		t.Errorf("%.1f times", best)
	}
}
