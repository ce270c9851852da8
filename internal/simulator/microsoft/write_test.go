package microsoft_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"slotward/internal/simulator/microsoft"
)

const mark = "String {6fd0c9a2-3d34-4b7b-9ac5-2f0c1b1f6e55} Name slotward"

func TestPatchUnderCondition(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	path := "/me/events/" + id
	etag := w.ok("GET", path+"?$select=id", nil).str("@odata.etag")
	r := w.ok("PATCH", path, object{"subject": "two"}, "If-Match: "+etag)
	if r.str("subject") != "two" || r.str("@odata.etag") == etag || r.header.Get("ETag") != r.str("@odata.etag") || r.str("changeKey") == "" {
		t.Fatal(r.text)
	}
	w.refused(412, "ErrorIrresolvableConflict", "PATCH", path, object{"subject": "three"}, "If-Match: "+etag)
	w.ok("PATCH", path, object{"subject": "three"}, "If-Match: *")
	w.desk.Arm("microsoft.patch", "412", 1)
	w.refused(412, "ErrorIrresolvableConflict", "PATCH", path, object{"subject": "four"}) // without a condition, too
	w.refused(412, "ErrorIrresolvableConflict", "DELETE", path, nil, "If-Match: "+etag)
	if e := w.event(ada, id); e.Title != "three" {
		t.Fatal(e)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.Touches = true })
	r = w.ok("PATCH", path, object{"subject": "five"})
	if w.ok("GET", path, nil).str("@odata.etag") == r.str("@odata.etag") {
		t.Fatal("Exchange did not touch the event again")
	}
}

func TestWhatPatchRefuses(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	for _, tc := range []struct {
		code string
		body object
	}{
		{"RequestBodyRead", object{"colour": "red"}},
		{"RequestBodyRead", object{"subject": 7}},
		{"RequestBodyRead", object{"showAs": "glass"}},
		{"RequestBodyRead", object{"start": object{"dateTime": "2026-12-02T10:00:00", "zone": "UTC"}}},
		{"TimeZoneNotSupportedException", object{"start": object{"dateTime": "2026-12-02T10:00:00", "timeZone": "Mars"}}},
		{"ErrorInvalidPropertySet", object{"start": object{"dateTime": "2026-12-02T12:00:00", "timeZone": "UTC"}}},
		{"ErrorPropertyValidationFailure", object{"isAllDay": true}},
		{"ErrorPropertyValidationFailure", object{"recurrence": object{"pattern": object{"type": "weekly", "interval": 1}, "range": object{"type": "noEnd", "startDate": "2026-12-02"}}}},
		{"ErrorPropertyValidationFailure", object{"singleValueExtendedProperties": []object{{"id": "slotward", "value": "x"}}}},
		{"ErrorInvalidRecipients", object{"attendees": []object{{"emailAddress": object{"address": "nobody"}}}}},
	} {
		w.refused(400, tc.code, "PATCH", path, tc.body)
	}
	if r := w.raw("PATCH", path, []byte(`{"subject":`)); r.status != 400 || r.str("error/code") != "RequestBodyRead" {
		t.Error(r.text)
	}
	// What clients cannot write is ignored.
	r := w.ok("PATCH", path, object{"@odata.type": "#microsoft.graph.event", "iCalUId": "x", "onlineMeeting": nil, "isOrganizer": false, "type": "occurrence"})
	if r.str("iCalUId") == "x" || r.at("isOrganizer") != true || r.str("type") != "singleInstance" {
		t.Error(r.text)
	}
}

