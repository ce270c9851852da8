package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
	"slotward/zoom"
)

// Meeting is a Zoom meeting that is managed here.
type Meeting struct {
	ID        int64     `json:"id" example:"81234567890"`
	Person    int64     `json:"person" example:"1"`
	Topic     string    `json:"topic" example:"Kickoff"`
	Type      string    `json:"type" enum:"scheduled,open_series,series" doc:"open_series: a series without fixed times."`
	Start     time.Time `json:"start,omitzero" doc:"Absent: it has no fixed time."`
	Minutes   int       `json:"minutes" example:"30"`
	TimeZone  string    `json:"time_zone,omitempty" doc:"IANA name."`
	JoinURL   string    `json:"join_url,omitempty" doc:"Without the passcode that the calendar's own link carries."`
	CreatedAt time.Time `json:"created_at" doc:"When it was made or taken up."`
	Missing   bool      `json:"missing,omitempty" doc:"Zoom says that it is gone; the next pass makes a new one."`
	Running   bool      `json:"running,omitempty" doc:"It was running when last looked at."`
}

// Meetings is a page of meetings.
type Meetings struct {
	Meetings []Meeting `json:"meetings"`
	Next     string    `json:"next,omitempty" doc:"The cursor of the next page; absent: this was the last."`
	Total    int       `json:"total" doc:"How many there are on all pages together." example:"1"`
}

// meetingTypes names Zoom's numbers.
var meetingTypes = map[zoom.MeetingType]string{
	zoom.Scheduled: "scheduled", zoom.OpenSeries: "open_series", zoom.FixSeries: "series",
}

type meetingListInput struct {
	Person string `query:"person" maxLength:"320" doc:"Only this person's: id or e-mail address." example:"ada@acme.test"`
	Paging
}

func (s *server) routeMeetingList() {
	register(s, own(huma.Operation{
		OperationID: "list-meetings", Method: http.MethodGet, Path: "/api/v1/meetings", Tags: []string{"events"},
		Summary: "List managed Zoom meetings", Description: "By start, page by page: ask again with the cursor `next` until there is none.",
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
	}), s.listMeetings)
}

func (s *server) listMeetings(ctx context.Context, in *meetingListInput) (*answer[Meetings], error) {
	people, err := s.findPeople(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	out := &answer[Meetings]{Meetings{Meetings: []Meeting{}}}
	query := store.MeetingQuery{Limit: in.Limit, Cursor: in.Cursor}
	switch len(people) {
	case 0:
		return out, nil
	case 1:
		query.Person = people[0].ID // more are everybody
	}
	meetings, next, err := s.Store.MeetingPage(ctx, query)
	if err != nil {
		return nil, notOurCursor(in.Cursor, err)
	}
	for _, m := range meetings {
		out.Body.Meetings = append(out.Body.Meetings, meetingOf(m))
	}
	out.Body.Next = next
	out.Body.Total, err = s.Store.CountMeetings(ctx, query.Person)
	return out, err
}

func meetingOf(m store.Meeting) Meeting {
	return Meeting{
		ID: m.ID, Person: m.Person, Topic: m.Topic, Type: meetingTypes[m.Type], Start: m.Start, Minutes: m.Minutes, TimeZone: m.TimeZone,
		JoinURL: bareLink(m.Joining.URL), CreatedAt: m.CreatedAt, Missing: m.Missing, Running: m.Running,
	}
}
