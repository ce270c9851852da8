package microsoft

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"

	"slotward/sources"
)

// pageSize is how many items are asked for at once.
const pageSize = 200

type deltaPage = users.ItemCalendarsItemCalendarViewDeltaGetResponseable

// round follows one round of delta to its end, hands every item over in the
// order in which it came, and returns the link of the next round. It begins at a
// delta link, or without one at the window. Pages may be empty; what counts is
// the link that they end with.
func (s *Source) round(ctx context.Context, calendarID, link string, from, to time.Time, each func(models.Eventable) error) (string, error) {
	op := operation{what: "reading a calendar", delta: true}
	fresh := link == ""
	for pages := 0; ; pages++ {
		page, err := readCalendar(ctx, s, op, calendarID, func(ctx context.Context) (deltaPage, error) {
			return s.page(ctx, calendarID, link, from, to)
		})
		if err != nil {
			if fresh && errors.Is(err, sources.ErrExpired) {
				return "", op.incomplete("Graph wants a full reading to be started again")
			}
			return "", err
		}
		next, last, err := s.links(op, page)
		if err != nil {
			return "", err
		}
		for i, item := range page.GetValue() {
			if item == nil || text(item.GetId()) == "" {
				return "", op.incomplete(fmt.Sprintf("item %d of the page has no id", i))
			}
			if err := each(item); err != nil {
				return "", err
			}
			page.GetValue()[i] = nil // a page of long bodies need not be kept
		}
		switch {
		case last != "":
			return last, nil
		case next == link || pages == maxPages:
			return "", op.incomplete("the pages do not come to an end")
		}
		link = next
	}
}

// page reads one page. The headers are not part of the links and go with each.
func (s *Source) page(ctx context.Context, calendarID, link string, from, to time.Time) (deltaPage, error) {
	delta := s.me.Calendars().ByCalendarId(calendarID).CalendarView().Delta()
	cfg := &users.ItemCalendarsItemCalendarViewDeltaRequestBuilderGetRequestConfiguration{
		Headers: headers("Prefer", "odata.maxpagesize="+strconv.Itoa(pageSize)),
	}
	if link != "" {
		return delta.WithUrl(link).GetAsDeltaGetResponse(ctx, cfg)
	}
	start, end := from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339)
	cfg.QueryParameters = &users.ItemCalendarsItemCalendarViewDeltaRequestBuilderGetQueryParameters{StartDateTime: &start, EndDateTime: &end}
	return delta.GetAsDeltaGetResponse(ctx, cfg)
}

// links reads how a page goes on: with one of the two links, which must lead to
// where requests may be sent.
func (s *Source) links(op operation, page deltaPage) (next, last string, err error) {
	if page == nil || page.GetValue() == nil {
		return "", "", op.incomplete("the answer is no list of events")
	}
	next, last = text(page.GetOdataNextLink()), text(page.GetOdataDeltaLink())
	if (next == "") == (last == "") {
		return "", "", op.incomplete("the page does not say how to go on")
	}
	u, err := url.Parse(next + last)
	if err != nil || u.Scheme != s.base.Scheme || !strings.EqualFold(u.Host, s.base.Host) {
		return "", "", op.incomplete("the page leads away from the configured address")
	}
	return next, last, nil
}