func TestTimesInAnyZone(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Zone: "Europe/Berlin"})
	for _, tc := range []struct{ zone, local string }{
		{"UTC", "2026-07-02T14:30:00"}, {"W. Europe Standard Time", "2026-07-02T16:30:00"}, {"Asia/Kathmandu", "2026-07-02T20:15:00.0000000"},
		{"tzone://Microsoft/Utc", "2026-07-02T14:30:00"},
	} {
		w.ok("PATCH", path, object{"start": object{"dateTime": tc.local, "timeZone": tc.zone}, "end": object{"dateTime": tc.local, "timeZone": tc.zone}})
		r := w.ok("GET", path, nil)
		if r.str("start/dateTime") != "2026-07-02T14:30:00.0000000" || r.str("start/timeZone") != "UTC" {
			t.Error(tc, r.str("start/dateTime"))
		}
		w.ok("PATCH", path, object{"start": object{"dateTime": "2026-01-01T00:00:00", "timeZone": "UTC"}})
	}
}

func TestUnknownZoneIsRefused(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Zone: "tzone://Microsoft/Custom"})
	w.refused(400, "TimeZoneNotSupportedException", "GET", path, nil, `Prefer: outlook.timezone="Mars"`)
	r := w.ok("GET", path, nil, `Prefer: outlook.timezone="India Standard Time"`)
	if r.str("start/dateTime") != "2026-12-02T15:30:00.0000000" || r.str("originalStartTimeZone") != "tzone://Microsoft/Custom" {
		t.Fatal(r.text)
	}
}

func TestWholeDays(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "fair", Start: at("2026-12-02T00:00:00Z"), Minutes: 2 * 24 * 60, AllDay: true, Zone: "Europe/Berlin"})
	r := w.ok("GET", path, nil, `Prefer: outlook.timezone="Tokyo Standard Time"`)
	if r.str("start/dateTime") != "2026-12-02T00:00:00.0000000" || r.str("end/dateTime") != "2026-12-04T00:00:00.0000000" || r.at("isAllDay") != true {
		t.Fatal(r.text)
	}
}

func TestLocationsGoTogether(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Rooms: []string{"room4@acme.test"}, Location: "Lobby"})
	path := "/me/events/" + id
	r := w.ok("GET", path, nil)
	all := r.list("locations")
	if len(all) != 2 || all[0].str("locationType") != "conferenceRoom" || r.str("location/displayName") != "room4@acme.test; Lobby" {
		t.Fatal(r.text)
	}
	r = w.ok("PATCH", path, object{"locations": []object{{"displayName": "room4@acme.test"}, {"displayName": "https://acme.zoom.us/j/1"}}})
	all = r.list("locations")
	if len(all) != 2 || all[0].str("locationEmailAddress") != "room4@acme.test" || all[1].str("uniqueIdType") != "private" ||
		r.str("location/displayName") != "room4@acme.test; https://acme.zoom.us/j/1" {
		t.Fatal(r.text)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.LocationJoin = ", " })
	if got := w.ok("GET", path, nil).str("location/displayName"); got != "room4@acme.test, https://acme.zoom.us/j/1" {
		t.Fatal(got)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.LocationFirst = true })
	if got := w.ok("GET", path, nil).str("location/displayName"); got != "room4@acme.test" {
		t.Fatal(got)
	}
	r = w.ok("PATCH", path, object{"location": object{"displayName": "Roof"}})
	if all := r.list("locations"); len(all) != 1 || all[0].str("displayName") != "Roof" {
		t.Fatal("location replaces all locations:", r.text)
	}
	r = w.ok("PATCH", path, object{"location": object{"displayName": ""}})
	if len(r.list("locations")) != 0 || r.str("location/displayName") != "" {
		t.Fatal(r.text)
	}
	if guests := w.event(ada, id).Guests; len(guests) != 1 || !guests[0].Resource {
		t.Fatal("the room stays invited:", guests)
	}
}

func TestBodies(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Notes: "Bring\ncake & <"})
	patch := func(kind, content string) string {
		return w.ok("PATCH", path, object{"body": object{"contentType": kind, "content": content}}).str("body/content")
	}
	if got := patch("html", "<p>hi</p>"); got != "<html><head></head><body><p>hi</p></body></html>" {
		t.Error(got)
	}
	whole := "<html><head>\r\n<meta></head><body>  <p>hi</p>\r\n</body></html>"
	if got := patch("html", whole); got != whole {
		t.Error(got)
	}
	if r := w.ok("GET", path, nil); r.str("bodyPreview") != "hi" {
		t.Error(r.text)
	}
	if got := patch("text", "plain <b>"); got != "plain <b>" {
		t.Error(got)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.KeepsHTML = true })
	if got := patch("html", "<p>hi</p>"); got != "<p>hi</p>" {
		t.Error(got)
	}
	if e := w.event(ada, w.insert(microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z"), Notes: "Bring\ncake & tea"})); e.Description != "<html><head></head><body>Bring<br>\r\ncake &amp; tea</body></html>" {
		t.Error(e.Description)
	}
}

