package google_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"google.golang.org/api/calendar/v3"

	"slotward/internal/simulator/google"
)

func TestPatchMerges(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{
		Title: "kickoff", Notes: "bring  cake\n", Location: "Room 4", Start: at("2026-12-02T10:00:00Z"), Zone: "Europe/Berlin",
		Guests: []string{eve}, Rooms: []string{"room@acme.test"}, PrivateProps: map[string]string{"old": "1", "keep": "2"}, SharedProps: map[string]string{"s": "3"},
	})
	before := w.event(ada, id)
	got, err := svc.Events.Patch(ada, id, &calendar.Event{
		Location: "", ForceSendFields: []string{"Location"},
		ExtendedProperties: &calendar.EventExtendedProperties{Private: map[string]string{"new": "4"}, NullFields: []string{"Private.old"}},
	}).Do()
	w.must(err)
	after := w.event(ada, id)
	if after.Location != "" || after.Description != before.Description || !slices.Equal(after.Guests, before.Guests) {
		t.Fatalf("%+v", after)
	}
	if fmt.Sprint(after.Private, after.Shared) != "map[keep:2 new:4] map[s:3]" {
		t.Fatal(after.Private, after.Shared)
	}
	if got.Etag == before.ETag || got.Etag != after.ETag {
		t.Fatal("the ETag did not follow the change")
	}
	if got.Start.DateTime != "2026-12-02T10:00:00Z" || got.Start.TimeZone != "Europe/Berlin" {
		t.Fatalf("start %+v", got.Start)
	}
	w.contract.Suspend("it takes no wall clock, which the service does beside a zone")
	got, err = svc.Events.Patch(ada, id, &calendar.Event{
		Start: &calendar.EventDateTime{DateTime: "2026-12-02T12:00:00", TimeZone: "Europe/Berlin"}, End: &calendar.EventDateTime{DateTime: "2026-12-02T13:00:00+01:00"},
		Attendees: []*calendar.EventAttendee{{Email: eve, ResponseStatus: "accepted"}},
	}).Do()
	w.must(err)
	if e := w.event(ada, id); !e.Start.Equal(at("2026-12-02T11:00:00Z")) || !e.End.Equal(at("2026-12-02T12:00:00Z")) || len(e.Guests) != 1 || got.Sequence != 1 {
		t.Fatalf("%+v", e)
	}
	again, err := svc.Events.Patch(ada, id, &calendar.Event{Summary: "kickoff"}).Do()
	if err != nil || again.Etag != got.Etag {
		t.Fatalf("a patch that changes nothing made a new version: %v", err)
	}
}

func TestPutResets(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Notes: "notes", Meet: true, Start: at("2026-12-02T10:00:00Z"), PrivateProps: map[string]string{"k": "v"}})
	body := &calendar.Event{Summary: "new", Start: &calendar.EventDateTime{DateTime: "2026-12-02T10:00:00Z"}, End: &calendar.EventDateTime{DateTime: "2026-12-02T11:00:00Z"}}
	_, err := svc.Events.Update(ada, id, body).Do()
	w.must(err)
	if e := w.event(ada, id); e.Title != "new" || e.Description != "" || len(e.Private) != 0 || e.HangoutLink == "" {
		t.Fatalf("%+v", e)
	}
	_, err = svc.Events.Update(ada, id, body).ConferenceDataVersion(1).Do()
	w.must(err)
	if e := w.event(ada, id); e.HangoutLink != "" {
		t.Fatalf("%+v", e)
	}
	_, err = svc.Events.Update(ada, id, &calendar.Event{Summary: "new"}).Do()
	wantReason(t, err, 400, "required")
}

func TestIfMatch(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z")})
	call := svc.Events.Patch(ada, id, &calendar.Event{Location: "here"})
	call.Header().Set("If-Match", w.event(ada, id).ETag)
	w.must(w.Edit(ada, id, google.Change{Title: ptr("edited meanwhile")}))
	_, err := call.Do()
	wantReason(t, err, 412, "conditionNotMet")
	call.Header().Set("If-Match", w.event(ada, id).ETag)
	_, err = call.Do()
	w.must(err)
	gone := svc.Events.Delete(ada, id)
	gone.Header().Set("If-Match", `"1"`)
	wantReason(t, gone.Do(), 412, "conditionNotMet")
}

