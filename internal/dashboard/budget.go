package dashboard

import (
	"errors"

	"slotward/internal/server"
)

// budgetWords are today's changes at Zoom for a page.
type budgetWords struct {
	server.Budget
	Resets string
}

// budget asks for today's changes at Zoom; nil when it is not told.
func (r *request) budget(at clock) *budgetWords {
	b, err := r.budgetToday()
	if err != nil || b.Limit == 0 {
		return nil
	}
	return &budgetWords{Budget: b, Resets: moment(b.ResetsAt, at.now, at.zone)}
}

// budgetToday is what the API tells of today's changes at Zoom.
func (r *request) budgetToday() (b server.Budget, err error) {
	err = r.api.get(r.me()+"/budget", nil, &b)
	return b, err
}

// why is an error of the API in words for people.
func why(err error) string {
	var p *problemError
	if errors.As(err, &p) {
		return sentence(p.Detail)
	}
	return "Something went wrong here; the log says what."
}
