package storetest

import (
	"errors"
	"time"

	"slotward/sources"
	"slotward/store"
)

func wishes(w *world) {
	a, s := w.event("a", "1", time.Hour), w.weekly(1)
	w.read(sources.Reading{Full: true, Token: "1", Events: append(s, a)})
	ask := func(id string, kind store.WishKind, provider string, meeting int64) store.Wish {
		before, err := w.store.PutWish(w.ctx, store.Wish{Event: w.ref(id), Kind: kind, Provider: provider, Meeting: meeting, By: "ada"})
		w.ok(err)
		return before
	}
	ask("a", store.WishProvider, "native", 0)
	equal(w, "asked before", ask("a", store.WishProvider, "none", 0).Provider, "native")
	ask("a", store.WishRenewal, "", 7)
	ask("s", store.WishProvider, "zoom", 0)
	ask(ids("s_", 1), store.WishProvider, "none", 0)
	got := w.load().Wishes
	if len(got) != 4 || got[0].Provider != "none" || got[0].By != "ada" || !got[0].At.Equal(w.clock.Now()) || got[1].Meeting != 7 || got[1].Person != w.ada.ID {
		w.Fatalf("wishes %+v", got)
	}
	view, err := w.store.EventView(w.ctx, w.ref("a"))
	w.ok(err)
	equal(w, "wishes of one event", len(view.Wishes), 2)

	if _, err := w.store.PutWish(w.ctx, store.Wish{Event: w.ref("x"), Kind: store.WishProvider, Provider: "none"}); !errors.Is(err, store.ErrNotFound) {
		w.Fatalf("a wish for an event that is not there: %v", err)
	}
	if _, err := w.store.TakeWishBack(w.ctx, w.ref("s"), store.WishRenewal); !errors.Is(err, store.ErrNotFound) {
		w.Fatalf("a wish taken back that nobody had: %v", err)
	}
	taken, err := w.store.TakeWishBack(w.ctx, w.ref("s"), store.WishProvider)
	w.ok(err)
	equal(w, "taken back", taken.Provider, "zoom")
	w.write(func(x *store.Tx) error { return x.DropWish(w.ref("a"), store.WishRenewal) })
	equal(w, "wishes that are left", len(w.load().Wishes), 2)
}

// wishesEnd tells what an event's wishes outlive.
func wishesEnd(w *world) {
	a, s := w.event("a", "1", time.Hour), w.weekly(1)
	w.read(sources.Reading{Full: true, Token: "1", Events: append(s, a)})
	for _, id := range []string{"a", ids("s_", 1)} {
		_, err := w.store.PutWish(w.ctx, store.Wish{Event: w.ref(id), Kind: store.WishProvider, Provider: "none"})
		w.ok(err)
	}
	moved := w.event("a", "2", 30*time.Hour)
	w.read(sources.Reading{Token: "2", Events: []sources.Event{moved}})
	equal(w, "after a move", len(w.load().Wishes), 2)
	w.read(sources.Reading{Full: true, Token: "3"})
	equal(w, "after a listing without them", len(w.load().Wishes), 2)
	w.read(sources.Reading{Full: true, Token: "4", Events: append(s, moved)})
	equal(w, "when they are back", len(w.load().Wishes), 2)
	w.read(sources.Reading{Token: "5", Events: []sources.Event{tombstone("s", "2")}})
	equal(w, "after the series went", len(w.load().Wishes), 1)
	w.read(sources.Reading{Token: "6", Events: []sources.Event{tombstone("a", "3")}})
	equal(w, "after a tombstone", len(w.load().Wishes), 0)
	w.read(sources.Reading{Token: "7", Events: []sources.Event{moved}})
	equal(w, "when it comes back after that", len(w.load().Wishes), 0)
	if _, err := w.store.PutWish(w.ctx, store.Wish{Event: w.ref("s"), Kind: store.WishProvider, Provider: "none"}); !errors.Is(err, store.ErrNotFound) {
		w.Fatalf("a wish for a series that was deleted: %v", err)
	}
	_, err := w.store.PutWish(w.ctx, store.Wish{Event: w.ref("a"), Kind: store.WishProvider, Provider: "none"})
	w.ok(err)
	w.write(func(x *store.Tx) error { return x.DropEvent(w.ref("a")) })
	equal(w, "after its row went", len(w.load().Wishes), 0)
}
