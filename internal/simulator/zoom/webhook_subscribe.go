package zoom

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The endpoint has to prove itself again and again; how often it may fail is not
// documented.
const (
	validateEvery = 72 * time.Hour
	validateTries = 3
)

// Subscribe gives an app an event endpoint with a secret token, after the
// endpoint has answered the challenge. It gets every meeting event of the users
// who let the app in, and app_deauthorized.
func (s *Server) Subscribe(ctx context.Context, clientID, url, secret string) error {
	hook := &subscription{url: url, secret: secret}
	if err := s.validate(ctx, hook); err != nil {
		return fmt.Errorf("validating %s: %w", url, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[clientID]
	if c == nil {
		return fmt.Errorf("no app %s", clientID)
	}
	s.keep(secret)
	c.hook = hook
	return nil
}

// Unsubscribe takes an app's endpoint away.
func (s *Server) Unsubscribe(clientID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[clientID]; c != nil {
		c.hook = nil
	}
}

// validate sends the challenge that an endpoint answers with the signed token.
func (s *Server) validate(ctx context.Context, hook *subscription) error {
	s.mu.Lock()
	now, plain, id := s.clock.Now(), s.letters(22), "val-"+s.letters(8)
	s.mu.Unlock()
	body, err := json.Marshal(event{"endpoint.url_validation", now.UnixMilli(), map[string]any{"plainToken": plain}})
	if err != nil {
		return err
	}
	raw, err := s.post(ctx, hook.url, hook.secret, id, now, body)
	if err != nil {
		return err
	}
	var said struct{ PlainToken, EncryptedToken string }
	if json.Unmarshal(raw, &said) != nil || said.PlainToken != plain || said.EncryptedToken != sign(hook.secret, plain) {
		return errors.New("the endpoint does not know the secret token")
	}
	s.mu.Lock()
	hook.validated, hook.failures = now, 0
	s.mu.Unlock()
	return nil
}

// revalidate repeats the challenge every 72 hours.
func (s *Server) revalidate(ctx context.Context) {
	s.mu.Lock()
	var due []*subscription
	for _, c := range s.clients {
		if c.hook != nil && !c.hook.disabled && s.clock.Now().Sub(c.hook.validated) >= validateEvery {
			due = append(due, c.hook)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(due, func(a, b *subscription) int { return cmp.Compare(a.url, b.url) })
	for _, hook := range due {
		if s.validate(ctx, hook) == nil {
			continue
		}
		s.mu.Lock()
		hook.failures++
		hook.disabled = hook.failures >= validateTries
		s.mu.Unlock()
	}
}
