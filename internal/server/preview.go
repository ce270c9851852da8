package server

import (
	"context"
	"fmt"
	"time"

	"slotward/reconciler"
	"slotward/store"
)

// Preview is what a change would lead to, beyond what is to be done anyway. It
// is planned on the events as they were read last; nothing is changed by asking.
type Preview struct {
	Events  PreviewEvents `json:"events"`
	Zoom    PreviewZoom   `json:"zoom"`
	Waiting int           `json:"waiting" doc:"Actions that would wait for something else than their turn: a connection, an answer."`
	Release int           `json:"release" doc:"Removals that would be held until somebody releases them, because they are many."`
	Stays   []string      `json:"stays" doc:"What stays as it is, in words."`
	Goes    []string      `json:"goes" doc:"What comes or goes, in words."`
}

// PreviewEvents are numbers of events; a series is one.
type PreviewEvents struct {
	Get    int `json:"get" doc:"Would get a link of ours." example:"12"`
	Change int `json:"change" doc:"Would get another link of ours than they have."`
	Lose   int `json:"lose" doc:"Would lose their link of ours."`
	Native int `json:"native" doc:"Would be given a link of the calendar's own, Google Meet or Teams."`
	Keep   int `json:"keep" doc:"Are still to come, have a link of ours, and would keep it."`
	Forgo  int `json:"forgo" doc:"Are to get a link as things stand, and would not any more."`
}

// PreviewZoom is what the change would cost at Zoom, which allows each host a
// number of creates and updates a UTC day.
type PreviewZoom struct {
	Creates  int       `json:"creates" doc:"Meetings to make."`
	Updates  int       `json:"updates" doc:"Meetings to change."`
	Deletes  int       `json:"deletes" doc:"Meetings to delete."`
	Requests int       `json:"requests" doc:"All of them." example:"12"`
	Meetings int       `json:"meetings" doc:"Upcoming meetings that would stay in Zoom."`
	Spent    int       `json:"spent" doc:"Of today's, already." example:"17"`
	Limit    int       `json:"limit" doc:"A day's, for each host." example:"100"`
	Days     int       `json:"days" doc:"UTC days on which something would be asked of Zoom; 0: nothing would." example:"1"`
	DoneAt   time.Time `json:"done_at,omitzero" doc:"When the last of it would be asked, if nothing else comes up; absent: nothing would."`
}

// preview asks what a change would lead to for some people together.
func (s *server) preview(ctx context.Context, people []store.Person, change func(*store.Snapshot)) (*answer[Preview], error) {
	out := Preview{Stays: []string{}, Goes: []string{}}
	for _, p := range people {
		one, err := s.Previewer.Preview(ctx, p.ID, change)
		if err != nil {
			return nil, err
		}
		out.add(one)
	}
	out.tell()
	return &answer[Preview]{out}, nil
}

// add takes in what a change means for one person. People work side by side:
// the longest takes as long as all of them.
func (p *Preview) add(one reconciler.Preview) {
	e, z := &p.Events, &p.Zoom
	e.Get, e.Change, e.Lose, e.Native = e.Get+one.Get, e.Change+one.Change, e.Lose+one.Lose, e.Native+one.Native
	e.Keep, e.Forgo = e.Keep+one.Keep, e.Forgo+one.Forgo
	z.Creates, z.Updates, z.Deletes = z.Creates+one.Creates, z.Updates+one.Updates, z.Deletes+one.Deletes
	z.Requests, z.Meetings = z.Creates+z.Updates+z.Deletes, z.Meetings+one.Meetings
	z.Spent, z.Limit, z.Days = z.Spent+one.Spent, one.Limit, max(z.Days, one.Days)
	if one.DoneAt.After(z.DoneAt) {
		z.DoneAt = one.DoneAt
	}
	p.Waiting, p.Release = p.Waiting+one.Waiting, p.Release+one.Release
}

// tell says the numbers in words.
func (p *Preview) tell() {
	e, z := p.Events, p.Zoom
	p.stays(e.Keep, "event keeps its link", "events keep their links")
	p.goes(e.Get, "event gets a link", "events get a link")
	p.goes(e.Change, "event gets another link", "events get another link")
	p.goes(e.Lose, "event loses its link", "events lose their link")
	p.goes(e.Native, "event gets the calendar's own link", "events get the calendar's own link")
	p.goes(e.Forgo, "event does not get the link that it is to get", "events do not get the link that they are to get")
	p.goes(z.Deletes, "meeting is deleted in Zoom", "meetings are deleted in Zoom")
	if z.Creates+z.Updates > 0 {
		p.Goes = append(p.Goes, fmt.Sprintf("Zoom is asked for %d of the %d changes that it allows a day, on %s, the last of them on %s",
			z.Creates+z.Updates, z.Limit, number(z.Days, "day", "days"), z.DoneAt.UTC().Format("2006-01-02 15:04 MST")))
	}
}

func (p *Preview) stays(n int, one, many string) {
	if n > 0 {
		p.Stays = append(p.Stays, number(n, one, many))
	}
}

func (p *Preview) goes(n int, one, many string) {
	if n > 0 {
		p.Goes = append(p.Goes, number(n, one, many))
	}
}

// number says how many there are of something.
func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
