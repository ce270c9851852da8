package server

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler"
	"slotward/store"
)

// Budget is how a person's Zoom account stands with what Zoom allows a day.
type Budget struct {
	Day      string    `json:"day" doc:"The UTC day that is counted." example:"2026-12-01"`
	Limit    int       `json:"limit" doc:"Creates and updates of meetings that are asked of Zoom a day." example:"100"`
	Spent    int       `json:"spent" doc:"Of today's, already." example:"17"`
	Left     int       `json:"left" doc:"What may still be asked today; 0 when Zoom itself has said that it is enough." example:"83"`
	Reserve  int       `json:"reserve" doc:"Of those, kept for meetings that begin within two weeks." example:"20"`
	ResetsAt time.Time `json:"resets_at" doc:"When there are more."`
	Refused  bool      `json:"refused" doc:"Zoom itself has said that no more are allowed until then, whoever spent them."`
}

func (s *server) routeBudgetGet() {
	register(s, own(huma.Operation{
		OperationID: "get-budget", Method: http.MethodGet, Path: "/api/v1/people/{person}/budget", Tags: []string{"work"},
		Summary:     "Show today's Zoom budget",
		Description: "Zoom lets each host make and change a number of meetings a UTC day. The soonest meetings go first; those further ahead leave a reserve.",
		Errors:      []int{http.StatusNotFound},
	}), s.getBudget)
}

func (s *server) getBudget(ctx context.Context, in *PersonPath) (*answer[Budget], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	accounts, err := s.connectionsAt(ctx, p, "zoom")
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	spent, err := s.Store.Spent(ctx, hostOf(inUse(accounts)), now.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	b := reconciler.Allowance(s.DailyLimit, spent, now)
	return &answer[Budget]{Budget{
		Day: spent.Day, Limit: b.Daily, Spent: spent.Used, Left: b.Left, Reserve: min(b.Reserve, b.Left),
		ResetsAt: b.ResumeAt, Refused: spent.Until.After(now),
	}}, nil
}

// hostOf is the Zoom user id that an account is bound to.
func hostOf(c store.Connection) string {
	id, _, _ := strings.Cut(c.Account, "@")
	return cmp.Or(c.HostID, id)
}

// inUse is the one of a person's Zoom accounts that is not disconnected, else
// the latest.
func inUse(accounts []store.Connection) store.Connection {
	out := accounts[0]
	for _, c := range accounts {
		if out.State == store.Disconnected {
			out = c
		}
	}
	return out
}