func TestInsertAndDelete(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	e := func(id string) *calendar.Event {
		return &calendar.Event{Id: id, Summary: "x", Start: &calendar.EventDateTime{DateTime: "2026-12-02T10:00:00Z"}, End: &calendar.EventDateTime{DateTime: "2026-12-02T11:00:00Z"}}
	}
	made, err := svc.Events.Insert("primary", e("abcde12345")).Do()
	if err != nil || made.ICalUID != "abcde12345@google.com" || !made.Organizer.Self || made.Organizer.Email != ada {
		t.Fatalf("%+v, %v", made, err)
	}
	_, err = svc.Events.Insert("primary", e("abcde12345")).Do()
	wantReason(t, err, 409, "duplicate")
	_, err = svc.Events.Insert("primary", e("XYZ")).Do()
	wantReason(t, err, 400, "invalid")
	w.must(svc.Events.Delete(ada, made.Id).Do())
	wantReason(t, svc.Events.Delete(ada, made.Id).Do(), 410, "deleted")
	wantReason(t, svc.Events.Delete(ada, "unknown").Do(), 404, "notFound")
	// Writing on a deleted event does not bring it back; asking for it does.
	_, err = svc.Events.Patch(ada, made.Id, &calendar.Event{Location: "here"}).Do()
	w.must(err)
	if w.event(ada, made.Id).Status != "cancelled" {
		t.Fatal("revived")
	}
	got, err := svc.Events.Patch(ada, made.Id, &calendar.Event{Status: "confirmed"}).Do()
	if err != nil || got.Location != "here" || got.Status != "confirmed" {
		t.Fatalf("%+v, %v", got, err)
	}
}

func TestBodiesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	tok := w.signIn(ada, allScopes, allScopes)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z")})
	locked := w.insert(ada, google.NewEvent{Title: "locked", Locked: true, Start: at("2026-12-02T10:00:00Z")})
	const json = "application/json"
	for name, c := range map[string]struct{ id, query, kind, body, reason string }{
		"not JSON":           {id, "", json, `{"summary":`, "parseError"},
		"no object":          {id, "", json, `[]`, "parseError"},
		"two values":         {id, "", json, `{} {}`, "parseError"},
		"content type":       {id, "", "text/plain", `{}`, "badContent"},
		"unknown member":     {id, "", json, `{"titel":"x"}`, "invalid"},
		"wrong type":         {id, "", json, `{"summary":1}`, "invalid"},
		"unknown parameter":  {id, "?sendUpdate=all", json, `{}`, "invalidParameter"},
		"bad enum parameter": {id, "?sendUpdates=everybody", json, `{}`, "invalidParameter"},
		"bad version":        {id, "?conferenceDataVersion=2", json, `{}`, "invalidParameter"},
		"twice":              {id, "?sendUpdates=all&sendUpdates=none", json, `{}`, "invalidParameter"},
		"description":        {id, "", json, `{"description":"` + strings.Repeat("x", 8193) + `"}`, "invalid"},
		"zone":               {id, "", json, `{"start":{"dateTime":"2026-12-02T10:00:00","timeZone":"Mars/Olympus"}}`, "invalid"},
		"no offset":          {id, "", json, `{"start":{"dateTime":"2026-12-02T10:00:00","timeZone":null}}`, "required"},
		"end before start":   {id, "", json, `{"end":{"dateTime":"2026-12-01T10:00:00Z"}}`, "timeRangeEmpty"},
		"date and time":      {id, "", json, `{"start":{"date":"2026-12-02"}}`, "invalid"},
		"visibility":         {id, "", json, `{"visibility":"hidden"}`, "invalid"},
		"event type":         {id, "", json, `{"eventType":"focusTime"}`, "invalid"},
		"attendee":           {id, "", json, `{"attendees":[{"email":"nobody"}]}`, "invalid"},
		"attendee without":   {id, "", json, `{"attendees":[{}]}`, "required"},
		"reminders":          {id, "", json, `{"reminders":{"useDefault":false,"overrides":[{"method":"popup","minutes":40321}]}}`, "invalid"},
		"rule":               {id, "", json, `{"recurrence":["RRULE:FREQ=SOMETIMES"]}`, "invalid"},
		"hourly":             {id, "", json, `{"recurrence":["RRULE:FREQ=HOURLY"]}`, "invalid"},
		"DTSTART":            {id, "", json, `{"recurrence":["DTSTART:20261202T100000Z","RRULE:FREQ=DAILY"]}`, "invalid"},
		"locked":             {locked, "", json, `{"location":"here"}`, "forbidden"},
		"too many":           {id, "", json, manyProperties(301), "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			code, body := w.raw(tok, "PATCH", "/calendar/v3/calendars/primary/events/"+c.id+c.query, c.kind, c.body)
			if code/100 != 4 || !strings.Contains(body, `"reason":"`+c.reason+`"`) {
				t.Errorf("%d %s", code, body)
			}
		})
	}
	if e := w.event(ada, id); e.ETag != w.event(ada, id).ETag || e.Title != "kickoff" || e.Description != "" {
		t.Errorf("a refused write left something: %+v", e)
	}
	if code, _ := w.raw(tok, "GET", "/calendar/v3/nothing/here", json, ""); code != 404 {
		t.Error("unknown path:", code)
	}
}

