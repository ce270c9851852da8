package microsoft

import "time"

// subscription is one app's wish to be told about one mailbox or calendar.
type subscription struct {
	id      string
	expires time.Time
}

// Notification waits to be delivered.
type Notification struct{}

func (s *Server) announce(_ *calendar, _, _ *record) {}
