package zoom

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// subscription is an app's event endpoint.
type subscription struct {
	url, secret string
	validated   time.Time // last time that the endpoint proved that it knows the secret
	failures    int       // validations failed in a row
	disabled    bool
}

// delivery is one event on its way to one endpoint.
type delivery struct {
	hook    *subscription
	body    []byte
	due     time.Time
	stamp   time.Time // of the first attempt
	id      string    // x-zm-request-id
	attempt int       // attempts made
	forged  bool
}

// retries are the pauses before each further attempt.
var retries = []time.Duration{
	5 * time.Minute,  // 5 min after the event
	20 * time.Minute, // 25 min
	60 * time.Minute, // 85 min, then it is dropped
}

// hooks holds the deliveries under way. Its fields belong to the server's lock.
type hooks struct {
	http    *http.Client
	waiting []delivery
	wake    chan struct{} // something new is waiting
	dropped int
}

func newHooks(deadline time.Duration) *hooks {
	transport := &http.Transport{DisableKeepAlives: true}
	return &hooks{http: &http.Client{Timeout: deadline, Transport: transport}, wake: make(chan struct{}, 1)}
}

func (h *hooks) push(d delivery) {
	h.waiting = append(h.waiting, d)
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// NextDelivery is when the next webhook is due; false if none waits.
func (s *Server) NextDelivery() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.hooks.waiting) == 0 {
		return time.Time{}, false
	}
	next := slices.MinFunc(s.hooks.waiting, func(a, b delivery) int { return a.due.Compare(b.due) })
	return next.due, true
}

// Dropped returns how many webhooks were given up after the last attempt.
func (s *Server) Dropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hooks.dropped
}

// Deliver makes the attempts that are due now and returns how many were taken.
// Whoever moves the clock calls it.
func (s *Server) Deliver(ctx context.Context) (taken int) {
	s.revalidate(ctx)
	for _, d := range s.dueNow() {
		if err := s.attempt(ctx, d); err == nil {
			taken++
			continue
		}
		s.retry(d)
	}
	return taken
}

// Run delivers webhooks as they fall due, until ctx ends. It is for a clock that
// follows real time.
func (s *Server) Run(ctx context.Context) {
	for ctx.Err() == nil {
		s.Deliver(ctx)
		pause := time.Hour
		if next, ok := s.NextDelivery(); ok {
			pause = max(next.Sub(s.clock.Now()), 10*time.Millisecond)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-s.hooks.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// dueNow takes the deliveries that are due out of the queue, oldest first.
func (s *Server) dueNow() []delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var due, rest []delivery
	for _, d := range s.hooks.waiting {
		switch {
		case d.hook.disabled:
			s.hooks.dropped++
		case d.due.After(now):
			rest = append(rest, d)
		default:
			due = append(due, d)
		}
	}
	s.hooks.waiting = rest
	slices.SortStableFunc(due, func(a, b delivery) int { return a.due.Compare(b.due) })
	if s.switches.Hooks == HooksShuffled {
		s.random.Shuffle(len(due), func(i, j int) { due[i], due[j] = due[j], due[i] })
	}
	return due
}

// retry puts a failed delivery back, or gives it up after the last pause.
func (s *Server) retry(d delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.attempt >= len(retries) {
		s.hooks.dropped++
		return
	}
	d.due = s.clock.Now().Add(retries[d.attempt])
	d.attempt++
	s.hooks.push(d)
}

// attempt sends one delivery. Any answer but 200 and 204 within the deadline is a failure.
func (s *Server) attempt(ctx context.Context, d delivery) error {
	s.mu.Lock()
	at, secret := s.clock.Now(), d.hook.secret
	if s.switches.HookKeepsStamp {
		at = d.stamp
	}
	s.mu.Unlock()
	if d.forged {
		secret = "forged " + secret
	}
	_, err := s.post(ctx, d.hook.url, secret, d.id, at, d.body)
	return err
}

// post signs and sends a body and returns what was answered.
func (s *Server) post(ctx context.Context, url, secret, id string, at time.Time, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	seconds := strconv.FormatInt(at.Unix(), 10)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Zoom Marketplace/1.0a")
	r.Header.Set("x-zm-request-timestamp", seconds)
	r.Header.Set("x-zm-request-id", id)
	r.Header.Set("x-zm-signature", "v0="+sign(secret, "v0:"+seconds+":"+string(body)))
	answered, err := s.hooks.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer answered.Body.Close()
	if answered.StatusCode != http.StatusOK && answered.StatusCode != http.StatusNoContent {
		return nil, fmt.Errorf("the endpoint answered %d", answered.StatusCode)
	}
	return io.ReadAll(io.LimitReader(answered.Body, maxBody))
}

func sign(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}
