package google_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"slotward/internal/contract"
	"slotward/internal/simulator/google"
)

// schema is the part of Google's discovery format that names members.
type schema struct {
	Ref        string             `json:"$ref"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
}

// discovery is Google's own description of the API.
type discovery struct {
	Schemas map[string]*schema `json:"schemas"`
}

func document(t *testing.T) (d discovery) {
	t.Helper()
	file, err := contract.DiscoveryFile()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// everything selects every member that the discovery document knows of a
// schema, down to some depth.
func (d discovery) everything(s *schema, depth int) string {
	for s.Ref != "" || s.Items != nil {
		if s.Items != nil {
			s = s.Items
		} else {
			s = d.Schemas[s.Ref]
		}
	}
	if len(s.Properties) == 0 || depth == 0 {
		return ""
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		names = append(names, name+d.everything(s.Properties[name], depth-1))
	}
	return "(" + strings.Join(names, ",") + ")"
}

func TestFieldsKnowEveryMember(t *testing.T) {
	w := newWorld(t)
	w.insert(ada, google.NewEvent{Title: "x", Meet: true, Guests: []string{bob}, Start: at("2026-12-02T10:00:00Z")})
	tok := w.signIn(ada, append(slices.Clone(allScopes), prefix+"calendar.readonly"), append(slices.Clone(allScopes), prefix+"calendar.readonly"))
	d := document(t)
	for path, name := range map[string]string{
		"calendars/primary/events": "Events", "users/me/calendarList": "CalendarList", "calendars/primary": "Calendar", "users/me/settings/timezone": "Setting",
	} {
		all := d.everything(d.Schemas[name], 6)
		for _, fields := range []string{all[1 : len(all)-1], "*"} {
			code, body := w.raw(tok, "GET", "/calendar/v3/"+path+"?fields="+url.QueryEscape(fields), "", "")
			if code != 200 {
				t.Errorf("%s: %d %s", name, code, body)
			}
		}
	}
	for fields, want := range map[string]string{
		"kind":                          `{"kind":"calendar#events"}`,
		"items(summary,start/timeZone)": `{"items":[{"start":{"timeZone":"UTC"},"summary":"x"}]}`,
		"items/conferenceData/conferenceSolution(key)": `{"items":[{"conferenceData":{"conferenceSolution":{"key":{"type":"hangoutsMeet"}}}}]}`,
		"kind,items/attendees(email),items/summary":    `{"items":[{"attendees":[{"email":"ada@acme.test"},{"email":"bob@acme.test"}],"summary":"x"}],"kind":"calendar#events"}`,
	} {
		if _, body := w.raw(tok, "GET", "/calendar/v3/calendars/primary/events?fields="+url.QueryEscape(fields), "", ""); body != want+"\n" {
			t.Errorf("%s: %s", fields, body)
		}
	}
	for _, fields := range []string{"items(", "items)", ",", "a//b", "items(id", "kind)"} {
		if code, body := w.raw(tok, "GET", "/calendar/v3/calendars/primary/events?fields="+url.QueryEscape(fields), "", ""); code != 400 {
			t.Errorf("%s: %d %s", fields, code, body)
		}
	}
}