func TestExtendedProperties(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	other := w.insert(microsoft.NewEvent{Title: "two", Start: at("2026-12-02T11:00:00Z")})
	path := "/me/events/" + id
	expand := "?$expand=singleValueExtendedProperties($filter=id%20eq%20'" + strings.ReplaceAll(mark, " ", "%20") + "')"
	w.ok("PATCH", path, object{"singleValueExtendedProperties": []object{{"id": mark, "value": "1;i=Home"}, {"id": "Integer 0x8012", "value": "7"}}})
	r := w.ok("GET", path+expand, nil)
	if all := r.list("singleValueExtendedProperties"); len(all) != 1 || all[0].str("value") != "1;i=Home" {
		t.Fatal(r.text)
	}
	if w.ok("GET", path, nil).at("singleValueExtendedProperties") != nil {
		t.Fatal("comes only when it is expanded")
	}
	w.ok("PATCH", path, object{"singleValueExtendedProperties": []object{{"id": mark, "value": "2"}}})
	if e := w.event(ada, id); e.Private[mark] != "2" || e.Private["Integer 0x8012"] != "7" {
		t.Fatal(e.Private)
	}
	filter := "?$filter=" + strings.ReplaceAll("singleValueExtendedProperties/Any(ep: ep/id eq '"+mark+"' and ep/value eq '2')", " ", "%20")
	if found := w.ok("GET", "/me/events"+filter, nil).list("value"); len(found) != 1 || found[0].str("id") != id {
		t.Fatal(found)
	}
	filter = "?$filter=" + strings.ReplaceAll("singleValueExtendedProperties/Any(ep: ep/id eq '"+mark+"' and ep/value ne null)", " ", "%20")
	if found := w.ok("GET", "/me/events"+filter, nil).list("value"); len(found) != 1 {
		t.Fatal(found)
	}
	view := "/me/calendarView" + expand + "&" + span
	if found := w.ok("GET", view, nil).list("value"); len(found) != 2 || len(found[0].list("singleValueExtendedProperties")) != 1 {
		t.Fatal(found)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.NoViewExpand = true })
	w.refused(400, "ErrorInvalidUrlQuery", "GET", view, nil)

	copied, err := w.Copy(ada, id, at("2026-12-04T10:00:00Z"))
	w.must(err)
	if w.event(ada, copied).Private[mark] != "2" {
		t.Fatal("a copy carries everything")
	}
	w.Configure(func(b *microsoft.Behaviour) { b.CopiesDropProperties = true })
	copied, err = w.Copy(ada, id, at("2026-12-04T11:00:00Z"))
	w.must(err)
	if len(w.event(ada, copied).Private) != 0 || len(w.event(ada, other).Private) != 0 {
		t.Fatal("it does not")
	}
	w.ok("PATCH", path, object{"singleValueExtendedProperties": []object{{"id": mark, "value": ""}}})
	if _, ok := w.event(ada, id).Private[mark]; ok {
		t.Fatal("still there")
	}
}

