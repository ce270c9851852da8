package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// EventChange is what to change about one event.
type EventChange struct {
	Provider *string `json:"provider" required:"true" nullable:"true" enum:"zoom,native,static,none" example:"native" doc:"Which link the event is to have, above its own words and every setting, for as long as it is there; native: Google Meet or Teams. null: what follows from words and settings again."`
}

// EventChoice is what somebody chose for an event.
type EventChoice struct {
	Provider string    `json:"provider" enum:"zoom,native,static,none" example:"native"`
	At       time.Time `json:"at" doc:"When it was chosen."`
	By       string    `json:"by,omitempty" doc:"Who chose it." example:"ada@acme.test"`
}

type eventUpdateInput struct {
	EventPath
	Body EventChange
}

func (s *server) routeEventUpdate() {
	registerChange(s, own(huma.Operation{
		OperationID: "update-event", Method: http.MethodPatch, Path: "/api/v1/events/{event}", Tags: []string{"events"},
		Summary: "Choose another provider for an event",
		Description: "The choice is kept for as long as the event is there, wherever it is moved to. A series is one event; an occurrence that the calendar lists by itself, because it was changed, " +
			"can have a choice of its own. Refused with what to do about it where nothing may be written, or where the provider cannot be used.",
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}), s.updateEvent)
}

func (s *server) updateEvent(ctx context.Context, in *eventUpdateInput) (*answer[Event], error) {
	e, err := s.findEvent(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	if in.Body.Provider == nil {
		err = s.unchoose(ctx, &e)
	} else {
		err = s.choose(ctx, &e, *in.Body.Provider)
	}
	if err != nil {
		return nil, noEvent(in.Event, err)
	}
	return s.tellEvent(ctx, in.Event)
}

// choose records a provider for an event. What is chosen already stays as it is,
// unless people took our block off again: then it is asked for anew.
func (s *server) choose(ctx context.Context, e *foundEvent, provider string) error {
	if err := s.choosable(ctx, e, provider); err != nil {
		return err
	}
	before, chosen := wishFor(e.Wishes, store.WishProvider)
	if chosen && before.Provider == provider && e.Decision.Reason != string(plan.Repeated) {
		return nil
	}
	wish := store.Wish{Event: e.Ref(), Kind: store.WishProvider, Provider: provider, At: s.Now(), By: nameOf(ctx)}
	if _, err := s.Store.PutWish(ctx, wish); err != nil {
		return err
	}
	return s.chose(ctx, e, before.Provider, provider)
}

// choosable refuses a choice that nothing could come of.
func (s *server) choosable(ctx context.Context, e *foundEvent, provider string) error {
	if err := openEvent(e); err != nil {
		return err
	}
	return s.usable(ctx, e, provider)
}

// unchoose takes a choice back.
func (s *server) unchoose(ctx context.Context, e *foundEvent) error {
	before, err := s.Store.TakeWishBack(ctx, e.Ref(), store.WishProvider)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.chose(ctx, e, before.Provider, "")
}

// chose writes a choice down and makes the person due.
func (s *server) chose(ctx context.Context, e *foundEvent, before, after string) error {
	s.record(ctx, change{
		Action: "choose", Person: e.person.ID, Event: e.Ref(), Title: e.Title, Reason: plan.Chosen,
		Detail: difference(map[string]string{"provider": before}, map[string]string{"provider": after}),
	})
	return s.interrupt(ctx, e.person.ID)
}

// wishFor finds what was asked of a kind.
func wishFor(wishes []store.Wish, kind store.WishKind) (store.Wish, bool) {
	for _, w := range wishes {
		if w.Kind == kind {
			return w, true
		}
	}
	return store.Wish{}, false
}

// supposeWish lays a wish over a snapshot, in the place of what was asked of its kind.
func supposeWish(snap *store.Snapshot, ref sources.EventRef, kind store.WishKind, wish *store.Wish) {
	var left []store.Wish
	for _, w := range snap.Wishes {
		if w.Event != ref || w.Kind != kind {
			left = append(left, w)
		}
	}
	if wish != nil {
		left = append(left, *wish)
	}
	snap.Wishes = left
}

// nameOf is who makes a request, for people; "" for nobody.
func nameOf(ctx context.Context) string {
	who, _ := IdentityOf(ctx)
	return who.Name
}
