package google

import (
	"net/mail"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on what a client may write.
const (
	maxDescription    = 8192
	maxAttachments    = 25
	maxOverrides      = 5
	maxReminder       = 40320
	maxPropertyKey    = 44
	maxPropertyValue  = 1024
	maxProperties     = 300
	maxPropertyMemory = 32 << 10
)

var enums = map[string][]string{
	"status":       {"confirmed", "tentative", "cancelled"},
	"transparency": {"opaque", "transparent"},
	"visibility":   {"default", "public", "private", "confidential"},
	"response":     {"needsAction", "declined", "tentative", "accepted"},
	"eventType":    {"birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation"},
}

func validType(t string) bool { return slices.Contains(enums["eventType"], t) }

// check refuses values that Google refuses. What already stood on the event is
// not checked again: people can have typed more than clients may write.
func check(shown, wanted event, body map[string]any) *apiError {
	for _, field := range []struct{ name, value string }{
		{"status", wanted.Status}, {"transparency", wanted.Transparency}, {"visibility", wanted.Visibility},
	} {
		if field.value != "" && !slices.Contains(enums[field.name], field.value) {
			return invalid("Invalid Value")
		}
	}
	if wanted.Description != shown.Description && utf8.RuneCountInString(wanted.Description) > maxDescription {
		return invalid("The event description is too long.")
	}
	if wanted.EventType != shown.EventType && wanted.EventType != "" {
		return invalid("Event type cannot be changed.")
	}
	if _, ok := body["attendees"]; ok {
		if e := checkAttendees(wanted.Attendees); e != nil {
			return e
		}
	}
	if len(wanted.Attachments) > maxAttachments {
		return invalid("The maximum number of attachments per event has been exceeded.")
	}
	if !reflect.DeepEqual(wanted.Reminders, shown.Reminders) {
		if e := checkReminders(wanted.Reminders); e != nil {
			return e
		}
	}
	if s := wanted.Source; s != nil && s.URL != "" && !strings.HasPrefix(s.URL, "http://") && !strings.HasPrefix(s.URL, "https://") {
		return invalid("Invalid source URL.")
	}
	return nil
}

func checkAttendees(list []attendee) *apiError {
	seen := map[string]bool{}
	for _, a := range list {
		if a.Email == "" {
			return required("Missing attendee email.")
		}
		if addr, err := mail.ParseAddress(a.Email); err != nil || addr.Address != a.Email || seen[a.Email] {
			return invalid("Invalid attendee email.")
		}
		seen[a.Email] = true
		if a.ResponseStatus != "" && !slices.Contains(enums["response"], a.ResponseStatus) {
			return invalid("Invalid attendee response status.")
		}
	}
	return nil
}

func checkReminders(r *reminders) *apiError {
	if r == nil {
		return nil
	}
	if r.UseDefault && len(r.Overrides) > 0 {
		return &apiError{code: 400, domain: "calendar", reason: "cannotUseDefaultRemindersAndSpecifyOverride", message: "Cannot specify both default reminders and overrides at the same time."}
	}
	if len(r.Overrides) > maxOverrides {
		return invalid("Too many reminder overrides.")
	}
	for _, o := range r.Overrides {
		if (o.Method != "email" && o.Method != "popup") || o.Minutes < 0 || o.Minutes > maxReminder {
			return invalid("Invalid reminder.")
		}
	}
	return nil
}

// limitExtended applies the limits of extended properties: keys that are too
// long are silently dropped, values that are too long silently cut.
func limitExtended(e *extended) (*extended, *apiError) {
	if e == nil {
		return nil, nil
	}
	count, memory := 0, 0
	limit := func(in map[string]string) map[string]string {
		out := map[string]string{}
		for k, v := range in {
			if utf8.RuneCountInString(k) > maxPropertyKey {
				continue
			}
			if runes := []rune(v); len(runes) > maxPropertyValue {
				v = string(runes[:maxPropertyValue])
			}
			out[k] = v
			count++
			memory += len(k) + len(v)
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}
	out := &extended{Private: limit(e.Private), Shared: limit(e.Shared)}
	if count > maxProperties || memory > maxPropertyMemory {
		return nil, invalid("The extended properties of the event exceed their limits.")
	}
	if count == 0 {
		return nil, nil
	}
	return out, nil
}
