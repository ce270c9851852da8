package microsoft

import (
	"strings"
	"testing"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// parsed reads an event as the SDK does.
func parsed(t testing.TB, text string) models.Eventable {
	t.Helper()
	node, err := newAnswers().GetRootParseNode("application/json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	in, err := node.GetObjectValue(models.CreateEventFromDiscriminatorValue)
	if err != nil {
		t.Fatal(err)
	}
	return in.(models.Eventable)
}

const plainEvent = `"id":"x","@odata.etag":"W/\"1\"","type":"singleInstance","subject":"s","isOrganizer":true,"body":{"contentType":"html","content":""},
"start":{"dateTime":"2026-12-02T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-12-02T10:00:00.0000000","timeZone":"UTC"},
"originalStartTimeZone":"W. Europe Standard Time"`

func TestTranslate(t *testing.T) {
	for name, test := range map[string]struct {
		more  string // members beside or in place of those of plainEvent
		check func(e sources.Event) bool
	}{
		"plain": {``, func(e sources.Event) bool {
			return e.Kind == sources.Single && e.Problem == "" && e.ETag == `W/"1"` && e.TimeZone == "Europe/Berlin" && e.OrganizedHere && !e.ReadOnly
		}},
		"cancelled by its organiser": {`"isCancelled":true,"isOrganizer":false`, func(e sources.Event) bool { return e.Gone == sources.Tombstone && e.Problem == "" }},
		"a draft":                    {`"isDraft":true`, func(e sources.Event) bool { return e.ReadOnly }},
		"out of office":              {`"showAs":"oof"`, func(e sources.Event) bool { return e.Type == "outOfOffice" }},
		"elsewhere":                  {`"showAs":"workingElsewhere"`, func(e sources.Event) bool { return e.Type == "" && !e.Free }},
		"free":                       {`"showAs":"free"`, func(e sources.Event) bool { return e.Free }},
		"something new":              {`"showAs":"hologram","type":"singleInstance"`, func(e sources.Event) bool { return e.Problem == "" && !e.Free }},
		"confidential":               {`"sensitivity":"confidential"`, func(e sources.Event) bool { return e.Private }},
		"a custom zone":              {`"originalStartTimeZone":"tzone://Microsoft/Custom"`, func(e sources.Event) bool { return e.TimeZone == "" && e.Problem == "" }},
		"an unknown zone":            {`"originalStartTimeZone":"Mars Standard Time"`, func(e sources.Event) bool { return strings.Contains(e.Problem, "Mars Standard Time") }},
		"an end before the start":    {`"end":{"dateTime":"2026-12-01T10:00:00","timeZone":"UTC"}`, func(e sources.Event) bool { return strings.Contains(e.Problem, "before start") }},
		"a start that is no time":    {`"start":{"dateTime":"soon","timeZone":"UTC"}`, func(e sources.Event) bool { return strings.Contains(e.Problem, "soon") }},
		"all day": {`"isAllDay":true,"start":{"dateTime":"2026-12-01T23:00:00","timeZone":"UTC"},"end":{"dateTime":"2026-12-02T23:00:00","timeZone":"UTC"}`, func(e sources.Event) bool {
			return e.AllDay && e.Start.Equal(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)) && e.End.Sub(e.Start) == 24*time.Hour && e.TimeZone == ""
		}},
		"Skype": {`"isOnlineMeeting":true,"onlineMeetingProvider":"skypeForConsumer","onlineMeeting":{"joinUrl":"https://join.skype.com/abc"}`, func(e sources.Event) bool {
			return e.Native.Provider == "" && e.Conference == "https://join.skype.com/abc"
		}},
		"Teams":         {`"isOnlineMeeting":true,"onlineMeetingProvider":"teamsForBusiness","onlineMeeting":{"joinUrl":"https://teams.microsoft.com/meet/123?p=x"}`, func(e sources.Event) bool { return e.Native.Provider == "teams" && e.Native.URL != "" }},
		"Teams to come": {`"isOnlineMeeting":true,"onlineMeetingProvider":"teamsForBusiness","onlineMeeting":null`, func(e sources.Event) bool { return e.Native.Pending }},
		"a series in a custom zone": {`"type":"seriesMaster","originalStartTimeZone":"tzone://Microsoft/Custom","recurrence":{"pattern":{"type":"weekly","interval":1,"daysOfWeek":["wednesday"]},"range":{"type":"numbered","numberOfOccurrences":2,"startDate":"2026-12-02","recurrenceTimeZone":"Tokyo Standard Time"}}`, func(e sources.Event) bool {
			return e.Kind == sources.Series && e.TimeZone == "Asia/Tokyo" && e.Problem == "" && e.Last.Equal(time.Date(2026, 12, 9, 10, 0, 0, 0, time.UTC))
		}},
		"a series of something new": {`"type":"seriesMaster","recurrence":{"pattern":{"type":"lunar","interval":1},"range":{"type":"noEnd"}}`, func(e sources.Event) bool { return strings.Contains(e.Problem, "pattern") }},
		"an exception": {`"type":"exception","seriesMasterId":"m","originalStart":"2026-12-01T09:00:00Z"`, func(e sources.Event) bool {
			return e.Kind == sources.Exception && e.SeriesID == "m" && e.OriginalStart.Equal(time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC))
		}},
		"an organiser who is a guest, too": {`"organizer":{"emailAddress":{"address":"Ada@acme.test"}},"attendees":[{"type":"required","emailAddress":{"address":"ada@ACME.test"}},{"type":"optional","emailAddress":{"address":"bob@client.test"}},{"type":"resource","emailAddress":{"address":"room@acme.test"}}]`, func(e sources.Event) bool { return e.Guests == 1 }},
		"a room without a type":            {`"attendees":[{"type":"resource","emailAddress":{"name":"Room 4","address":"room@acme.test"}}],"locations":[{"displayName":"Room 4"},{"displayName":"Canteen"},{"displayName":"Microsoft Teams-Besprechung"}]`, func(e sources.Event) bool { return e.Location == "Canteen" }},
	} {
		text := "{" + plainEvent + "}"
		if test.more != "" {
			text = "{" + plainEvent + "," + test.more + "}" // the later of two members counts
		}
		e, _ := facts{}.translate(parsed(t, text), sources.Mark{})
		if !test.check(e) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add("{" + plainEvent + "}")
	f.Add(`{"attendees":[null,{}],"locations":[null,{}],"recurrence":{},"organizer":{},"body":{},"start":{},"onlineMeeting":{}}`)
	f.Add(`{"recurrence":{"pattern":null,"range":{"endDate":"x"}},"singleValueExtendedProperties":[null,{"id":null}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		node, err := newAnswers().GetRootParseNode("application/json", []byte(text))
		if err != nil {
			return
		}
		in, err := node.GetObjectValue(models.CreateEventFromDiscriminatorValue)
		if event, ok := in.(models.Eventable); ok && err == nil && event != nil {
			mark, _ := markOf(event)
			e, _ := facts{}.translate(event, mark)
			_ = e.OccursAt(e.Start, e.End)
		}
	})
}

func TestTokens(t *testing.T) {
	r := roster{}
	for _, name := range []string{"m1", "m2"} {
		for i := range 200 {
			r.at(name).occurrences[digest(name+string(rune('a'+i)))] = true
		}
	}
	moved := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC)
	r.at("m2").exceptions[digest("x")] = moved.Unix()
	text := token{Version: tokenVersion, Link: "https://graph/delta", Series: r.list()}.String()
	back, err := parseToken(text)
	if err != nil || len(text) > 3000 {
		t.Fatalf("%d bytes, %v", len(text), err)
	}
	known := newRoster(back.Series)
	for id, want := range map[string]string{"m1": "m1", "m1a": "m1", "m2b": "m2", "x": "m2", "unheard of": ""} {
		series, original, ok := known.seriesOf(id)
		if series != want || ok != (want != "") || id == "x" && !original.Equal(moved) {
			t.Errorf("%s is of %q, %v", id, series, original)
		}
	}
	for _, bad := range []string{"", "x", "{}", `{"v":2,"link":"x"}`} {
		if _, err := parseToken(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
