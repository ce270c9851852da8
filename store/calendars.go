package store

import (
	"context"
	"fmt"
	"strings"

	"slotward/sources"
)

type calendarRow struct {
	ID         int64  `db:"id"`
	Connection int64  `db:"connection_id"`
	Person     int64  `db:"person_id"`
	Provider   string `db:"provider"`
	ProviderID string `db:"provider_id"`
	Name       string `db:"name"`
	TimeZone   string `db:"time_zone"`
	Primary    bool   `db:"is_primary"`
	Writable   bool   `db:"writable"`
	Kept       bool   `db:"kept"`
	KeptSince  int64  `db:"kept_since"`
	NewOnly    bool   `db:"new_only"`
	Settings   string `db:"settings"`
	SyncToken  string `db:"sync_token"`
	TokenAt    int64  `db:"token_at"`
	ReadAt     int64  `db:"read_at"`
	Error      string `db:"error"`
}

func (r *calendarRow) calendar() (Calendar, error) {
	c := Calendar{
		ID: r.ID, Connection: r.Connection, Person: r.Person, ProviderID: r.ProviderID, Name: r.Name,
		TimeZone: r.TimeZone, Primary: r.Primary, Writable: r.Writable, On: r.Kept, OnSince: instant(r.KeptSince),
		NewOnly: r.NewOnly, SyncToken: r.SyncToken, TokenAt: instant(r.TokenAt), ReadAt: instant(r.ReadAt), Error: r.Error,
	}
	return c, fromJSON(r.Settings, "calendars.settings", &c.Settings)
}

// SaveCalendars records the calendars that a connection lists, by the
// provider's id, and returns all of the connection's calendars. New ones are
// off. One that somebody else keeps stays off and says so in Error. Calendars
// that are no longer listed stay; reading them tells what is wrong. What is as
// it was writes nothing.
func (s *Store) SaveCalendars(ctx context.Context, connection int64, listed []sources.Calendar) (out []Calendar, err error) {
	err = s.update(ctx, counted, func(t *transaction) error {
		c, err := getConnection(t, connection)
		if err != nil {
			return err
		}
		for _, l := range listed {
			if err := saveCalendar(t, &c, l); err != nil {
				return err
			}
		}
		out, err = listCalendars(t, "connection_id = ?", connection)
		return err
	})
	return out, err
}

func saveCalendar(t *transaction, c *Connection, l sources.Calendar) error {
	keeper, err := keeperOf(t, c.Provider, l.ID, c.ID)
	if err != nil {
		return err
	}
	note := ""
	if keeper != "" {
		note = keptBy(keeper)
	}
	// A note about another keeper comes and goes here; other errors belong to reading.
	_, err = t.exec(`INSERT INTO calendars (connection_id, person_id, provider, provider_id, name, time_zone, is_primary, writable, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (connection_id, provider_id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
			is_primary = excluded.is_primary, writable = excluded.writable,
			error = CASE WHEN excluded.error <> '' OR calendars.error LIKE 'kept by %' THEN excluded.error ELSE calendars.error END
		WHERE NOT (calendars.name = excluded.name AND calendars.time_zone = excluded.time_zone
			AND calendars.is_primary = excluded.is_primary AND calendars.writable = excluded.writable
			AND (calendars.error = excluded.error OR (excluded.error = '' AND calendars.error NOT LIKE 'kept by %')))`,
		c.ID, c.Person, c.Provider, l.ID, l.Name, l.TimeZone, l.Primary, l.Writable, note)
	return err
}

// keptFirst are the first words of a note that a calendar is somebody else's, by
// which it is known again.
const keptFirst = "kept by "

// keptBy words that a calendar is somebody else's.
func keptBy(email string) string { return keptFirst + email + ": turn it off there first" }

// KeptBy is the e-mail address of the person who keeps the calendar on another
// connection, if Error says so; "" else.
func (c *Calendar) KeptBy() string {
	rest, kept := strings.CutPrefix(c.Error, keptFirst)
	email, _, _ := strings.Cut(rest, ": ")
	if !kept {
		return ""
	}
	return email
}

// keeperOf returns the e-mail address of the person who keeps a provider's
// calendar on any connection but this one; "" when nobody does.
func keeperOf(t *transaction, provider, providerID string, connection int64) (string, error) {
	var by []string
	err := t.list(&by, `SELECT p.email FROM calendars k JOIN persons p ON p.id = k.person_id
		WHERE k.kept AND k.provider = ? AND k.provider_id = ? AND k.connection_id <> ?`, provider, providerID, connection)
	if err != nil || len(by) == 0 {
		return "", err
	}
	return by[0], nil
}

