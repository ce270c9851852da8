package dashboard

import (
	"errors"
	"time"
)

// budget is what the API tells of today's changes at Zoom.
type budget struct {
	Limit    int       `json:"limit"`
	Spent    int       `json:"spent"`
	Left     int       `json:"left"`
	ResetsAt time.Time `json:"resets_at"`
	Refused  bool      `json:"refused"`
}

// budgetWords are a budget for a page.
type budgetWords struct {
	Limit, Spent, Left int
	Resets             string
	Refused            bool
}

// budget asks for today's changes at Zoom; nil when it is not told.
func (r *request) budget(at clock) *budgetWords {
	var b budget
	if err := r.api.get(r.me()+"/budget", nil, &b); err != nil || b.Limit == 0 {
		return nil
	}
	return &budgetWords{Limit: b.Limit, Spent: b.Spent, Left: b.Left, Resets: moment(b.ResetsAt, at.now, at.zone), Refused: b.Refused}
}

// why is an error of the API in words for people.
func why(err error) string {
	var p *problemError
	if errors.As(err, &p) {
		return sentence(p.Detail)
	}
	return "Something went wrong here; the log says what."
}
