package microsoft

import (
	"context"
	"time"
)

// WithoutPauses lets tests run retries at once, and bounds a request to d.
func (s *Source) WithoutPauses(d time.Duration) *Source {
	s.pause = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	s.patience = d
	return s
}