// Calendars reads a person's calendars of all connections, by id.
func (s *Store) Calendars(ctx context.Context, person int64) (out []Calendar, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		out, err = listCalendars(t, "person_id = ?", person)
		return err
	})
	return out, err
}

func listCalendars(t *transaction, where string, key int64) ([]Calendar, error) {
	var rows []calendarRow
	if err := t.list(&rows, "SELECT * FROM calendars WHERE "+where+" ORDER BY id", key); err != nil {
		return nil, err
	}
	return collect(rows, (*calendarRow).calendar)
}

// Calendar reads one calendar; ErrNotFound.
func (s *Store) Calendar(ctx context.Context, id int64) (c Calendar, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		row, err := getCalendar(t, id)
		if err != nil {
			return err
		}
		c, err = row.calendar()
		return err
	})
	return c, err
}

func getCalendar(t *transaction, id int64) (calendarRow, error) {
	var row calendarRow
	if err := t.get(&row, "SELECT * FROM calendars WHERE id = ?", id); err != nil {
		return row, fmt.Errorf("calendar %d: %w", id, err)
	}
	return row, nil
}

// UpdateCalendar changes On, OnSince, NewOnly, Settings, SyncToken and Error by
// letting fn alter them. fn may run more than once. Turning a calendar on sets
// OnSince, unless fn does; one that is kept on another connection is a
// *TakenError. A change that is none writes nothing.
func (s *Store) UpdateCalendar(ctx context.Context, id int64, fn func(*Calendar) error) (c Calendar, err error) {
	err = s.update(ctx, counted, func(t *transaction) error {
		if err := t.lock("calendars", id); err != nil {
			return fmt.Errorf("calendar %d: %w", id, err)
		}
		row, err := getCalendar(t, id)
		if err != nil {
			return err
		}
		if c, err = row.calendar(); err != nil {
			return err
		}
		if err := fn(&c); err != nil {
			return err
		}
		if c.On && !row.Kept {
			if err := s.turnOn(t, &row, &c); err != nil {
				return err
			}
		}
		if err := updateCalendar(t, &row, &c); err != nil {
			return err
		}
		if row, err = getCalendar(t, id); err != nil {
			return err
		}
		c, err = row.calendar()
		return err
	})
	return c, err
}

// turnOn checks that nobody else keeps the calendar and notes since when it is on.
func (s *Store) turnOn(t *transaction, row *calendarRow, c *Calendar) error {
	keeper, err := keeperOf(t, row.Provider, row.ProviderID, row.Connection)
	if err != nil {
		return err
	}
	if keeper != "" {
		return takenCalendar(row, keeper)
	}
	if c.OnSince.IsZero() || micros(c.OnSince) == row.KeptSince {
		c.OnSince = s.now()
	}
	if c.Error == row.Error {
		c.Error = ""
	}
	return nil
}

// Keeper checks that a calendar can be turned on: that nobody keeps it on another
// connection, which is a *TakenError as from UpdateCalendar.
func (s *Store) Keeper(ctx context.Context, id int64) error {
	return s.snapshotRead(ctx, func(t *transaction) error {
		row, err := getCalendar(t, id)
		if err != nil {
			return err
		}
		keeper, err := keeperOf(t, row.Provider, row.ProviderID, row.Connection)
		if err == nil && keeper != "" {
			err = takenCalendar(&row, keeper)
		}
		return err
	})
}

func takenCalendar(row *calendarRow, by string) error {
	return &TakenError{What: fmt.Sprintf("the calendar %q", row.Name), By: by, Cure: "turn it off there first"}
}

func updateCalendar(t *transaction, row *calendarRow, c *Calendar) error {
	settings, err := settingsJSON(c.Settings)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE calendars SET kept = ?, kept_since = ?, new_only = ?, settings = ?, sync_token = ?, error = ?
		WHERE id = ? AND NOT (kept = ? AND kept_since = ? AND new_only = ? AND settings = ? AND sync_token = ? AND error = ?)`,
		c.On, micros(c.OnSince), c.NewOnly, settings, c.SyncToken, c.Error,
		row.ID, c.On, micros(c.OnSince), c.NewOnly, settings, c.SyncToken, c.Error)
	if err != nil && duplicate(err) {
		return takenCalendar(row, "somebody else") // turned on by another process since turnOn looked
	}
	return err
}
