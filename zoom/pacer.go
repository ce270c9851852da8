package zoom

import (
	"context"

	"golang.org/x/time/rate"
)

// Label is Zoom's weight class of an operation; each has its own limit.
type Label int

// The labels of the operations that are used here.
const (
	Light Label = iota
	Medium
	Heavy
	labels
)

// Rates are requests a second by label, shared by everything that calls Zoom
// for one account. Zero means no pacing.
type Rates [labels]float64

// Rates of Zoom's plans.
//
//	        Light Medium Heavy
//	Free       4      2     1
//	Pro       30     20    10
//	Business  80     60    40
var (
	Free     = Rates{4, 2, 1}
	Pro      = Rates{30, 20, 10}
	Business = Rates{80, 60, 40}
	Unpaced  = Rates{}
)

// Pacer keeps requests under the limits of one account. It runs on the
// machine's own monotonic clock, since what it paces are real requests. Share
// one Pacer among the clients of an account; it is safe for concurrent use.
type Pacer struct {
	limiters [labels]*rate.Limiter
}

// NewPacer returns a pacer for the given rates. Requests are spread out: what
// bursts at the end of one second counts in the next as well.
func NewPacer(rates Rates) *Pacer {
	p := &Pacer{}
	for label, perSecond := range rates {
		if perSecond <= 0 {
			p.limiters[label] = rate.NewLimiter(rate.Inf, 1)
			continue
		}
		p.limiters[label] = rate.NewLimiter(rate.Limit(perSecond), 1)
	}
	return p
}

// wait returns when a request of this label may be sent, or an error when ctx
// ends before that.
func (p *Pacer) wait(ctx context.Context, label Label) error {
	return p.limiters[label].Wait(ctx)
}
