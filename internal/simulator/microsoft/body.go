package microsoft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// changes is a body that a client sent: the members of an event that it names.
type changes map[string]json.RawMessage

func (c changes) has(name string) bool { _, ok := c[name]; return ok }

// readObject reads a JSON object.
func readObject(r *http.Request) (changes, *problem) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return nil, badBody("A supported content type must be specified for the request body.")
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return nil, badBody("The request body could not be read.")
	}
	var out changes
	d := json.NewDecoder(bytes.NewReader(raw))
	if err := d.Decode(&out); err != nil || out == nil || d.More() {
		return nil, badBody("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	return out, nil
}

// readOnly are the members of an event that clients cannot write. Sent
// nevertheless, most are ignored as the real service does.
var readOnly = []string{
	"id", "changeKey", "createdDateTime", "lastModifiedDateTime", "bodyPreview", "cancelledOccurrences", "hasAttachments", "iCalUId",
	"isCancelled", "isDraft", "isOrganizer", "onlineMeeting", "onlineMeetingUrl", "originalEndTimeZone", "originalStart",
	"originalStartTimeZone", "responseStatus", "seriesMasterId", "type", "webLink", "organizer",
}

var writable = []string{
	"attendees", "allowNewTimeProposals", "body", "categories", "end", "hideAttendees", "importance", "isAllDay", "isOnlineMeeting",
	"isReminderOn", "location", "locations", "onlineMeetingProvider", "recurrence", "reminderMinutesBeforeStart", "responseRequested",
	"sensitivity", "showAs", "singleValueExtendedProperties", "start", "subject", "transactionId",
}

// readChanges reads what a client wants of an event.
func readChanges(r *http.Request) (changes, *problem) {
	all, p := readObject(r)
	if p != nil {
		return nil, p
	}
	for name := range all {
		if strings.HasPrefix(name, "@") || strings.Contains(name, "@odata.") {
			delete(all, name)
			continue
		}
		if !slices.Contains(writable, name) && !slices.Contains(readOnly, name) {
			return nil, badBody(fmt.Sprintf("The property '%s' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type.", name))
		}
	}
	return all, nil
}

// decode reads one member strictly; null leaves to as it is.
func (c changes) decode(name string, to any) *problem {
	raw, ok := c[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(withoutAnnotations(raw)))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return badBody("An unexpected value was found for property '" + name + "'.")
	}
	return nil
}

// withoutAnnotations takes @odata.… members off a value, at any depth.
func withoutAnnotations(raw json.RawMessage) []byte {
	if !bytes.Contains(raw, []byte("@odata.")) {
		return raw
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return raw
	}
	var strip func(any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				if strings.Contains(name, "@odata.") {
					delete(v, name)
				} else {
					strip(inner)
				}
			}
		case []any:
			for _, inner := range v {
				strip(inner)
			}
		}
	}
	strip(v)
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}
