package server

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// CalendarChange is what to change on a calendar.
type CalendarChange struct {
	Enabled  *bool             `json:"enabled,omitempty" doc:"True: its events are kept. False: they are left as they are."`
	Existing string            `json:"existing,omitempty" enum:"all,new" doc:"Whether events made before the calendar was turned on are taken too."`
	Settings map[string]string `json:"settings,omitempty" doc:"Settings to change; an empty value removes one. Those not named stay." example:"{\"reschedule\":\"renew\"}"`
}

type calendarUpdateInput struct {
	Calendar int64 `path:"calendar" doc:"The calendar's number." example:"3"`
	IfMatch
	Body CalendarChange
}

// apply makes the change.
func (b *CalendarChange) apply(c *store.Calendar, now time.Time) error {
	if b.Existing != "" {
		c.NewOnly = b.Existing == "new"
	}
	c.Settings = overlay(c.Settings, b.Settings)
	if b.Enabled == nil {
		return nil
	}
	return turn(c, *b.Enabled, now)
}

func (s *server) routeCalendarUpdate() {
	registerChange(s, own(huma.Operation{
		OperationID: "update-calendar", Method: http.MethodPatch, Path: "/api/v1/calendars/{calendar}", Tags: []string{"calendars"},
		Summary:     "Turn a calendar on or off, or change its settings",
		Description: "Takes effect at once: a running pass does no more than the request in flight, and a new one is made due.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed},
	}), s.updateCalendar)
}

func (s *server) updateCalendar(ctx context.Context, in *calendarUpdateInput) (*tagged[Calendar], error) {
	if err := checkSettings(in.Body.Settings); err != nil {
		return nil, err
	}
	if _, err := s.findCalendar(ctx, in.Calendar); err != nil {
		return nil, err
	}
	var before store.Calendar
	after, err := s.Store.UpdateCalendar(ctx, in.Calendar, func(c *store.Calendar) error {
		if err := in.holds(calendarTag(*c)); err != nil {
			return err
		}
		before = *c
		return in.Body.apply(c, s.Now())
	})
	if err != nil {
		return nil, noCalendar(in.Calendar, err)
	}
	if err := s.calendarChanged(ctx, before, after); err != nil {
		return nil, err
	}
	return &tagged[Calendar]{ETag: calendarTag(after), Body: s.calendarOf(ctx, after)}, nil
}

// turn turns a calendar on or off. One that cannot be written stays off.
func turn(c *store.Calendar, on bool, now time.Time) error {
	if on && !c.Writable {
		return problem(http.StatusConflict, "read_only", fmt.Sprintf("the calendar %q can only be read by this account: let its owner give it the right to make changes, then have the calendars looked for again", c.Name))
	}
	if on && !c.On {
		c.OnSince = now.UTC()
	}
	c.On = on
	return nil
}

// calendarChanged writes down what differs and interrupts the person if anything does.
func (s *server) calendarChanged(ctx context.Context, before, after store.Calendar) error {
	was, is := calendarChoices(before), calendarChoices(after)
	if maps.Equal(was, is) {
		return nil
	}
	s.record(ctx, change{Action: "calendar", Person: after.Person, Title: after.Name, Detail: difference(was, is)})
	return s.interrupt(ctx, after.Person)
}

// calendarChoices are a calendar's settings together with its two switches.
func calendarChoices(c store.Calendar) map[string]string {
	choices := maps.Clone(orEmpty(c.Settings))
	choices["enabled"], choices["existing"] = "off", existingOf(c)
	if c.On {
		choices["enabled"] = "on"
	}
	return choices
}
