package store

import (
	"context"
	"fmt"
	"time"
)

// Snapshot is what a pass knows of a person before it looks at the providers,
// all of one moment. The mirror is read apart, with Events, after it was brought up to date.
type Snapshot struct {
	Person      Person
	Settings    map[string]string // the installation's
	Connections []Connection
	Calendars   []Calendar
	Meetings    []Meeting
	Claims      []Claim
	Intents     []Intent // open ones
	Repairs     []Repair
	Wishes      []Wish
	Decisions   []Decision
	Budget      Budget // of the person's Zoom host and the present UTC day; zero without a host
	// Others are meetings on this person's Zoom hosts that belong to somebody
	// else here, who had the account before. Never touch them (I13).
	Others map[int64]bool
	// Strangers are Zoom meetings whose links people typed and that are not the
	// host's to keep, as Zoom has said.
	Strangers map[int64]bool
}

// Load reads a person's snapshot; ErrNotFound.
func (s *Store) Load(ctx context.Context, person int64) (*Snapshot, error) {
	var snap *Snapshot
	err := s.snapshotRead(ctx, func(t *transaction) (err error) {
		snap, err = s.load(t, person)
		return err
	})
	return snap, err
}

func (s *Store) load(t *transaction, person int64) (*Snapshot, error) {
	var snap Snapshot
	steps := []func() error{
		func() (err error) { snap.Person, err = getPerson(t, "p.id = ?", person); return },
		func() (err error) { snap.Settings, err = getSettings(t); return },
		func() (err error) { snap.Connections, err = listConnections(t, person); return },
		func() (err error) { snap.Calendars, err = listCalendars(t, "person_id = ?", person); return },
		func() (err error) { snap.Meetings, err = s.listMeetings(t, person); return },
		func() (err error) { snap.Claims, err = listClaims(t, person); return },
		func() (err error) { snap.Intents, err = listIntents(t, person); return },
		func() (err error) { snap.Repairs, err = listRepairs(t, person); return },
		func() (err error) { snap.Wishes, err = listWishes(t, "person_id = ?", person); return },
		func() (err error) { snap.Decisions, err = s.listDecisions(t, person); return },
		func() (err error) { snap.Budget, err = s.hostBudget(t, snap.Connections); return },
		func() (err error) { snap.Strangers, err = listStrangers(t, person); return },
		func() (err error) { snap.Others, err = othersMeetings(t, person); return },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("loading person %d: %w", person, err)
		}
	}
	return &snap, nil
}

// hostBudget reads the budget of the person's Zoom host: that of the
// connection in use, else of the latest one.
func (s *Store) hostBudget(t *transaction, connections []Connection) (Budget, error) {
	host := ""
	for _, c := range connections {
		if c.HostID != "" && (host == "" || c.State != Disconnected) {
			host = c.HostID
		}
	}
	if host == "" {
		return Budget{}, nil
	}
	return getBudget(t, host, s.now().UTC().Format(time.DateOnly))
}

// othersMeetings finds meetings of other persons on the hosts that this person
// has connected.
func othersMeetings(t *transaction, person int64) (map[int64]bool, error) {
	var ids []int64
	err := t.list(&ids, `SELECT m.id FROM meetings m WHERE m.person_id <> ? AND m.host_id IN
		(SELECT c.host_id FROM connections c WHERE c.person_id = ? AND c.host_id <> '' AND c.state <> 'disconnected')`, person, person)
	others := make(map[int64]bool, len(ids))
	for _, id := range ids {
		others[id] = true
	}
	return others, err
}
