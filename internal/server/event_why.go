package server

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// Explanation is how an event came to be treated as it is.
type Explanation struct {
	Settings []DecidingSetting `json:"settings" doc:"What was chosen that led to it, and where."`
	Done     []JournalEntry    `json:"done,omitempty" doc:"What was done about it, held back or failed; the latest first. Not told in lists."`
}

// DecidingSetting is one choice and where it was made.
type DecidingSetting struct {
	Key   string `json:"key" example:"prefer"`
	Value string `json:"value" example:"zoom,native,none"`
	From  string `json:"from" enum:"event,series,calendar,person,installation,configuration,default" doc:"default: built in, nobody has chosen."`
	// Who and when are told of what was chosen for an event by itself.
	At time.Time `json:"at,omitzero" doc:"When it was chosen for this event."`
	By string    `json:"by,omitempty" doc:"Who chose it for this event."`
}

// layers name where a setting can come from, in the order of the cascade.
var layers = [...]string{"configuration", "installation", "person", "calendar"}

// deciding are the settings that a reason hangs on. What is wanted adds its own.
var deciding = map[plan.Reason][]string{
	plan.Default:     {"prefer"},
	plan.Fallback:    {"prefer"},
	plan.NoProvider:  {"prefer"},
	plan.NativeKept:  {"prefer", "replace_native"},
	plan.ForeignLink: {"foreign"},
	plan.NoGuests:    {"eligible"},
	plan.InPerson:    {"in_person"},
	plan.Cancelled:   {"on_cancel"},
	plan.DailyLimit:  {"prefer", "share"},
	plan.BrakeHeld:   {"prefer", "eligible", "share"},
	plan.NotLinked:   {"prefer"},
	plan.NeedsReauth: {"prefer"},
	plan.NeedsScope:  {"prefer"},
	plan.NotAllowed:  {"prefer"},
	plan.Unanswered:  {"prefer"},
	plan.ZoomError:   {"prefer"},
}

// whyEntries is how many lines of the journal an explanation has at most.
const whyEntries = 20

// explainEvent tells which choices led to what is decided about an event, and
// what was done.
func (s *server) explainEvent(ctx context.Context, v store.EventView) (*Explanation, error) {
	out, err := s.explainChoices(ctx, v)
	if err != nil {
		return nil, err
	}
	ref := sources.EventRef{Calendar: v.Calendar, Event: v.ID}
	entries, err := s.Store.NewestEntries(ctx, store.JournalQuery{Event: ref, Limit: whyEntries})
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		out.Done = append(out.Done, entryOf(e))
	}
	return out, nil
}

// explainChoices tells which choices led to what is decided about an event.
func (s *server) explainChoices(ctx context.Context, v store.EventView) (*Explanation, error) {
	calendar, err := s.Store.Calendar(ctx, v.Calendar)
	if err != nil {
		return nil, err
	}
	person, err := s.Store.Person(ctx, calendar.Person)
	if err != nil {
		return nil, err
	}
	installation, err := s.Store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	chosen := []map[string]string{s.Defaults, installation, person.Settings, calendar.Settings}
	out := &Explanation{Settings: []DecidingSetting{}}
	choice, err := s.choiceFor(ctx, v)
	if err != nil {
		return nil, err
	}
	out.Settings = append(out.Settings, choice...)
	out.Settings = append(out.Settings, switches(v, person, calendar)...)
	out.Settings = append(out.Settings, cascaded(settingsOf(v), chosen)...)
	return out, nil
}

// settingsOf lists the keys of the settings that led to what is decided.
func settingsOf(v store.EventView) []string {
	keys := deciding[plan.Reason(v.Decision.Reason)]
	switch v.Decision.Wanted {
	case "static":
		return append(append([]string{}, keys...), "static")
	case "zoom":
		keys = append(append([]string{}, keys...), "share", "reschedule")
		if v.Kind == sources.Series || v.SeriesID != "" {
			keys = append(keys, "series") // nothing of it concerns any other event
		}
		if v.Guests == 0 {
			keys = append(keys, "eligible") // it would get none otherwise
		}
	}
	return keys
}

// cascaded are settings with where each comes from, each once.
func cascaded(keys []string, chosen []map[string]string) (out []DecidingSetting) {
	_, origins, _ := plan.Cascade(chosen...) // what is not understood decides nothing
	seen := map[string]bool{}
	for _, key := range keys {
		if seen[key] {
			continue
		}
		seen[key] = true
		one := DecidingSetting{Key: key, Value: plan.BuiltIn(key), From: "default"}
		if layer := origins[key]; layer != plan.Unset {
			one.Value, one.From = strings.TrimSpace(chosen[layer][key]), layers[layer]
		}
		out = append(out, one)
	}
	return out
}

// choiceFor is what was chosen for an event by itself or, for an occurrence, for
// its series.
func (s *server) choiceFor(ctx context.Context, v store.EventView) ([]DecidingSetting, error) {
	w, chosen := wishFor(v.Wishes, store.WishProvider)
	from := "event"
	if !chosen && v.SeriesID != "" && v.Decision.Reason == string(plan.Chosen) {
		series, err := s.Store.EventView(ctx, sources.EventRef{Calendar: v.Calendar, Event: v.SeriesID})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		from = "series"
		w, chosen = wishFor(series.Wishes, store.WishProvider)
	}
	if !chosen {
		return nil, nil
	}
	return []DecidingSetting{{Key: "choice", Value: w.Provider, From: from, At: w.At, By: w.By}}, nil
}

// switches are the choices that stand outside the cascade: the event's own
// words, and what is turned on, paused or only for new events.
func switches(v store.EventView, person store.Person, calendar store.Calendar) []DecidingSetting {
	switch plan.Reason(v.Decision.Reason) {
	case plan.Chosen:
		return nil // told already
	case plan.Override:
		return []DecidingSetting{{Key: "words", Value: cmp.Or(v.Decision.Detail, v.Shown.Words), From: "event"}}
	case plan.CalendarOff:
		return []DecidingSetting{{Key: "enabled", Value: "off", From: "calendar"}}
	case plan.BeforeStart:
		return []DecidingSetting{{Key: "existing", Value: "new", From: "calendar"}}
	case plan.Paused:
		return []DecidingSetting{{Key: "paused", Value: "yes", From: "person"}}
	}
	var out []DecidingSetting
	if person.Paused {
		out = append(out, DecidingSetting{Key: "paused", Value: "yes", From: "person"})
	}
	if v.Shown.Override != "" && v.Decision.Wanted == v.Shown.Override {
		out = append(out, DecidingSetting{Key: "words", Value: v.Shown.Words, From: "event"})
	}
	return out
}
