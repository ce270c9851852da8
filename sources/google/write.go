package google

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/api/calendar/v3"
	"google.golang.org/api/googleapi"

	"slotward/sources"
)

// sendUpdates is what Google calls our choice of whom to mail. An edit that
// makes no choice mails nobody.
var sendUpdates = map[sources.Notify]string{
	"":                     "none",
	sources.NotifyNone:     "none",
	sources.NotifyExternal: "externalOnly",
	sources.NotifyAll:      "all",
}

// Write applies an edit as one PATCH on condition that the event still has the
// ETag it was planned from, and returns the event as it stands afterwards. It is
// sent once: after ErrUnavailable or ErrIncomplete nobody knows whether it took
// effect, and the next reading tells. Attendees are never sent. Asking for a
// Meet link on a calendar that cannot have one is ErrRefused for the whole edit.
func (s *Source) Write(ctx context.Context, calendarID string, event sources.Event, edit sources.Edit) (sources.Event, error) {
	op := operation{what: "writing an event", write: true, native: edit.RequestNative}
	if edit.Empty() {
		return event, nil
	}
	if event.ETag == "" {
		return sources.Event{}, fmt.Errorf("google calendar: %s: it has no ETag to write on condition of: %w", op.what, sources.ErrIncomplete)
	}
	patch, err := patchOf(edit)
	if err != nil {
		return sources.Event{}, fmt.Errorf("google calendar: %s: %w", op.what, err)
	}
	answer, err := once(ctx, s, op, func(ctx context.Context) (*calendar.Event, error) {
		call := s.api.Events.Patch(calendarID, event.ID, patch).SendUpdates(sendUpdates[edit.Notify]).Fields(googleapi.Field(eventFields)).Context(ctx)
		if edit.ClearNative || edit.RequestNative {
			// Without it Google passes over conferenceData in silence.
			call.ConferenceDataVersion(1)
		}
		call.Header().Set("If-Match", event.ETag)
		return call.Do()
	})
	if err != nil {
		return sources.Event{}, err
	}
	return s.answered(op, calendarID, event.ID, answer)
}

// patchOf is the body of the PATCH: only what the edit changes.
func patchOf(edit sources.Edit) (*calendar.Event, error) {
	patch := &calendar.Event{}
	if edit.Location != nil {
		patch.Location = *edit.Location
		patch.ForceSendFields = append(patch.ForceSendFields, "Location")
	}
	if edit.Description != nil {
		if n := utf8.RuneCountInString(*edit.Description); n > maxDescription {
			return nil, fmt.Errorf("the description would have %d characters, and Google takes %d: %w", n, maxDescription, sources.ErrRefused)
		}
		patch.Description = *edit.Description
		patch.ForceSendFields = append(patch.ForceSendFields, "Description")
	}
	switch {
	case edit.RequestNative:
		// Google ignores a request whose id it has seen before.
		patch.ConferenceData = &calendar.ConferenceData{CreateRequest: &calendar.CreateConferenceRequest{
			RequestId: rand.Text(), ConferenceSolutionKey: &calendar.ConferenceSolutionKey{Type: "hangoutsMeet"},
		}}
	case edit.ClearNative:
		patch.NullFields = append(patch.NullFields, "ConferenceData")
	}
	return patch, putMark(patch, edit.Mark)
}

// putMark writes or deletes our property and leaves all others alone.
func putMark(patch *calendar.Event, mark *sources.Mark) error {
	if mark == nil {
		return nil
	}
	patch.ExtendedProperties = &calendar.EventExtendedProperties{}
	if mark.Zero() {
		// The client leaves an empty map out, and the null in it, unless told.
		patch.ExtendedProperties.ForceSendFields = []string{"Private"}
		patch.ExtendedProperties.NullFields = []string{"Private." + markKey}
		return nil
	}
	value := mark.String()
	if len(value) > maxValue {
		return errors.Join(fmt.Errorf("the mark would have %d bytes, and Google cuts it at %d", len(value), maxValue), sources.ErrRefused)
	}
	patch.ExtendedProperties.Private = map[string]string{markKey: value}
	return nil
}