func manyProperties(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"k%d":"v"`, i)
	}
	return `{"extendedProperties":{"private":{` + b.String()[1:] + `}}}`
}

func TestExtendedPropertyLimits(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z")})
	props := map[string]string{strings.Repeat("k", 44): strings.Repeat("ü", 1025), strings.Repeat("k", 45): "dropped"}
	_, err := svc.Events.Patch(ada, id, &calendar.Event{ExtendedProperties: &calendar.EventExtendedProperties{Private: props}}).Do()
	w.must(err)
	got := w.event(ada, id).Private
	if len(got) != 1 || got[strings.Repeat("k", 44)] != strings.Repeat("ü", 1024) {
		t.Fatalf("%d properties, %d characters", len(got), len([]rune(got[strings.Repeat("k", 44)])))
	}
}

func TestWhatPeopleTypedIsNotCheckedAgain(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	long := strings.Repeat("long ", 200_000)
	id := w.insert(ada, google.NewEvent{Title: "bell \a and \u202e", Notes: long, Zone: "Mars/Olympus", Start: at("2026-12-02T10:00:00Z")})
	got, err := svc.Events.Patch(ada, id, &calendar.Event{Location: "here"}).Do()
	if err != nil || got.Description != long || got.Start.TimeZone != "Mars/Olympus" || got.Summary != "bell \a and \u202e" {
		t.Fatal(err)
	}
	if _, err := svc.Events.Patch(ada, id, &calendar.Event{Description: long + "!"}).Do(); err == nil {
		t.Fatal("a longer description was accepted")
	}
}

func TestMails(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z"), Guests: []string{bob, eve, "colleague@acme.test"}, Rooms: []string{"room@acme.test"}})
	w.must(w.Move(ada, id, at("2026-12-02T11:00:00Z"), 0))
	for i, updates := range []string{"none", "", "externalOnly", "all"} {
		call := svc.Events.Patch(ada, id, &calendar.Event{Location: fmt.Sprint("Room ", i)})
		if updates != "" {
			call.SendUpdates(updates)
		}
		_, err := call.Do()
		w.must(err)
	}
	mails := w.Mails()
	if len(mails) != 2 || !slices.Equal(mails[0].Recipients, []string{eve}) || mails[0].Event != id ||
		!slices.Equal(mails[1].Recipients, []string{bob, "colleague@acme.test", eve}) {
		t.Fatalf("%+v", mails)
	}
	w.must(svc.Events.Delete(ada, id).SendUpdates("all").Do())
	if mails = w.Mails(); len(mails) != 3 || mails[2].Kind != "cancellation" {
		t.Fatalf("%+v", mails)
	}
}

func TestRemindersDoNotMoveUpdated(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	id := w.insert(ada, google.NewEvent{Title: "kickoff", Start: at("2026-12-02T10:00:00Z")})
	before := w.event(ada, id)
	w.clock.Set(at("2026-12-01T08:30:00Z"))
	_, err := svc.Events.Patch(ada, id, &calendar.Event{Reminders: &calendar.EventReminders{UseDefault: false, ForceSendFields: []string{"UseDefault"}}}).Do()
	w.must(err)
	after := w.event(ada, id)
	if after.ETag == before.ETag || !after.Updated.Equal(before.Updated) {
		t.Fatalf("%+v", after)
	}
}
