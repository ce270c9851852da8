package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"slotward/store"
)

// EventPath is the input of everything below /events/{event}.
type EventPath struct {
	Event string `path:"event" maxLength:"1200" doc:"<calendar>:<the provider's id>, percent-encoded." example:"3:4kq7v0f8m1"`
}

// foundEvent is an event with whose it is.
type foundEvent struct {
	store.EventView
	calendar store.Calendar
	person   store.Person
}

// findEvent looks an event up by its id, for whoever may see the person whose it is.
func (s *server) findEvent(ctx context.Context, id string) (foundEvent, error) {
	ref, ok := parseEventID(id)
	if !ok {
		return foundEvent{}, unprocessable("path.event", printable(id), "an event is named by its calendar's number, a colon, and the provider's id, like 3:4kq7v0f8m1")
	}
	var out foundEvent
	var err error
	if out.calendar, err = s.Store.Calendar(ctx, ref.Calendar); err != nil {
		return out, noEvent(id, err)
	}
	if out.person, err = s.findPerson(ctx, strconv.FormatInt(out.calendar.Person, 10)); err != nil {
		return out, noEvent(id, err)
	}
	out.EventView, err = s.Store.EventView(ctx, ref)
	return out, noEvent(id, err)
}

// noEvent says that there is no such event, if that is what is wrong: somebody
// else's looks the same.
func noEvent(id string, err error) error {
	if !missing(err) {
		return err
	}
	return problem(http.StatusNotFound, "no_event",
		fmt.Sprintf("there is no event %q; GET /api/v1/events lists those that were read", printable(id)))
}

// missing reports whether an error says that there is no such thing, or none
// that may be seen.
func missing(err error) bool {
	var refused interface{ GetStatus() int }
	return errors.As(err, &refused) && refused.GetStatus() == http.StatusNotFound || errors.Is(err, store.ErrNotFound)
}
