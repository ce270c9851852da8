package zoom

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// fields is what a create or an update says. Nil is not said.
type fields struct {
	topic, startTime, timezone, agenda, password, scheduleFor, template *string
	kind, duration                                                      *int
	defaultPassword, preSchedule                                        *bool
	recurrence                                                          *recurrence
	tracking                                                            *[]any
	settings                                                            map[string]any
}

// places names every field that a request may have, and where its value goes.
func (f *fields) places() map[string]any {
	return map[string]any{
		"topic": &f.topic, "type": &f.kind, "start_time": &f.startTime, "duration": &f.duration,
		"timezone": &f.timezone, "agenda": &f.agenda, "password": &f.password,
		"default_password": &f.defaultPassword, "pre_schedule": &f.preSchedule,
		"schedule_for": &f.scheduleFor, "template_id": &f.template, "tracking_fields": &f.tracking,
		"recurrence": &f.recurrence, "settings": &f.settings,
	}
}

// rules are what a value must not be, by field. A rule sees only values that were sent.
var rules = []struct {
	field  string
	broken func(f *fields) bool
}{
	{"topic", func(f *fields) bool { return f.topic != nil && utf8.RuneCountInString(*f.topic) > 200 }},
	{"agenda", func(f *fields) bool { return f.agenda != nil && utf8.RuneCountInString(*f.agenda) > 2000 }},
	{"type", func(f *fields) bool {
		return f.kind != nil && !slices.Contains([]kind{instant, scheduled, openSeries, fixSeries, screenOnly}, kind(*f.kind))
	}},
	{"start_time", func(f *fields) bool { return f.startTime != nil && !goodStart(*f.startTime) }},
	{"duration", func(f *fields) bool { return f.duration != nil && *f.duration < 1 }},
	{"timezone", func(f *fields) bool { return f.timezone != nil && *f.timezone == "" }},
	{"password", func(f *fields) bool { return f.password != nil && !goodPassword.MatchString(*f.password) }},
	{"template_id", func(f *fields) bool { return f.template != nil }},                             // no account here has any
	{"tracking_fields", func(f *fields) bool { return f.tracking != nil && len(*f.tracking) > 0 }}, // likewise
}

var goodPassword = regexp.MustCompile(`^[A-Za-z0-9@\-_*!]{0,10}$`)

// The two spellings of a start: an instant, or a wall clock in the timezone.
const (
	instantLayout = "2006-01-02T15:04:05Z"
	wallLayout    = "2006-01-02T15:04:05"
)

func goodStart(text string) bool {
	layout := wallLayout
	if strings.HasSuffix(text, "Z") {
		layout = instantLayout
	}
	_, err := time.Parse(layout, text)
	return err == nil && len(text) == len(layout)
}

// read decodes and checks a body strictly. update says that it is a PATCH.
func (s *Server) read(r *request, update bool) (*fields, *answer) {
	var members map[string]json.RawMessage
	if !strings.HasPrefix(r.header.Get("Content-Type"), "application/json") || json.Unmarshal(r.body, &members) != nil || members == nil {
		return nil, s.problem(400, 300, msgNotJSON)
	}
	f := &fields{}
	places := f.places()
	if update {
		delete(places, "default_password")
	}
	var bad []string
	for name, raw := range members {
		place, known := places[name]
		if !known || decode(raw, place) != nil {
			bad = append(bad, name)
		}
	}
	if len(bad) == 0 {
		bad = append(broken(f), brokenSettings(f.settings, update)...)
	}
	limits := widest
	if s.switches.OldLimits {
		limits = widestOld
	}
	if f.recurrence != nil && !f.recurrence.valid(limits) {
		bad = append(bad, "recurrence")
	}
	if s.switches.RefuseUnknownZones && f.timezone != nil {
		if _, err := time.LoadLocation(*f.timezone); err != nil {
			bad = append(bad, "timezone")
		}
	}
	if len(bad) > 0 {
		slices.Sort(bad)
		return nil, s.invalid(bad...)
	}
	return f, nil
}

// decode reads one value, refusing members that it does not have.
func decode(raw json.RawMessage, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

func broken(f *fields) []string {
	var bad []string
	for _, rule := range rules {
		if rule.broken(f) {
			bad = append(bad, rule.field)
		}
	}
	return bad
}

// instantIn is the moment that start_time names. With a Z it is that instant,
// whatever the zone; without, it is a wall clock in zone.
func (f *fields) instantIn(zone string) (time.Time, bool) {
	if f.startTime == nil {
		return time.Time{}, false
	}
	if at, err := time.Parse(instantLayout, *f.startTime); err == nil {
		return at.UTC(), true
	}
	at, err := time.ParseInLocation(wallLayout, *f.startTime, location(zone))
	return at.UTC(), err == nil
}

// refuseSchedule answers the combinations that Zoom refuses with code 3000.
func (s *Server) refuseSchedule(f *fields, host *account, k kind) *answer {
	switch {
	case f.scheduleFor != nil && k == instant:
		return s.problem(400, 3000, msgInstantFor)
	case f.scheduleFor != nil && *f.scheduleFor != host.email && *f.scheduleFor != host.id:
		return s.problem(400, 3000, msgScheduleFor, *f.scheduleFor)
	case f.preSchedule != nil && *f.preSchedule && k != scheduled && k != openSeries:
		return s.problem(400, 3000, msgPreSchedule)
	case k == fixSeries && f.recurrence == nil:
		return s.invalid("recurrence")
	}
	return nil
}
