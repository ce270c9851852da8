package store

import (
	"context"
	"fmt"
	"strings"
)

type connectionRow struct {
	ID        int64           `db:"id"`
	Person    int64           `db:"person_id"`
	Provider  string          `db:"provider"`
	Account   string          `db:"account"`
	Email     string          `db:"email"`
	State     ConnectionState `db:"state"`
	Detail    string          `db:"detail"`
	Scopes    string          `db:"scopes"`
	HostID    string          `db:"host_id"`
	Plan      int             `db:"plan"`
	CreatedAt int64           `db:"created_at"`
	Since     int64           `db:"state_since"`
	ReadAt    int64           `db:"read_at"`
}

const selectConnections = `SELECT c.*, COALESCE((SELECT MAX(k.read_at) FROM calendars k WHERE k.connection_id = c.id), 0) AS read_at
	FROM connections c`

func (r *connectionRow) connection() (Connection, error) {
	c := Connection{
		ID: r.ID, Person: r.Person, Provider: r.Provider, Account: r.Account, Email: r.Email,
		State: r.State, Since: instant(r.Since), Detail: r.Detail, HostID: r.HostID, Plan: r.Plan, ReadAt: instant(r.ReadAt),
	}
	return c, fromJSON(r.Scopes, "connections.scopes", &c.Scopes)
}

// Connect binds an account to a person and saves its token. The same account
// of the same person is taken up again under the same id: calendars, settings
// and meetings are as they were. State is Connected unless c names another.
//
// An account that somebody else has connected is a *TakenError: one account
// belongs to one person (I13). A disconnected one is free again. A person who
// has one Zoom account and brings another gets an *ExistsError.
func (s *Store) Connect(ctx context.Context, c Connection, token Token) (out Connection, err error) {
	if c.State == "" {
		c.State = Connected
	}
	err = s.update(ctx, counted, func(t *transaction) error {
		if err := refuseTaken(t, &c); err != nil {
			return err
		}
		id, err := s.bind(t, &c)
		if err != nil {
			return err
		}
		if err := s.saveToken(t, id, token); err != nil {
			return err
		}
		out, err = getConnection(t, id)
		return err
	})
	return out, err
}

// Withhold records that an account's owner left out a needed permission: the
// connection has the state MissingScope and c's detail, and no token. It holds
// nothing: the account stays free for whoever connects it whole.
func (s *Store) Withhold(ctx context.Context, c Connection) error {
	c.State = MissingScope
	return s.update(ctx, counted, func(t *transaction) error {
		if err := refuseTaken(t, &c); err != nil {
			return err
		}
		_, err := s.bind(t, &c)
		return err
	})
}

// dropWithheld makes way for c: what stands in it without ever having had a
// token counts as disconnected.
func dropWithheld(t *transaction, c *Connection) error {
	_, err := t.exec(`UPDATE connections SET state = 'disconnected', state_since = ? WHERE provider = ? AND state = 'missing_scope'
		AND ((account = ? AND person_id <> ?) OR (provider = 'zoom' AND person_id = ? AND account <> ?))
		AND NOT EXISTS (SELECT 1 FROM tokens k WHERE k.connection_id = connections.id)`,
		micros(t.store.now()), c.Provider, c.Account, c.Person, c.Person, c.Account)
	return err
}

// refuseTaken checks that nobody else has the account, and that the person has
// no other Zoom account.
func refuseTaken(t *transaction, c *Connection) error {
	if err := dropWithheld(t, c); err != nil {
		return err
	}
	var by []string
	err := t.list(&by, `SELECT p.email FROM connections c JOIN persons p ON p.id = c.person_id
		WHERE c.provider = ? AND c.account = ? AND c.person_id <> ? AND c.state <> 'disconnected'`, c.Provider, c.Account, c.Person)
	if err != nil {
		return err
	}
	if len(by) > 0 {
		return takenAccount(c, by[0])
	}
	if c.Provider != "zoom" {
		return nil
	}
	var other []string
	err = t.list(&other, "SELECT email FROM connections WHERE person_id = ? AND provider = ? AND account <> ? AND state <> 'disconnected'",
		c.Person, c.Provider, c.Account)
	if err == nil && len(other) > 0 {
		err = &ExistsError{What: "a Zoom connection (" + other[0] + ")", Cure: "disconnect it first, or sign in to Zoom with that account"}
	}
	return err
}

