package zoom

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxDialIn bounds the numbers kept of a meeting: Zoom lists one per city.
const maxDialIn = 10

// object holds the wanted members of a JSON object. Members that are missing
// or of an unexpected type read as zero: Zoom answers ids as numbers and as
// strings, leaves passwords out, and adds members as it likes.
type object map[string]json.RawMessage

// skipped reads past a member without keeping it, so that a start_url is gone
// when decoding ends.
type skipped struct{}

func (*skipped) UnmarshalJSON([]byte) error { return nil }

var errCutOff = errors.New("the answer is cut off")

// readObject keeps the wanted members of the object in body. An error says that
// the body is not one whole JSON object; what was read whole before the fault
// is returned all the same.
func readObject(body []byte, wanted ...string) (object, error) {
	kept := object{}
	dec := json.NewDecoder(bytes.NewReader(body))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return kept, errors.New("the answer is not a JSON object")
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return kept, errCutOff
		}
		name, _ := key.(string)
		if !slices.Contains(wanted, name) {
			if dec.Decode(new(skipped)) != nil {
				return kept, errCutOff
			}
			continue
		}
		var value json.RawMessage
		if dec.Decode(&value) != nil || !terminated(body[dec.InputOffset():]) {
			return kept, errCutOff // a number at the cut may lack digits
		}
		kept[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return kept, errCutOff
	}
	if len(bytes.TrimSpace(body[dec.InputOffset():])) > 0 {
		return kept, errors.New("the answer goes on after its end")
	}
	return kept, nil
}

func terminated(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && (rest[0] == ',' || rest[0] == '}')
}

// text reads a string; a number reads as its digits.
func (o object) text(name string) string {
	var s string
	if json.Unmarshal(o[name], &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(o[name], &n) == nil {
		return n.String()
	}
	return ""
}

// integer reads a whole number, also one written as a string.
func (o object) integer(name string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(o.text(name)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// instant reads a time; without Z or offset it is wall clock in zone.
func (o object) instant(name, zone string) time.Time {
	s := o.text(name)
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05", s, where)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// meetingMembers are the members of a meeting that are read; start_url is not one.
var meetingMembers = []string{
	"id", "uuid", "host_id", "topic", "type", "start_time", "duration", "timezone",
	"agenda", "join_url", "password", "settings", "status", "created_at", "recurrence", "occurrences",
}

// readMeeting decodes a meeting as far as it can be read. The error says that
// the body was not whole; an ID of zero, that it held none.
func readMeeting(body []byte) (Meeting, error) {
	o, err := readObject(body, meetingMembers...)
	m := Meeting{
		ID:        o.integer("id"),
		UUID:      o.text("uuid"),
		HostID:    o.text("host_id"),
		Topic:     o.text("topic"),
		Type:      MeetingType(o.integer("type")),
		Minutes:   int(o.integer("duration")),
		TimeZone:  o.text("timezone"),
		Agenda:    o.text("agenda"),
		JoinURL:   webURL(o.text("join_url")),
		Passcode:  o.text("password"),
		Started:   o.text("status") == "started",
		CreatedAt: o.instant("created_at", "UTC"),
	}
	if m.Type != OpenSeries {
		m.Start = o.instant("start_time", m.TimeZone)
	}
	if m.Type == FixSeries {
		m.Recurrence, m.Occurrences = readRecurrence(o["recurrence"]), readOccurrences(o["occurrences"])
		if m.Start.IsZero() && len(m.Occurrences) > 0 {
			m.Start = m.Occurrences[0].Start
		}
	}
	m.DialIn, m.Personal = dialIn(o["settings"]), personal(o["settings"])
	return m, err
}

// readRecurrence reads how a series repeats; zero if that is not told.
func readRecurrence(raw json.RawMessage) Recurrence {
	o, _ := readObject(raw, "type", "repeat_interval", "weekly_days", "monthly_day", "monthly_week", "monthly_week_day", "end_times", "end_date_time")
	r := Recurrence{
		Type:         Pattern(o.integer("type")),
		Interval:     int(o.integer("repeat_interval")),
		Weekdays:     o.text("weekly_days"),
		MonthDay:     int(o.integer("monthly_day")),
		MonthWeek:    int(o.integer("monthly_week")),
		MonthWeekDay: int(o.integer("monthly_week_day")),
		Times:        int(o.integer("end_times")),
		Until:        o.text("end_date_time"),
	}
	if r.Type == 0 {
		return Recurrence{}
	}
	return r.tidy()
}

func readOccurrences(raw json.RawMessage) []Occurrence {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var out []Occurrence
	for _, item := range items {
		o, _ := readObject(item, "occurrence_id", "start_time", "status")
		if at := o.instant("start_time", "UTC"); !at.IsZero() {
			out = append(out, Occurrence{ID: o.text("occurrence_id"), Start: at, Deleted: o.text("status") == "deleted"})
		}
	}
	return out
}

// webURL returns raw when it can be opened in a browser, otherwise "".
func webURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return raw
}

// personal reports whether a meeting's settings say that it uses the personal room.
func personal(settings json.RawMessage) bool {
	var s struct {
		UsePMI bool `json:"use_pmi"`
	}
	return json.Unmarshal(settings, &s) == nil && s.UsePMI
}

func dialIn(settings json.RawMessage) []string {
	var s struct {
		Numbers []struct {
			City    string `json:"city"`
			Country string `json:"country_name"`
			Number  string `json:"number"`
		} `json:"global_dial_in_numbers"`
	}
	if json.Unmarshal(settings, &s) != nil {
		return nil
	}
	var lines []string
	for _, n := range s.Numbers {
		if n.Number == "" || len(lines) == maxDialIn {
			continue
		}
		place := strings.Trim(n.Country+", "+n.City, ", ")
		if place != "" {
			place = " (" + place + ")"
		}
		lines = append(lines, n.Number+place)
	}
	return lines
}

// readPage decodes one page of a listing. A page without its list of meetings,
// or with a meeting that has no id, is ErrIncomplete: it must never pass for an
// empty list.
func readPage(body []byte) (meetings []Meeting, next string, err error) {
	o, err := readObject(body, "meetings", "next_page_token")
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	var items []json.RawMessage
	if json.Unmarshal(o["meetings"], &items) != nil || items == nil {
		return nil, "", fmt.Errorf("%w: the page holds no list of meetings", ErrIncomplete)
	}
	for _, item := range items {
		m, err := readMeeting(item)
		if err != nil || m.ID == 0 {
			return nil, "", fmt.Errorf("%w: a listed meeting has no id", ErrIncomplete)
		}
		meetings = append(meetings, m)
	}
	return meetings, o.text("next_page_token"), nil
}

// readUser decodes the user; id and account are required, since they are what a
// connection is bound to.
func readUser(body []byte) (User, error) {
	o, err := readObject(body, "id", "account_id", "email", "type", "timezone", "status")
	if err != nil {
		return User{}, fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	status := o.text("status")
	u := User{
		ID:        o.text("id"),
		AccountID: o.text("account_id"),
		Email:     o.text("email"),
		Plan:      int(o.integer("type")),
		TimeZone:  o.text("timezone"),
		Active:    status != "inactive" && status != "pending",
	}
	if u.ID == "" || u.AccountID == "" {
		return User{}, fmt.Errorf("%w: the user has no id or no account", ErrIncomplete)
	}
	return u, nil
}
