package microsoft

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/microsoft/kiota-abstractions-go/serialization"
	kjson "github.com/microsoft/kiota-serialization-json-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/models/odataerrors"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

const richEvent = `{"@odata.etag":"W/\"1\"","id":"x","createdDateTime":"2026-12-01T08:00:00Z","lastModifiedDateTime":"2026-12-01T08:00:00.1234567Z",
"subject":"Über \"alles\" \ud83d\ude00","sensitivity":"private","showAs":"oof","type":"exception","seriesMasterId":"m","originalStart":"2026-12-02T09:00:00Z",
"isAllDay":false,"isCancelled":true,"isOrganizer":true,"isDraft":null,"iCalUId":"040000","originalStartTimeZone":"W. Europe Standard Time",
"onlineMeetingProvider":"somethingNew","isOnlineMeeting":true,"onlineMeetingUrl":null,"onlineMeeting":{"joinUrl":"https://teams.microsoft.com/meet/1","phones":[{"number":"1","type":"home"}]},
"responseStatus":{"response":"organizer"},"body":{"contentType":"html","content":"<html>\r\n<body>\u003cp\u003ex</p>\t</body>\r\n</html>"},
"start":{"dateTime":"2026-12-02T09:00:00.0000000","timeZone":"UTC"},"end":{"dateTime":"2026-12-02T10:00:00.0000000","timeZone":"UTC"},
"locations":[{"displayName":"Room 4","locationType":"conferenceRoom","uniqueId":"u","uniqueIdType":"directory","address":{"city":"Ulm"},"coordinates":{"latitude":48.4,"longitude":10}},null],
"attendees":[{"type":"required","emailAddress":{"name":"Bob","address":"bob@client.test"}},{"type":"resource","emailAddress":{"address":"room@acme.test"}}],
"organizer":{"emailAddress":{"name":"Ada","address":"ada@acme.test"}},"cancelledOccurrences":["OID.m.2026-12-09"],
"recurrence":{"pattern":{"type":"weekly","interval":2,"month":0,"daysOfWeek":["monday","friday"],"firstDayOfWeek":"sunday","index":"first"},
"range":{"type":"endDate","startDate":"2026-12-02","endDate":"2027-12-02","recurrenceTimeZone":"UTC","numberOfOccurrences":0}},
"singleValueExtendedProperties":[{"id":"String {1} Name x","value":"1;i=a"}],"exceptionOccurrences":[{"id":"y","subject":"other"}],
"@removed":{"reason":"deleted","more":[1,2.5,true,null,"x"]},"somethingNew":{"a":[{"b":"c"}]},"aNumber":17,"isReally":true,"nothing":null}`

// What models are made of an answer is what the SDK's own way makes.
func TestModelsAreTheSDKsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		create serialization.ParsableFactory
	}{
		"an event": {richEvent, models.CreateEventFromDiscriminatorValue},
		"a page": {`{"@odata.context":"c","@odata.nextLink":"https://x/?$skiptoken=1","value":[` + richEvent + `,null,{"id":"z","@removed":{"reason":"deleted"}}]}`,
			users.CreateItemCalendarsItemCalendarViewDeltaGetResponseFromDiscriminatorValue},
		"an empty page": {`{"value":[],"@odata.deltaLink":"https://x/?$deltatoken=1"}`, users.CreateItemCalendarsItemCalendarViewDeltaGetResponseFromDiscriminatorValue},
		"calendars": {`{"value":[{"id":"c","name":"Calendar","canEdit":true,"isDefaultCalendar":false,"owner":{"address":"ada@acme.test"},"allowedOnlineMeetingProviders":["teamsForBusiness","other"]}]}`,
			models.CreateCalendarCollectionResponseFromDiscriminatorValue},
		"an error": {`{"error":{"code":"ErrorItemNotFound","message":"The \"thing\"\n is gone.","innerError":{"date":"2026-12-02T09:00:00","request-id":"r","client-request-id":"q"}}}`,
			odataerrors.CreateODataErrorFromDiscriminatorValue},
		"no object": {`"x"`, models.CreateEventFromDiscriminatorValue},
		"null":      {`null`, models.CreateEventFromDiscriminatorValue},
	} {
		want, wantErr := made(kjson.NewJsonParseNodeFactory(), c.text, c.create)
		got, err := made(newAnswers(), c.text, c.create)
		if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %v\n%v\nwant\n%v", name, err, wantErr, got, want)
		}
	}
}

// made is a model as it would be sent, which has all of its members in it.
func made(f serialization.ParseNodeFactory, text string, create serialization.ParsableFactory) (out any, err error) {
	node, err := f.GetRootParseNode("application/json", []byte(text))
	if err != nil {
		return nil, err
	}
	model, err := node.GetObjectValue(create)
	if model == nil || err != nil {
		return nil, err
	}
	w := kjson.NewJsonSerializationWriter()
	if err := w.WriteObjectValue("", model); err != nil {
		return nil, err
	}
	written, err := w.GetSerializedContent()
	if err == nil {
		err = json.Unmarshal(written, &out)
	}
	return out, err
}

func TestFaultyMembersAreTold(t *testing.T) {
	for _, text := range []string{
		`{"subject":1}`, `{"isAllDay":"yes"}`, `{"start":{"dateTime":true}}`, `{"createdDateTime":"yesterday"}`, `{"attendees":{}}`, `{"attendees":[{"type":1}]}`,
	} {
		if got, err := made(newAnswers(), text, models.CreateEventFromDiscriminatorValue); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
	for _, kind := range []string{"", "text/html"} {
		if _, err := newAnswers().GetRootParseNode(kind, []byte(`{}`)); err == nil {
			t.Errorf("%q was taken for JSON", kind)
		}
	}
}

// A location is passed over only where the list has it, too.
func TestALocationWithoutAListIsRead(t *testing.T) {
	for _, list := range []string{"", `,"locations":[]`, `,"locations":null`} {
		e := parsed(t, `{"location":{"displayName":"Canteen"}`+list+`}`)
		if got := placesOf(e).shown(); got != "Canteen" {
			t.Errorf("%s: at %q", list, got)
		}
	}
}

// Nothing asks models for the members that they are spared.
func TestUnreadMembersAreUnread(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	asks := regexp.MustCompile(`\.Get([A-Z]\w*)\(\)`)
	read := map[string]bool{}
	for _, file := range files {
		if name := file.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asks.FindAllStringSubmatch(string(source), -1) {
			read[strings.ToLower(m[1])] = true
		}
	}
	if !read["subject"] {
		t.Fatal("not even a subject is asked for")
	}
	for name := range unread {
		if read[strings.ToLower(name)] {
			t.Errorf("%s is asked for", name)
		}
	}
}