func TestPatchingAnOccurrence(t *testing.T) {
	w := newWorld(t)
	series := weekly(w)
	id, err := w.Instance(ada, series, "2026-12-08")
	w.must(err)
	w.refused(400, "ErrorOccurrenceCrossingBoundary", "PATCH", "/me/events/"+id, object{
		"start": object{"dateTime": "2026-12-15T10:00:00", "timeZone": "UTC"}, "end": object{"dateTime": "2026-12-15T10:30:00", "timeZone": "UTC"}})
	r := w.ok("PATCH", "/me/events/"+id, object{
		"start": object{"dateTime": "2026-12-09T10:00:00", "timeZone": "UTC"}, "end": object{"dateTime": "2026-12-09T10:30:00", "timeZone": "UTC"}})
	if r.str("type") != "exception" || r.str("id") != id || r.str("seriesMasterId") != series || r.str("originalStart") != "2026-12-08T10:00:00Z" {
		t.Fatal(r.text)
	}
	w.must(w.CancelInstance(ada, series, "2026-12-15"))
	r = w.ok("GET", "/me/events/"+series+"?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences", nil)
	if gone, _ := r.at("cancelledOccurrences").([]any); len(gone) != 1 || gone[0] != "OID."+series+".2026-12-15" {
		t.Fatal(r.text)
	}
	if all := r.list("exceptionOccurrences"); len(all) != 1 || all[0].str("id") != id {
		t.Fatal(r.text)
	}
	instances := w.ok("GET", "/me/events/"+series+"/instances?"+span, nil).list("value")
	if len(instances) != 3 || instances[1].str("id") != id || instances[0].str("subject") != "standup" {
		t.Fatal(instances)
	}
	if found := w.ok("GET", "/me/calendarView?"+span, nil).list("value"); len(found) != 3 {
		t.Fatal(found)
	}
	if found := w.ok("GET", "/me/events", nil).list("value"); len(found) != 1 {
		t.Fatal("single events and series only:", found)
	}
	// Occurrences of one series have uids of their own.
	if a, b := instances[0].str("iCalUId"), r.str("iCalUId"); a == b || len(instances[0].str("iCalUId")) < 80 {
		t.Fatal(a, b)
	}
}

func TestInsertAndDelete(t *testing.T) {
	w := newWorld(t)
	draft := object{
		"subject": "made", "transactionId": "7E163156-7762-4BEB-A1C6-729EA81755A7",
		"start": object{"dateTime": "2026-12-02T10:00:00", "timeZone": "Europe/Berlin"}, "end": object{"dateTime": "2026-12-02T11:00:00", "timeZone": "Europe/Berlin"},
		"attendees": []object{{"type": "required", "emailAddress": object{"address": eve, "name": "Eve"}}},
	}
	first := w.ok("POST", "/me/calendar/events", draft)
	again := w.ok("POST", "/me/calendar/events", draft)
	if first.status != 201 || first.str("id") != again.str("id") || first.str("transactionId") == "" || first.str("start/dateTime") != "2026-12-02T09:00:00.0000000" {
		t.Fatal(first.text)
	}
	if mails := w.Mails(); len(mails) != 1 || mails[0].Kind != "invitation" || mails[0].Recipients[0] != eve {
		t.Fatal(mails)
	}
	w.refused(400, "ErrorInvalidPropertySet", "POST", "/me/events", object{"subject": "without a time"})
	if r := w.ok("DELETE", "/me/events/"+first.str("id"), nil); r.status != 204 {
		t.Fatal(r.status)
	}
	if mails := w.Mails(); len(mails) != 2 || mails[1].Kind != "cancellation" {
		t.Fatal(mails)
	}
	w.refused(404, "ErrorItemNotFound", "DELETE", "/me/events/"+first.str("id"), nil)
}

