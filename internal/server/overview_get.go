package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler"
	"slotward/store"
)

// overviewErrors is how many errors an overview names.
const overviewErrors = 10

// Overview is how the whole installation stands, at a glance.
type Overview struct {
	Now         time.Time       `json:"now" doc:"When this was looked at."`
	Version     string          `json:"version" doc:"Of the daemon." example:"1.4.0"`
	People      PeopleCount     `json:"people"`
	Queue       QueueCount      `json:"queue"`
	Connections []StandingCount `json:"connections" doc:"How many accounts stand how; those that are disconnected are left out."`
	Held        []PersonRef     `json:"held" doc:"Whose removals the brake holds."`
	Budgets     []HostBudget    `json:"budgets" doc:"What is spent of today's Zoom requests, the most first; hosts of whom nothing is spent are left out."`
	Errors      []PersonFailure `json:"errors" doc:"Latest passes that failed, the latest first, ten at most."`
}

// PeopleCount is how many people stand how.
type PeopleCount struct {
	Total       int `json:"total" doc:"Everybody." example:"12"`
	Well        int `json:"well" doc:"Nothing is to be done." example:"9"`
	Attention   int `json:"attention" doc:"Somebody has to do something." example:"1"`
	Paused      int `json:"paused" doc:"Paused by somebody." example:"1"`
	Unconnected int `json:"unconnected" doc:"No account is connected." example:"1"`
}

// QueueCount is how far the work has come.
type QueueCount struct {
	Running int `json:"running" doc:"People who are being worked on." example:"2"`
	Due     int `json:"due" doc:"People who wait for their turn." example:"0"`
	Lag     int `json:"lag_seconds" doc:"For how many seconds the longest of them has waited since the schedule named them." example:"0"`
}

// StandingCount is how many accounts at a provider stand in one way.
type StandingCount struct {
	Provider string `json:"provider" enum:"google,microsoft,zoom" example:"google"`
	State    string `json:"state" enum:"connected,missing_scope,needs_reauth,not_allowed,paused,disconnecting" example:"connected"`
	Count    int    `json:"count" doc:"How many." example:"11"`
}

// PersonRef names a person.
type PersonRef struct {
	ID    int64  `json:"id" doc:"The person's number." example:"1"`
	Name  string `json:"name" doc:"For people." example:"Ada Lovelace"`
	Email string `json:"email" doc:"The person's address here." example:"ada@acme.test"`
}

// HostBudget is what a Zoom host has spent today.
type HostBudget struct {
	Person  PersonRef `json:"person"`
	Account string    `json:"account" doc:"The Zoom account, as Zoom shows it." example:"ada@acme.test"`
	Used    int       `json:"used" doc:"Creates and updates counted today (UTC)." example:"17"`
	Limit   int       `json:"limit" doc:"Of so many a day." example:"100"`
	Until   time.Time `json:"until,omitzero" doc:"Zoom itself takes no more until then; absent: it takes them."`
}

// PersonFailure is a pass that failed.
type PersonFailure struct {
	Person   PersonRef `json:"person"`
	At       time.Time `json:"at" doc:"When the pass ended."`
	Failures int       `json:"failures" doc:"Passes that failed in a row." example:"3"`
	Error    string    `json:"error" doc:"Why." example:"the calendar service does not answer"`
}

func (s *server) routeOverviewGet() {
	register(s, huma.Operation{
		OperationID: "get-overview", Method: http.MethodGet, Path: "/api/v1/overview", Tags: []string{"work"},
		Summary: "Show how the installation stands", Description: "Everybody at a glance: who needs somebody, what fails, what waits, and what is spent of Zoom's daily limit.",
	}, s.getOverview)
}

func (s *server) getOverview(ctx context.Context, _ *nothing) (*answer[Overview], error) {
	people, err := s.Store.People(ctx)
	if err != nil {
		return nil, err
	}
	connections, err := s.Store.AllConnections(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.Store.Queue(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	budgets, err := s.Store.Budgets(ctx, now.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	out := Overview{Now: now, Version: s.Version, Held: []PersonRef{}, Errors: []PersonFailure{}}
	out.countPeople(people, connections)
	out.countQueue(rows, now)
	out.Connections = countStandings(connections)
	out.Budgets = s.hostBudgets(budgets, people, connections)
	return &answer[Overview]{out}, nil
}

// countPeople fills in how people stand, whose removals are held, and what failed.
func (o *Overview) countPeople(people []store.Person, connections []store.Connection) {
	of := byPerson(connections)
	for _, p := range people {
		told := standing(p, of[p.ID])
		o.People.Total++
		switch told.State {
		case standsAttention:
			o.People.Attention++
		case standsPaused:
			o.People.Paused++
		case standsUnconnected:
			o.People.Unconnected++
		default:
			o.People.Well++
		}
		if told.Held != "" {
			o.Held = append(o.Held, refOf(p))
		}
		if p.Failures > 0 && p.LastError != "" {
			o.Errors = append(o.Errors, PersonFailure{refOf(p), p.LastPass, p.Failures, p.LastError})
		}
	}
	slices.SortStableFunc(o.Errors, func(a, b PersonFailure) int { return b.At.Compare(a.At) })
	o.Errors = o.Errors[:min(len(o.Errors), overviewErrors)]
}

// countQueue fills in who is worked on and who waits.
func (o *Overview) countQueue(rows []store.QueueRow, now time.Time) {
	for _, row := range rows {
		switch {
		case row.Owner != "" && row.LeaseUntil.After(now):
			o.Queue.Running++
		case due(row, now):
			o.Queue.Due++
			o.Queue.Lag = max(o.Queue.Lag, int(now.Sub(row.NextAt).Seconds()))
		}
	}
}

// countStandings counts accounts by provider and state.
func countStandings(connections []store.Connection) []StandingCount {
	out := []StandingCount{}
	for _, c := range connections {
		if c.State == store.Disconnected {
			continue
		}
		i := slices.IndexFunc(out, func(s StandingCount) bool { return s.Provider == c.Provider && s.State == string(c.State) })
		if i < 0 {
			i, out = len(out), append(out, StandingCount{Provider: c.Provider, State: string(c.State)})
		}
		out[i].Count++
	}
	slices.SortFunc(out, func(a, b StandingCount) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.State, b.State))
	})
	return out
}

// hostBudgets says whose the hosts are. A host whom nobody here has is left out.
func (s *server) hostBudgets(budgets []store.Budget, people []store.Person, connections []store.Connection) []HostBudget {
	whose, names := map[string]store.Connection{}, map[int64]PersonRef{}
	for _, c := range connections {
		if c.Provider != "zoom" {
			continue
		}
		if _, known := whose[hostOf(c)]; !known || c.State != store.Disconnected {
			whose[hostOf(c)] = c
		}
	}
	for _, p := range people {
		names[p.ID] = refOf(p)
	}
	out := []HostBudget{}
	for _, b := range budgets {
		if c, known := whose[b.Host]; known {
			limit := reconciler.Allowance(s.DailyLimit, b, s.Now().UTC()).Daily
			out = append(out, HostBudget{names[c.Person], c.Email, b.Used, limit, b.Until})
		}
	}
	return out
}

func refOf(p store.Person) PersonRef { return PersonRef{p.ID, p.Name, p.Email} }

// byPerson sorts connections by whose they are.
func byPerson(connections []store.Connection) map[int64][]store.Connection {
	of := map[int64][]store.Connection{}
	for _, c := range connections {
		of[c.Person] = append(of[c.Person], c)
	}
	return of
}
