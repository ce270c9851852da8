package server

import (
	"cmp"
	"context"
	"net/http"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// closedEvents are the reasons for which nothing can be written on an event, with
// what cures that. Nobody can choose a link for it until then.
var closedEvents = map[plan.Reason]string{
	plan.CalendarOff:       "its calendar is turned off: turn it on first",
	plan.Cancelled:         "it was cancelled or deleted",
	plan.Past:              "it is over",
	plan.NotOrganizer:      "somebody else organises it, and only the organiser's copy is written: ask them to choose",
	plan.ReadOnly:          "it may not be written: unlock it in the calendar, or ask its owner for the right to change it",
	plan.AllDay:            "it lasts all day: give it a time in the calendar first",
	plan.WrongKind:         "it is not a meeting but out of office, focus time, a birthday or the like",
	plan.Declined:          "the calendar's owner declined it: accept it in the calendar first",
	plan.Invalid:           "something about the event itself is faulty: correct it in the calendar first",
	plan.OtherInstallation: "another installation of Slotward keeps it: choose there",
}

// openEvent refuses what is asked for an event that may not be written.
func openEvent(e *foundEvent) error {
	reason := plan.Reason(e.Decision.Reason)
	switch {
	case !e.calendar.On:
		reason = plan.CalendarOff
	case e.Gone == sources.Tombstone:
		reason = plan.Cancelled
	case !e.OrganizedHere:
		reason = plan.NotOrganizer
	}
	if why, closed := closedEvents[reason]; closed {
		return problem(http.StatusConflict, string(reason), "nothing can be changed about this event here: "+why)
	}
	return nil
}

// zoomCures say what to do about a Zoom connection that cannot be used.
var zoomCures = map[store.ConnectionState]string{
	store.NeedsReauth:   "the Zoom account has to be reconnected first",
	store.MissingScope:  "the Zoom account has to be reconnected first, with every permission ticked",
	store.NotAllowed:    "an administrator of the Zoom account has to allow the app first",
	store.ConnPaused:    "the Zoom connection is paused: resume it first",
	store.Disconnecting: "the Zoom account is being disconnected: connect it again first",
}

// usableZoom refuses what needs Zoom while it cannot be used.
func (s *server) usableZoom(ctx context.Context, person int64) error {
	connections, err := s.Store.Connections(ctx, person)
	if err != nil {
		return err
	}
	cure := ""
	for _, c := range connections {
		if c.Provider != "zoom" {
			continue
		}
		if c.State == store.Connected {
			return nil
		}
		cure = cmp.Or(zoomCures[c.State], cure)
	}
	return problem(http.StatusConflict, "no_zoom", cmp.Or(cure, "no Zoom account is connected: connect one first"))
}

// usable refuses a provider that the event cannot have, and says what cures that.
func (s *server) usable(ctx context.Context, e *foundEvent, provider string) error {
	if blocked := typedLink(e, provider); blocked != "" {
		return problem(http.StatusConflict, "foreign_link", "somebody put a link of the same kind on it, and two would split the meeting: take the "+blocked+" link off in the calendar first")
	}
	switch provider {
	case "zoom":
		if e.Claimed != 0 {
			return nil // it has a link that works
		}
		return s.usableZoom(ctx, e.person.ID)
	case "static":
		return s.usableStatic(ctx, e)
	case "native":
		return s.usableNative(ctx, e)
	}
	return nil
}

// typedLink names the link that somebody put on the event, if it is of the kind
// that is chosen; "" if there is none.
func typedLink(e *foundEvent, provider string) string {
	kinds := map[string][]string{"zoom": {"zoom"}, "native": {"meet", "teams"}}
	for _, kind := range kinds[provider] {
		if e.Decision.Reason == string(plan.ForeignLink) && e.Decision.Detail == kind {
			return kind
		}
	}
	return ""
}

func (s *server) usableStatic(ctx context.Context, e *foundEvent) error {
	installation, err := s.Store.Settings(ctx)
	if err != nil {
		return err
	}
	settings, _, err := plan.Cascade(s.Defaults, installation, e.person.Settings, e.calendar.Settings)
	if err != nil {
		return problem(http.StatusConflict, "settings", "the settings of its calendar are not understood: "+err.Error())
	}
	if settings.Static == "" {
		return problem(http.StatusConflict, "no_static", "no fixed link is set: set `static` for the calendar, its owner or everybody first")
	}
	return nil
}

// NativeLinks tells whether a calendar can have links of its provider's own. What
// Options.Calendars is may be one.
type NativeLinks interface {
	// OffersNative asks the provider. Errors are the classes of package sources.
	OffersNative(ctx context.Context, calendar int64) (bool, error)
}

func (s *server) usableNative(ctx context.Context, e *foundEvent) error {
	if e.Native.Provider != "" {
		return nil // it has one
	}
	offered := !e.Native.Failed
	if links, ok := s.Calendars.(NativeLinks); ok && offered {
		var err error
		if offered, err = links.OffersNative(ctx, e.calendar.ID); err != nil {
			return err
		}
	}
	if !offered {
		return problem(http.StatusConflict, "no_native", "this calendar cannot have meetings of its own provider: an administrator may allow them, or choose something else")
	}
	return nil
}
