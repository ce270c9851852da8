package microsoft

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// calendarFields are the members of a calendar that are asked for.
var calendarFields = []string{"id", "name", "canEdit", "isDefaultCalendar", "owner", "allowedOnlineMeetingProviders", "defaultOnlineMeetingProvider"}

const (
	// calendarPage is how many calendars are asked for at once.
	calendarPage = 100
	// maxPages ends a listing that goes round in circles.
	maxPages = 5000
)

// Calendars lists the account's calendars. Times are read in UTC whatever the
// mailbox is set to, so that is every calendar's zone. Without the permission to
// list them it is ErrMissingScope.
func (s *Source) Calendars(ctx context.Context) ([]sources.Calendar, error) {
	op := operation{what: "listing calendars", list: true}
	top := int32(calendarPage)
	var out []sources.Calendar
	for next, pages := "", 0; ; pages++ {
		page, err := read(ctx, s, op, func(ctx context.Context) (models.CalendarCollectionResponseable, error) {
			list := s.me.Calendars()
			cfg := &users.ItemCalendarsRequestBuilderGetRequestConfiguration{Headers: headers()}
			if next != "" {
				return list.WithUrl(next).Get(ctx, cfg)
			}
			cfg.QueryParameters = &users.ItemCalendarsRequestBuilderGetQueryParameters{Select: calendarFields, Top: &top}
			return list.Get(ctx, cfg)
		})
		if err != nil {
			return nil, err
		}
		if page == nil || page.GetValue() == nil || pages == maxPages {
			return nil, op.incomplete("the answer is no list of calendars")
		}
		for _, c := range page.GetValue() {
			if c == nil || text(c.GetId()) == "" {
				continue
			}
			out = append(out, sources.Calendar{
				ID: text(c.GetId()), Name: text(c.GetName()), TimeZone: "UTC", Primary: yes(c.GetIsDefaultCalendar()), Writable: yes(c.GetCanEdit()),
			})
		}
		if next = text(page.GetOdataNextLink()); next == "" {
			return out, nil
		}
	}
}

// calendar reads one calendar.
func (s *Source) calendar(ctx context.Context, calendarID string) (models.Calendarable, error) {
	op := operation{what: "reading a calendar"}
	if !usable(calendarID) {
		return nil, noSuch(op)
	}
	c, err := read(ctx, s, op, func(ctx context.Context) (models.Calendarable, error) {
		return s.me.Calendars().ByCalendarId(calendarID).Get(ctx, &users.ItemCalendarsCalendarItemRequestBuilderGetRequestConfiguration{
			Headers: headers(), QueryParameters: &users.ItemCalendarsCalendarItemRequestBuilderGetQueryParameters{Select: calendarFields},
		})
	})
	if err != nil {
		return nil, err
	}
	if c == nil || text(c.GetId()) == "" {
		return nil, op.incomplete("the answer is no calendar")
	}
	return c, nil
}

// factsOf returns what is known of a calendar, asking once.
func (s *Source) factsOf(ctx context.Context, calendarID string) (facts, error) {
	m := s.memoryOf(calendarID)
	if f, ok := m.knownFacts(); ok {
		return f, nil
	}
	return s.learn(ctx, calendarID)
}

// learn asks what may be done on a calendar and whose it is.
func (s *Source) learn(ctx context.Context, calendarID string) (facts, error) {
	c, err := s.calendar(ctx, calendarID)
	if err != nil {
		return facts{}, err
	}
	f := facts{ReadOnly: !yes(c.GetCanEdit())}
	if o := c.GetOwner(); o != nil {
		f.Owner = text(o.GetAddress())
	}
	s.memoryOf(calendarID).setFacts(f, s.now())
	return f, nil
}

// OffersNative reports whether a calendar can have Teams meetings.
func (s *Source) OffersNative(ctx context.Context, calendarID string) (bool, error) {
	c, err := s.calendar(ctx, calendarID)
	if err != nil {
		return false, err
	}
	return slices.Contains(c.GetAllowedOnlineMeetingProviders(), models.TEAMSFORBUSINESS_ONLINEMEETINGPROVIDERTYPE), nil
}

// readCalendar is read for a request to one calendar.
func readCalendar[T any](ctx context.Context, s *Source, op operation, calendarID string, do func(context.Context) (T, error)) (T, error) {
	answer, err := read(ctx, s, op, do)
	return answer, s.whyDenied(ctx, op, calendarID, err)
}

// whyDenied finds out what a denial means: Graph has one code for a missing
// permission, for a calendar that may only be read, and for an event that
// somebody has put out of reach. On a calendar that may be edited it is the
// permission, or that one event: whoever knows of others tells them apart.
func (s *Source) whyDenied(ctx context.Context, op operation, calendarID string, err error) error {
	var denied *deniedError
	if !errors.As(err, &denied) {
		return err
	}
	x := &exchange{status: http.StatusForbidden, code: denied.code, requestID: denied.requestID}
	c, lookErr := s.calendar(ctx, calendarID)
	switch {
	case errors.As(lookErr, &denied):
		return op.describe(x, refusal{class: sources.ErrMissingScope, cure: reconnect}, s.now())
	case lookErr == nil && yes(c.GetCanEdit()):
		return op.describe(x, refusal{class: sources.ErrPerhapsScope, cure: reconnect}, s.now())
	case lookErr == nil || errors.Is(lookErr, sources.ErrGone):
		return err
	}
	return lookErr
}
