package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Status is what the daemon is doing.
type Status struct {
	Now         time.Time      `json:"now" doc:"The daemon's clock."`
	Version     string         `json:"version" doc:"Of the daemon."`
	Idle        bool           `json:"idle" doc:"Nobody is being worked on and nobody is due, of those whom one may see."`
	NextAt      time.Time      `json:"next_at,omitzero" doc:"When the next person falls due; absent without people."`
	RowsWritten int64          `json:"rows_written" doc:"State rows changed since the daemon started; the queue's own are not counted. Told to admins."`
	People      []PersonStatus `json:"people"`
}

// PersonStatus is one person's place in the queue.
type PersonStatus struct {
	ID       int64     `json:"id" example:"1"`
	Name     string    `json:"name" doc:"For people."`
	Email    string    `json:"email" example:"ada@acme.test"`
	Running  bool      `json:"running" doc:"A pass is at work on this person."`
	NextAt   time.Time `json:"next_at" doc:"When the next pass is due."`
	LastPass time.Time `json:"last_pass,omitzero" doc:"When the latest pass ended; absent: there was none."`
	Failures int       `json:"failures" doc:"Passes that failed in a row."`
	Error    string    `json:"error,omitempty" doc:"Why the latest pass failed."`
	Held     string    `json:"held,omitempty" doc:"Names the plan that the brake holds."`
	// Broken are the connections that somebody has to do something about, or that end.
	Broken []BrokenConnection `json:"broken,omitempty" doc:"Accounts that are not connected as they should be, and what cures it."`
}

// BrokenConnection is an account that somebody has to do something about.
type BrokenConnection struct {
	Provider string    `json:"provider" enum:"google,microsoft,zoom"`
	Email    string    `json:"email" doc:"As the provider shows it."`
	State    string    `json:"state" enum:"missing_scope,needs_reauth,not_allowed,paused,disconnecting"`
	Detail   string    `json:"detail" doc:"What is wrong and what cures it."`
	Since    time.Time `json:"since,omitzero" doc:"When it got this state; absent: that is not known."`
}

// broken are the connections that do not stand as they should, by person.
func (s *server) broken(ctx context.Context) (map[int64][]BrokenConnection, error) {
	all, err := s.Store.AllConnections(ctx)
	out := map[int64][]BrokenConnection{}
	for _, c := range all {
		if c.State != store.Connected && c.State != store.Disconnected {
			out[c.Person] = append(out[c.Person], BrokenConnection{Provider: c.Provider, Email: c.Email, State: string(c.State), Detail: c.Detail, Since: c.Since})
		}
	}
	return out, err
}

func (s *server) routeStatusGet() {
	register(s, own(huma.Operation{
		OperationID: "get-status", Method: http.MethodGet, Path: "/api/v1/status", Tags: []string{"work"},
		Summary: "Show what is being done", Description: "Who is being worked on, who is due when, and what failed.",
	}), s.getStatus)
}

func (s *server) getStatus(ctx context.Context, _ *nothing) (*answer[Status], error) {
	people, err := s.findPeople(ctx, "")
	if err != nil {
		return nil, err
	}
	rows, err := s.queue(ctx)
	if err != nil {
		return nil, err
	}
	broken, err := s.broken(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	out := Status{Now: now, Version: s.Version, Idle: true, People: []PersonStatus{}}
	if limitedTo(ctx) == 0 {
		out.RowsWritten = s.Store.RowsWritten()
	}
	for _, p := range people {
		row := rows[p.ID]
		running := row.Owner != "" && row.LeaseUntil.After(now)
		if running || due(row, now) {
			out.Idle = false
		}
		if out.NextAt.IsZero() || row.NextAt.Before(out.NextAt) {
			out.NextAt = row.NextAt
		}
		out.People = append(out.People, PersonStatus{
			Broken: broken[p.ID],
			ID:     p.ID, Name: p.Name, Email: p.Email, Running: running, NextAt: row.NextAt, LastPass: row.LastPass,
			Failures: row.Failures, Error: row.LastError, Held: personOf(p).Held,
		})
	}
	return &answer[Status]{out}, nil
}

// due reports whether a pass should begin: the schedule says so, or somebody asked.
func due(row store.QueueRow, now time.Time) bool {
	return row.Requested > row.Done || !row.NextAt.After(now)
}

// queue returns the queue by person.
func (s *server) queue(ctx context.Context) (map[int64]store.QueueRow, error) {
	rows, err := s.Store.Queue(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]store.QueueRow, len(rows))
	for _, row := range rows {
		out[row.Person] = row
	}
	return out, nil
}
