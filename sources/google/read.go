package google

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/api/calendar/v3"
	"google.golang.org/api/googleapi"

	"slotward/sources"
)

const (
	// lookBack is how far a full reading goes back: events that ended earlier
	// are not asked for.
	lookBack = 24 * time.Hour
	// pageSize is the most that Google gives at once.
	pageSize = 2500
	// maxPages ends a listing that goes round in circles.
	maxPages = 2000
)

// eventFields are the members of an event that are asked for: what translate
// looks at, and no more.
const eventFields = "kind,id,etag,status,iCalUID,recurringEventId,originalStartTime,summary,location,description,start,end," +
	"endTimeUnspecified,recurrence,created,updated,eventType,organizer(self),locked,privateCopy,visibility,transparency," +
	"attendees(self,resource,responseStatus),attendeesOmitted,hangoutLink," +
	"conferenceData(conferenceSolution(key(type)),createRequest(status(statusCode)),entryPoints(entryPointType,uri))," +
	"extendedProperties(private)"

// pageFields are the members of a page. Without nextSyncToken named here the
// reading would end without one.
const pageFields = "kind,timeZone,accessRole,nextPageToken,nextSyncToken,items(" + eventFields + ")"

// Read brings what changed since token, or everything that has not ended a day
// ago when token is "". Series come as masters and exceptions, never as single
// occurrences: with single ones, a touched weekly series would come back as
// every occurrence to the end of time.
//
// The parameters are the same at every call but for the one that Google does not
// take together with a token (timeMin). showDeleted is never sent: tombstones
// come by themselves with a token, and it may not be false then.
func (s *Source) Read(ctx context.Context, calendarID, token string) (sources.Reading, error) {
	reading := sources.Reading{Full: token == ""}
	if reading.Full {
		reading.Since = s.now().UTC().Truncate(time.Second).Add(-lookBack)
	}
	op := operation{what: "reading a calendar", token: token != ""}
	var seen map[string]int // id to its place, from the second page on
	for pageToken, pages := "", 0; ; pages++ {
		page, err := s.page(ctx, op, calendarID, token, pageToken, reading.Since)
		if err != nil {
			if reading.Full && errors.Is(err, sources.ErrExpired) {
				return sources.Reading{}, op.incomplete("Google wants a full reading to be started again")
			}
			return sources.Reading{}, err
		}
		if err := checkPage(op, page); err != nil {
			return sources.Reading{}, err
		}
		f := facts{role: page.AccessRole, zone: page.TimeZone}
		if pages == 0 {
			s.learn(calendarID, f)
			reading.Events = make([]sources.Event, 0, len(page.Items))
		}
		seen = merge(&reading, seen, page, f)
		switch {
		case page.NextPageToken == "" && page.NextSyncToken == "":
			return sources.Reading{}, op.incomplete("the last page carries no sync token")
		case page.NextPageToken == "":
			reading.Token = page.NextSyncToken
			return reading, nil
		case page.NextPageToken == pageToken || pages == maxPages:
			return sources.Reading{}, op.incomplete("the pages do not come to an end")
		}
		pageToken = page.NextPageToken
	}
}

// page reads one page.
func (s *Source) page(ctx context.Context, op operation, calendarID, token, pageToken string, since time.Time) (*calendar.Events, error) {
	return read(ctx, s, op, func(ctx context.Context) (*calendar.Events, error) {
		call := s.api.Events.List(calendarID).SingleEvents(false).MaxResults(pageSize).Fields(googleapi.Field(pageFields)).Context(ctx)
		if token != "" {
			call.SyncToken(token)
		} else {
			call.TimeMin(since.Format(time.RFC3339))
		}
		if pageToken != "" {
			call.PageToken(pageToken)
		}
		return call.Do()
	})
}

// checkPage tells a page from what merely has status 200.
func checkPage(op operation, page *calendar.Events) error {
	if page == nil || page.Kind != "calendar#events" {
		return op.incomplete("the answer is no list of events")
	}
	for i, item := range page.Items {
		if item == nil || item.Id == "" {
			return op.incomplete(fmt.Sprintf("item %d of the list has no id", i))
		}
	}
	return nil
}

// merge adds a page's events to the reading; an event that stands on two pages
// is taken from the later one.
func merge(reading *sources.Reading, seen map[string]int, page *calendar.Events, f facts) map[string]int {
	if seen == nil && (page.NextPageToken != "" || len(reading.Events) > 0) {
		seen = make(map[string]int, len(page.Items))
	}
	for i, item := range page.Items {
		e := f.translate(item)
		page.Items[i] = nil // a page of long descriptions need not be kept twice
		if seen != nil {
			if at, ok := seen[e.ID]; ok {
				reading.Events[at] = e
				continue
			}
			seen[e.ID] = len(reading.Events)
		}
		reading.Events = append(reading.Events, e)
	}
	return seen
}
