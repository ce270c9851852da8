package zoom

import (
	"fmt"
	"slices"
)

// App is an app that may use an account.
type App struct {
	ID     string // client id
	Scopes []string
}

// Apps returns the apps that a user has let in, by id.
func (s *Server) Apps(email string) []App {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []App
	if a := s.account(email); a != nil {
		for _, g := range s.grants(a) {
			out = append(out, App{g.client.id, slices.Clone(g.scopes)})
		}
	}
	return out
}

// RemoveApp is the user removing one app from their account: its tokens die, and
// it is told if it has a webhook (app_deauthorized).
func (s *Server) RemoveApp(email, client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(email)
	if a == nil {
		return noAccount(email)
	}
	removed := false
	for _, g := range s.grants(a) {
		if g.client.id == client {
			s.end(g)
			s.emitDeauthorized(g)
			removed = true
		}
	}
	if !removed {
		return fmt.Errorf("%s uses no app %s", email, client)
	}
	return nil
}

// RevokeApp is the user removing every app from their account: all tokens die,
// and apps with webhooks are told (app_deauthorized).
func (s *Server) RevokeApp(email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.account(email)
	if a == nil {
		return noAccount(email)
	}
	for _, g := range s.grants(a) {
		s.end(g)
		s.emitDeauthorized(g)
	}
	return nil
}
