package zoom

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// payload is the body of create and update alike. One encoder for both: a start
// written one way when creating and another way when moving is the classic way
// to shift a meeting by the zone's offset.
type payload struct {
	Topic    *string        `json:"topic,omitempty"`
	Type     *MeetingType   `json:"type,omitempty"`
	Start    string         `json:"start_time,omitempty"`
	Minutes  *int           `json:"duration,omitempty"`
	TimeZone string         `json:"timezone,omitempty"`
	Agenda   string         `json:"agenda,omitempty"`
	Repeats  *Recurrence    `json:"recurrence,omitempty"`
	Settings map[string]any `json:"settings,omitempty"` // create only, and only what the operator configured
}

// payload encodes what is to be altered.
func (c Change) payload() payload {
	p := payload{Type: c.Type, Minutes: c.Minutes, Repeats: c.Recurrence}
	if c.Topic != nil {
		topic := Topic(*c.Topic)
		p.Topic = &topic
	}
	if c.Start != nil {
		// With Z the digits are an instant whatever the zone says, and the zone
		// is for display. Without a start Zoom would make an instant meeting.
		p.Start = c.Start.UTC().Format("2006-01-02T15:04:05Z")
	}
	if c.TimeZone != nil {
		p.TimeZone = *c.TimeZone
	}
	if c.Agenda != nil {
		p.Agenda = cut(strings.ToValidUTF8(*c.Agenda, "\uFFFD"), maxAgenda)
	}
	return p
}

// payload encodes a draft by way of the change that would set all of it.
func (d Draft) payload(settings map[string]any) payload {
	all := Change{Type: &d.Type, TimeZone: &d.TimeZone}
	if Topic(d.Topic) != "" {
		all.Topic = &d.Topic
	}
	if d.Type != OpenSeries {
		all.Start = &d.Start
	}
	if d.Type == FixSeries {
		all.Recurrence = &d.Recurrence
	}
	if d.Minutes > 0 {
		all.Minutes = &d.Minutes
	}
	p := all.payload()
	p.Agenda = agenda(d.Reference, d.Agenda)
	p.Settings = settings
	return p
}

// check refuses a draft that Zoom would turn into something else.
func (d Draft) check() error {
	switch {
	case d.Type != Scheduled && d.Type != OpenSeries && d.Type != FixSeries:
		return fmt.Errorf("%w: meetings of type %d cannot be created", ErrRefused, d.Type)
	case d.Type != OpenSeries && d.Start.IsZero():
		// Zoom takes a missing start for "now".
		return fmt.Errorf("%w: a scheduled meeting needs a start", ErrRefused)
	case d.Type == FixSeries && (d.TimeZone == "" || !d.Recurrence.valid()):
		// Zoom would repeat it in the account's zone, or once.
		return fmt.Errorf("%w: a series with fixed times needs a recurrence and a time zone", ErrRefused)
	case d.Start.After(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)):
		return fmt.Errorf("%w: a start beyond the year 9999", ErrRefused)
	}
	if _, ok := ReferenceOf(agenda(d.Reference, "")); !ok {
		// Without it a lost answer could never be matched to its meeting.
		return fmt.Errorf("%w: the draft carries no valid reference", ErrRefused)
	}
	return nil
}

func (p payload) bytes() ([]byte, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("%w: the configured meeting settings are not JSON: %w", ErrRefused, err)
	}
	return body, nil
}
