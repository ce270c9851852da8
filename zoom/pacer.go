package zoom

import (
	"context"
	"sync"
	"time"

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

// RatesOf are the rates that a user of a type (User.Plan) surely has. Licensed
// users are on a paid account, which may be on Pro or anything above; all others,
// and types that nobody has told yet, get what every account may do.
func RatesOf(plan int) Rates {
	if plan == licensed {
		return Pro
	}
	return Free
}

// licensed is Zoom's type of a user who has a paid licence.
const licensed = 2

// part is how much of a rate is used: two requests that are sent at their
// distance may arrive a little closer to each other.
const part = 0.9

// Pacer keeps requests under the limits of one account. It runs on the
// machine's own monotonic clock, since what it paces are real requests. Share
// one Pacer among the clients of an account; it is safe for concurrent use.
type Pacer struct {
	limiters [labels]*rate.Limiter
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
}

// NewPacer returns a pacer for the given rates. Requests are spread out: what
// bursts at the end of one second counts in the next as well.
func NewPacer(rates Rates) *Pacer {
	p := &Pacer{now: time.Now, sleep: sleep} //nolint:forbidigo // it paces real requests, on the machine's own clock
	for label, perSecond := range rates {
		p.limiters[label] = rate.NewLimiter(limit(perSecond), 1)
	}
	return p
}

func limit(perSecond float64) rate.Limit {
	if perSecond <= 0 {
		return rate.Inf
	}
	return rate.Limit(perSecond * part)
}

// wait returns when a request of this label may be sent, or an error when ctx
// ends before that.
func (p *Pacer) wait(ctx context.Context, label Label) error {
	now := p.now()
	place := p.limiters[label].ReserveN(now, 1)
	delay := place.DelayFrom(now)
	if delay <= 0 {
		return ctx.Err()
	}
	err := p.sleep(ctx, delay)
	if err != nil {
		place.CancelAt(p.now())
	}
	return err
}

// Pacers are the pacers of many accounts: Zoom counts by account, whichever of its
// users asks. The zero value is ready; it is safe for concurrent use.
type Pacers struct {
	// Fixed are the rates of every account; nil: what its users are known to be.
	Fixed *Rates

	mu  sync.Mutex
	all map[string]*accountPacer
}

type accountPacer struct {
	*Pacer
	rates Rates
}

// Of returns the pacer of an account, one of whose users is of a type. An account
// is as fast as the best of its users that were seen.
func (p *Pacers) Of(account string, plan int) *Pacer {
	rates := RatesOf(plan)
	if p.Fixed != nil {
		rates = *p.Fixed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[string]*accountPacer{}
	}
	a := p.all[account]
	switch {
	case a == nil:
		a = &accountPacer{NewPacer(rates), rates}
		p.all[account] = a
	case rates[Light] > a.rates[Light]:
		a.rates = rates
		for label, limiter := range a.limiters {
			limiter.SetLimitAt(a.now(), limit(rates[label]))
		}
	}
	return a.Pacer
}
