package zoom

import "slices"

// client is an app registered in the Marketplace.
type client struct {
	id, secret string
	scopes     []string // from its set-up; the authorize request cannot add any
	redirects  []string // allowed exactly as written
	hook       *subscription
}

// DefaultScopes are the scopes of an app that keeps one user's meetings.
func DefaultScopes() []string {
	return []string{
		"meeting:write:meeting", "meeting:read:meeting", "meeting:update:meeting",
		"meeting:delete:meeting", "meeting:read:list_meetings", "user:read:user",
	}
}

// AddClient registers an app. Its scopes are the ones of its Marketplace set-up
// (nil: DefaultScopes); a person may untick some at consent. Redirects are
// compared exactly; without any, every redirect is allowed.
func (s *Server) AddClient(id, secret string, scopes []string, redirects ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if scopes == nil {
		scopes = DefaultScopes()
	}
	c := &client{id: id, secret: secret, scopes: slices.Clone(scopes), redirects: slices.Clone(redirects)}
	if known := s.clients[id]; known != nil {
		c.hook = known.hook
	}
	s.clients[id] = c
	s.keep(secret)
}

func (c *client) allows(redirect string) bool {
	return redirect != "" && (len(c.redirects) == 0 || slices.Contains(c.redirects, redirect))
}

// Secrets returns everything secret that was ever given out or agreed on: client
// and webhook secrets, codes, access and refresh tokens, zak tokens of start
// links, and passcodes. A passcode may rightly stand in an invitation.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.secrets)
}

// keep remembers a secret for Secrets and returns it.
func (s *Server) keep(secret string) string {
	if secret != "" {
		s.secrets = append(s.secrets, secret)
	}
	return secret
}
