package microsoft

import (
	"context"
	"fmt"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// Write applies an edit as one PATCH on condition that the event still has the
// ETag it was planned from, and returns the event as it stands afterwards.
//
// Graph mails all attendees about every PATCH of what they see, and cannot be
// told not to: edit.Notify is not heeded, an edit that would change nothing is
// not sent, and nothing is ever sent twice. After ErrUnavailable or ErrIncomplete
// nobody knows whether it took effect, and the next reading tells.
//
// A Teams link goes when its block is cut out of the body; Graph has no other
// way. Where that cannot be done with certainty the block stays, and all else is
// written. An event whose block was cut is read back once: its Native tells
// whether Teams is still there. Then, or where it could not be cut, the mark
// remembers the meeting, and it is not tried again. Asking for Teams on a calendar that cannot have
// it is ErrRefused for the whole edit.
func (s *Source) Write(ctx context.Context, calendarID string, event sources.Event, edit sources.Edit) (sources.Event, error) {
	op := operation{what: "writing an event", write: true}
	if edit.Empty() {
		return event, nil
	}
	if event.ETag == "" {
		return sources.Event{}, fmt.Errorf("outlook calendar: %s: it has no ETag to write on condition of: %w", op.what, sources.ErrIncomplete)
	}
	was, err := s.shapeFor(ctx, calendarID, &event)
	if err != nil {
		return sources.Event{}, err
	}
	p, err := patchOf(&event, edit, was)
	if err != nil {
		return sources.Event{}, fmt.Errorf("outlook calendar: %s: %w", op.what, err)
	}
	if p.empty {
		return event, nil
	}
	if edit.RequestNative {
		if err := s.mayHaveTeams(ctx, op, calendarID); err != nil {
			return sources.Event{}, err
		}
	}
	mark := event.Mark
	if edit.Mark != nil {
		mark = *edit.Mark
	}
	after, err := s.send(ctx, op, calendarID, event, p, mark)
	if err != nil {
		return sources.Event{}, err
	}
	missing := edit.RequestNative && after.Native.Provider == "" && after.Conference == ""
	if p.cutTeams || missing {
		after = s.readBack(ctx, calendarID, after)
	}
	if missing && after.Native.Provider == "" && after.Conference == "" {
		after.Native = sources.Native{Failed: true}
	}
	return after, nil
}

// shapeFor returns what a PATCH needs of an event beside what it was planned
// from. What is not remembered is read.
func (s *Source) shapeFor(ctx context.Context, calendarID string, event *sources.Event) (shape, error) {
	m := s.memoryOf(calendarID)
	if was, ok := m.shapeOf(event.ID); ok && was.etag == event.ETag {
		return was, nil
	}
	op := operation{what: "reading an event"}
	in, err := s.get(ctx, op, calendarID, event.ID)
	if err != nil {
		return shape{}, err
	}
	d, _ := bodyOf(in)
	is := shape{etag: etag(in), kind: event.Kind, document: d, places: placesOf(in)}
	m.remember(event.ID, is)
	if is.etag != event.ETag {
		return shape{}, fmt.Errorf("outlook calendar: writing an event: %w", sources.ErrChanged)
	}
	return is, nil
}

// mayHaveTeams refuses where Graph would pass over the request in silence.
func (s *Source) mayHaveTeams(ctx context.Context, op operation, calendarID string) error {
	allowed, err := s.OffersNative(ctx, calendarID)
	if err == nil && !allowed {
		err = fmt.Errorf("outlook calendar: %s: this calendar cannot have Teams links: Teams may be turned off for the account: %w", op.what, sources.ErrRefused)
	}
	return err
}

// send sends the PATCH and takes its answer. The answer does not carry our
// property; what was sent is what stands there.
func (s *Source) send(ctx context.Context, op operation, calendarID string, event sources.Event, p patch, mark sources.Mark) (sources.Event, error) {
	m := s.memoryOf(calendarID)
	f, err := s.factsOf(ctx, calendarID)
	if err != nil {
		return sources.Event{}, err
	}
	if !usable(calendarID) || !usable(event.ID) {
		return sources.Event{}, noSuch(op)
	}
	in, err := once(ctx, s, op, func(ctx context.Context) (models.Eventable, error) {
		return s.me.Calendars().ByCalendarId(calendarID).Events().ByEventId(event.ID).Patch(ctx, p.body, &users.ItemCalendarsItemEventsEventItemRequestBuilderPatchRequestConfiguration{
			Headers: headers("If-Match", event.ETag),
		})
	})
	if err != nil {
		m.forget(event.ID)
		return sources.Event{}, s.whyDenied(ctx, op, calendarID, err)
	}
	if in == nil || text(in.GetId()) != event.ID || etag(in) == "" || in.GetStart() == nil || in.GetBody() == nil {
		m.forget(event.ID)
		return sources.Event{}, op.incomplete("the answer is not the event that was written")
	}
	after, is := f.translate(in, mark)
	m.setMark(after.ID, mark)
	m.remember(after.ID, is)
	return after, nil
}

// readBack looks once at what became of an event's Teams meeting. If it cannot be read, what the write answered stands.
func (s *Source) readBack(ctx context.Context, calendarID string, after sources.Event) sources.Event {
	f, err := s.factsOf(ctx, calendarID)
	if err != nil {
		return after
	}
	in, err := s.get(ctx, operation{what: "reading an event back"}, calendarID, after.ID)
	if err != nil {
		return after
	}
	return s.memoryOf(calendarID).takeRead(f, in)
}