func takenAccount(c *Connection, by string) error {
	name := strings.ToUpper(c.Provider[:1]) + c.Provider[1:]
	return &TakenError{
		What: fmt.Sprintf("the %s account %s", name, c.Email), By: by,
		Cure: "sign in with another account, or disconnect it there (or remove that person) first",
	}
}

// bind inserts the connection or takes it up again.
func (s *Store) bind(t *transaction, c *Connection) (id int64, err error) {
	if c.Scopes == nil {
		c.Scopes = []string{}
	}
	scopes, err := asJSON(c.Scopes)
	if err != nil {
		return 0, err
	}
	err = t.get(&id, `INSERT INTO connections (person_id, provider, account, email, state, detail, scopes, host_id, plan, created_at, state_since)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (person_id, provider, account) DO UPDATE SET email = excluded.email, state = excluded.state,
			state_since = CASE WHEN connections.state = excluded.state THEN connections.state_since ELSE excluded.state_since END,
			detail = excluded.detail, scopes = excluded.scopes,
			host_id = CASE WHEN excluded.host_id <> '' THEN excluded.host_id ELSE connections.host_id END,
			plan = CASE WHEN excluded.plan <> 0 THEN excluded.plan ELSE connections.plan END
		RETURNING id`,
		c.Person, c.Provider, c.Account, c.Email, c.State, c.Detail, scopes, c.HostID, c.Plan, micros(s.now()), micros(s.now()))
	switch {
	case err == nil:
		t.add(1)
		return id, nil
	case duplicate(err):
		return 0, takenAccount(c, "somebody else") // bound by another process since refuseTaken looked
	case missingParent(err):
		return 0, fmt.Errorf("person %d: %w", c.Person, ErrNotFound)
	}
	return 0, err
}

// Connections reads a person's connections, by id.
func (s *Store) Connections(ctx context.Context, person int64) (out []Connection, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		out, err = listConnections(t, person)
		return err
	})
	return out, err
}

// AllConnections reads how everybody's connections stand, by person and id. What
// they may do, and when they were read, is left out: it is much, and of everybody
// nobody asks for it.
func (s *Store) AllConnections(ctx context.Context) ([]Connection, error) {
	var rows []connectionRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, `SELECT id, person_id, provider, account, email, state, detail, host_id, state_since, '[]' AS scopes
			FROM connections ORDER BY person_id, id`)
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*connectionRow).connection)
}

func listConnections(t *transaction, person int64) ([]Connection, error) {
	var rows []connectionRow
	if err := t.list(&rows, selectConnections+" WHERE c.person_id = ? ORDER BY c.id", person); err != nil {
		return nil, err
	}
	return collect(rows, (*connectionRow).connection)
}

// Connection reads one connection; ErrNotFound.
func (s *Store) Connection(ctx context.Context, id int64) (c Connection, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		c, err = getConnection(t, id)
		return err
	})
	return c, err
}

func getConnection(t *transaction, id int64) (Connection, error) {
	var row connectionRow
	if err := t.get(&row, selectConnections+" WHERE c.id = ?", id); err != nil {
		return Connection{}, fmt.Errorf("connection %d: %w", id, err)
	}
	return row.connection()
}

// SetConnectionState records how a connection stands; the state that it has
// already writes nothing.
func (s *Store) SetConnectionState(ctx context.Context, id int64, state ConnectionState, detail string) error {
	return s.update(ctx, counted, func(t *transaction) error {
		if _, err := getConnection(t, id); err != nil {
			return err
		}
		return setConnection(t, id, state, detail)
	})
}

func setConnection(t *transaction, id int64, state ConnectionState, detail string) error {
	_, err := t.exec(`UPDATE connections SET state = ?, detail = ?, state_since = CASE WHEN state = ? THEN state_since ELSE ? END
		WHERE id = ? AND NOT (state = ? AND detail = ?)`, state, detail, state, micros(t.store.now()), id, state, detail)
	if err != nil && duplicate(err) {
		return &TakenError{What: "the account of this connection", By: "somebody else", Cure: "disconnect it there first"}
	}
	return err
}

// Disconnect erases a connection's tokens and marks it disconnected. Its
// calendars, settings and meetings stay, so that connecting the same account
// takes management up again. Revoke the token before.
func (s *Store) Disconnect(ctx context.Context, id int64) error {
	return s.update(ctx, counted, func(t *transaction) error {
		if _, err := getConnection(t, id); err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM tokens WHERE connection_id = ?", id); err != nil {
			return err
		}
		return setConnection(t, id, Disconnected, "")
	})
}
