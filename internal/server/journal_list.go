package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// JournalEntry is one thing that was done, held back or failed.
type JournalEntry struct {
	ID         int64     `json:"id" doc:"Grows with time."`
	At         time.Time `json:"at" doc:"When it was done."`
	Person     int64     `json:"person,omitempty" doc:"Absent: it concerns the installation." example:"1"`
	Pass       string    `json:"pass,omitempty" doc:"The pass that did it; absent: somebody did it through the API or a page."`
	Action     string    `json:"action" doc:"create, update, write, claim, leave, restore, release, delete, adopt, abandon, missing, orphan; connect, disconnect, pause, resume, settings, calendar, rebuild, person, sign_in." example:"create"`
	Event      string    `json:"event,omitempty" example:"3:4kq7v0f8m1"`
	Meeting    int64     `json:"meeting,omitempty" example:"81234567890"`
	Title      string    `json:"title,omitempty" example:"Kickoff"`
	Reason     string    `json:"reason,omitempty" example:"default"`
	ReasonText string    `json:"reason_text,omitempty" doc:"The reason in words."`
	Outcome    string    `json:"outcome" enum:"done,held,failed"`
	Detail     string    `json:"detail,omitempty" doc:"What there is to say besides, in words."`
}

// Journal is a page of the journal.
type Journal struct {
	Entries []JournalEntry `json:"entries"`
	People  []PersonRef    `json:"people" doc:"Whom the entries are about; who is gone is left out."`
	Next    int64          `json:"next,omitempty" doc:"Send it as before to get older entries; absent when there are none, and with after. With a text a page may be short, or empty, and still have one."`
}

type journalListInput struct {
	Person  string   `query:"person" maxLength:"320" doc:"Only this person's: id or e-mail address."`
	Event   string   `query:"event" maxLength:"1200" doc:"Only what concerns this event." example:"3:4kq7v0f8m1"`
	After   int64    `query:"after" minimum:"-1" default:"-1" doc:"Only entries with a greater id, oldest first; 0 begins at the beginning. Left out: the latest entries, newest first."`
	Before  int64    `query:"before" minimum:"0" doc:"Only entries with a smaller id: the next of the page before."`
	Query   string   `query:"q" maxLength:"200" doc:"Only those with this in their title or detail." example:"kickoff"`
	Action  []string `query:"action" maxItems:"30" doc:"Only these, parted by commas." example:"create,update"`
	Outcome string   `query:"outcome" enum:"done,held,failed" doc:"Only those with this outcome."`
	By      string   `query:"by" enum:"pass,people" doc:"pass: only what passes did. people: only what somebody did through the API or a page."`
	Limit   int      `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many to answer at most."`
}

func (s *server) routeJournalList() {
	register(s, own(huma.Operation{
		OperationID: "list-journal", Method: http.MethodGet, Path: "/api/v1/journal", Tags: []string{"work"},
		Summary: "Read the journal", Description: "What was done, held back or failed, and why.",
		Errors: []int{http.StatusNotFound},
	}), s.listJournal)
}

func (s *server) listJournal(ctx context.Context, in *journalListInput) (*answer[Journal], error) {
	query := store.JournalQuery{
		Before: in.Before, Text: in.Query, Actions: in.Action, Outcome: in.Outcome, By: store.JournalBy(in.By), Limit: in.Limit,
		Person: limitedTo(ctx),
	}
	if in.Person != "" {
		p, err := s.findPerson(ctx, in.Person)
		if err != nil {
			return nil, err
		}
		query.Person = p.ID
	}
	if in.Event != "" {
		ref, ok := parseEventID(in.Event)
		if !ok {
			return nil, unprocessable("query.event", printable(in.Event), "an event is named by its calendar's number, a colon, and the provider's id, like 3:4kq7v0f8m1")
		}
		query.Event = ref
	}
	var entries []store.Entry
	var next int64
	var err error
	if in.After >= 0 {
		query.After = in.After
		entries, err = s.Store.JournalEntries(ctx, query)
	} else {
		entries, next, err = s.Store.NewestPage(ctx, query)
	}
	if err != nil {
		return nil, err
	}
	out := &answer[Journal]{Journal{Entries: make([]JournalEntry, len(entries)), Next: next}}
	for i, e := range entries {
		out.Body.Entries[i] = entryOf(e)
	}
	if out.Body.People, err = s.peopleIn(ctx, entries); err != nil {
		return nil, err
	}
	return out, nil
}

// peopleIn are those whom entries are about.
func (s *server) peopleIn(ctx context.Context, entries []store.Entry) ([]PersonRef, error) {
	var ids []int64
	for _, e := range entries {
		if e.Person != 0 {
			ids = append(ids, e.Person)
		}
	}
	slices.Sort(ids)
	people, err := s.Store.PeopleOf(ctx, slices.Compact(ids))
	out := make([]PersonRef, len(people))
	for i, p := range people {
		out[i] = refOf(p)
	}
	return out, err
}

func entryOf(e store.Entry) JournalEntry {
	return JournalEntry{
		ID: e.ID, At: e.At, Person: e.Person, Pass: e.Pass, Action: e.Action, Event: eventID(e.Event), Meeting: e.Meeting,
		Title: e.Title, Reason: e.Reason, ReasonText: reasonText(e.Reason), Outcome: e.Outcome, Detail: e.Detail,
	}
}