func TestCompressedBodies(t *testing.T) {
	w := newWorld(t)
	path := "/me/events/" + w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"subject":"two"}`))
	_ = z.Close()
	if r := w.raw("PATCH", path, packed.Bytes(), "Content-Encoding: gzip"); r.status != 200 || r.str("subject") != "two" {
		t.Fatal(r.text)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.RefuseGzip, b.GzipAnswers = true, true })
	if r := w.raw("PATCH", path, packed.Bytes(), "Content-Encoding: gzip"); r.status != 415 {
		t.Fatal(r.text)
	}
	if r := w.raw("GET", path, nil, "Accept-Encoding: gzip"); r.header.Get("Content-Encoding") != "gzip" {
		t.Fatal(r.header)
	}
	if r := w.ok("GET", path, nil); r.str("subject") != "two" {
		t.Fatal(r.text)
	}
}

func TestRightsOnACalendar(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddCalendar(bob, "AQMkAbob=", "Bob's", "UTC", "owner"))
	w.must(w.AddCalendar(ada, "AQMkAbob=", "Bob's", "UTC", "reader"))
	id, err := w.Insert("AQMkAbob=", microsoft.NewEvent{Title: "secret", Start: at("2026-12-02T10:00:00Z"), Private: true})
	w.must(err)
	path := "/me/calendars/AQMkAbob=/events/" + id
	if r := w.ok("GET", path, nil); r.str("subject") != "Private Appointment" {
		t.Fatal(r.text)
	}
	w.refused(403, "ErrorAccessDenied", "PATCH", path, object{"subject": "x"})
	w.refused(404, "ErrorItemNotFound", "GET", "/me/events/"+id, nil) // not in the own mailbox
	list := w.ok("GET", "/me/calendars", nil).list("value")
	if len(list) != 2 || list[0].at("isDefaultCalendar") != true || list[1].at("canEdit") != false || list[1].str("owner/address") != bob {
		t.Fatal(list)
	}
	w.must(w.SetRole("AQMkAbob=", ada, "freeBusyReader"))
	w.refused(403, "ErrorAccessDenied", "GET", path, nil)
	w.refused(403, "ErrorAccessDenied", "GET", "/me/calendars/AQMkAbob=/calendarView/delta?"+span, nil)
}

func TestIdsOfBothForms(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddCalendar(ada, "AQMkAteam=", "Team", "UTC", "owner"))
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z")})
	regular, immutable, err := w.EventIDs(ada, id)
	w.must(err)
	if r := w.ok("GET", "/me/events/"+immutable, nil, `Prefer: IdType="ImmutableId"`); r.str("id") != immutable {
		t.Fatal(r.text)
	}
	moved, err := w.MoveEventToCalendar(ada, id, "AQMkAteam=")
	w.must(err)
	now, still, err := w.EventIDs("AQMkAteam=", moved)
	w.must(err)
	if now == regular || still != immutable {
		t.Fatal("the regular id changes, the immutable one does not")
	}
	w.refused(404, "ErrorItemNotFound", "GET", "/me/events/"+regular, nil)
	r := w.ok("POST", "/me/translateExchangeIds", object{"inputIds": []string{now}, "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"})
	if all := r.list("value"); len(all) != 1 || all[0].str("targetId") != immutable {
		t.Fatal(r.text)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.ImmutableNames = true })
	if named := w.event("AQMkAteam=", now).ID; named != immutable {
		t.Fatal(named)
	}
}

func TestMeAndSettings(t *testing.T) {
	w := newWorld(t)
	_, oid, err := w.IDs(ada)
	w.must(err)
	if r := w.ok("GET", "/me?$select=id,mail,userPrincipalName", nil); r.str("id") != oid || r.str("mail") != ada || r.at("displayName") != nil {
		t.Fatal(r.text)
	}
	w.must(w.SetZone(ada, "Europe/Berlin"))
	if r := w.ok("GET", "/me/mailboxSettings/timeZone", nil); r.str("value") != "W. Europe Standard Time" {
		t.Fatal(r.text)
	}
	if all := w.ok("GET", "/me/outlook/supportedTimeZones", nil).list("value"); len(all) != 139 {
		t.Fatal(len(all))
	}
	if all := w.ok("GET", "/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')", nil).list("value"); !strings.Contains(all[0].str("alias"), "/") {
		t.Fatal(all[0])
	}
	w.ok("GET", "/me/calendar", nil)
	w.check.Suspend("the document knows the signed-in user's own paths only")
	w.ok("GET", "/users/"+oid+"/calendars", nil)
	w.ok("GET", "/users/"+oid, nil)
	w.refused(404, "ErrorInvalidUser", "GET", "/users/me-token-to-replace/calendars", nil)
}
