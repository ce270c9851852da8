package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

type eventPreviewInput struct {
	EventPath
	Body struct {
		Provider *string `json:"provider,omitempty" nullable:"true" enum:"zoom,native,static,none" doc:"As PATCH takes it; null, or left out: what follows from words and settings again." example:"native"`
		Renew    bool    `json:"renew,omitempty" doc:"True: as POST …/renew would give it a new link; provider is not looked at."`
	}
}

func (s *server) routeEventPreview() {
	register(s, own(huma.Operation{
		OperationID: "preview-event", Method: http.MethodPost, Path: "/api/v1/events/{event}/preview", Tags: []string{"events"},
		Summary: "Show what another provider or a new link for an event would do",
		Description: "Takes what PATCH takes, or that the link is renewed, and changes nothing. What would be refused is refused here, too. " +
			"Where a link is shared, the numbers tell how many events change with this one.",
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
	}), s.previewEvent)
}

func (s *server) previewEvent(ctx context.Context, in *eventPreviewInput) (*answer[Preview], error) {
	e, err := s.findEvent(ctx, in.Event)
	if err != nil {
		return nil, err
	}
	suppose, err := s.supposed(ctx, &e, in)
	if err != nil {
		return nil, err
	}
	return s.preview(ctx, []store.Person{e.person}, suppose)
}

// supposed is the change of a snapshot that is to be looked at.
func (s *server) supposed(ctx context.Context, e *foundEvent, in *eventPreviewInput) (func(*store.Snapshot), error) {
	ref := e.Ref()
	if in.Body.Renew {
		if err := s.renewable(ctx, e); err != nil {
			return nil, err
		}
		wish := renewalOf(e, s.Now(), "")
		return func(snap *store.Snapshot) { supposeWish(snap, ref, store.WishRenewal, &wish) }, nil
	}
	if in.Body.Provider == nil {
		return func(snap *store.Snapshot) { supposeWish(snap, ref, store.WishProvider, nil) }, nil
	}
	if err := s.choosable(ctx, e, *in.Body.Provider); err != nil {
		return nil, err
	}
	wish := store.Wish{Event: ref, Kind: store.WishProvider, Provider: *in.Body.Provider, At: s.Now()}
	return func(snap *store.Snapshot) { supposeWish(snap, ref, store.WishProvider, &wish) }, nil
}
