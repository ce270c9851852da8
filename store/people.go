package store

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/jmoiron/sqlx"

	"slotward/sources"
)

// personRow is a person with how the latest pass ended.
type personRow struct {
	ID        int64  `db:"id"`
	Name      string `db:"name"`
	Email     string `db:"email"`
	Role      string `db:"role"`
	Paused    bool   `db:"paused"`
	Adopting  bool   `db:"adopting"`
	Settings  string `db:"settings"`
	Held      string `db:"held"`
	Released  string `db:"released"`
	AuditedAt int64  `db:"audited_at"`
	CreatedAt int64  `db:"created_at"`
	LastPass  int64  `db:"last_pass"`
	LastError string `db:"last_error"`
	Failures  int    `db:"failures"`
}

const selectPersons = `SELECT p.*, COALESCE(q.last_pass, 0) AS last_pass, COALESCE(q.last_error, '') AS last_error,
	COALESCE(q.failures, 0) AS failures FROM persons p LEFT JOIN queue q ON q.person_id = p.id`

func (r *personRow) person() (Person, error) {
	p := Person{
		ID: r.ID, Name: r.Name, Email: r.Email, Role: Role(r.Role), Paused: r.Paused, Adopting: r.Adopting, Held: r.Held, Released: r.Released,
		AuditedAt: instant(r.AuditedAt), CreatedAt: instant(r.CreatedAt),
		LastPass: instant(r.LastPass), LastError: r.LastError, Failures: r.Failures,
	}
	return p, fromJSON(r.Settings, "persons.settings", &p.Settings)
}

// CreatePerson adds a person, who is due at once. The e-mail address is kept
// in lower case; one that is there already is an *ExistsError.
func (s *Store) CreatePerson(ctx context.Context, name, email string) (Person, error) {
	email, err := cleanEmail(email)
	if err != nil {
		return Person{}, err
	}
	var p Person
	err = s.update(ctx, counted, func(t *transaction) error {
		var id int64
		now := micros(s.now())
		if err := t.get(&id, "INSERT INTO persons (name, email, created_at) VALUES (?, ?, ?) RETURNING id", strings.TrimSpace(name), email, now); err != nil {
			if duplicate(err) {
				return &ExistsError{What: "a person with the e-mail address " + email}
			}
			return err
		}
		t.add(1)
		if _, err := t.quietly("INSERT INTO queue (person_id, next_at) VALUES (?, ?)", id, now); err != nil {
			return err
		}
		p, err = getPerson(t, "p.id = ?", id)
		return err
	})
	return p, err
}

// cleanEmail checks an e-mail address and puts it into lower case.
func cleanEmail(email string) (string, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email {
		return "", fmt.Errorf("store: %q is not an e-mail address: write one such as ada@example.org", email)
	}
	return email, nil
}

// Person reads one person; ErrNotFound.
func (s *Store) Person(ctx context.Context, id int64) (Person, error) {
	return s.onePerson(ctx, "p.id = ?", id)
}

// PersonByEmail reads one person by e-mail address, in any case; ErrNotFound.
func (s *Store) PersonByEmail(ctx context.Context, email string) (Person, error) {
	return s.onePerson(ctx, "p.email = ?", strings.ToLower(strings.TrimSpace(email)))
}

func (s *Store) onePerson(ctx context.Context, where string, key any) (p Person, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		p, err = getPerson(t, where, key)
		return err
	})
	return p, err
}

func getPerson(t *transaction, where string, key any) (Person, error) {
	var row personRow
	if err := t.get(&row, selectPersons+" WHERE "+where, key); err != nil {
		return Person{}, fmt.Errorf("person %v: %w", key, err)
	}
	return row.person()
}

// People reads everybody, by id.
func (s *Store) People(ctx context.Context) ([]Person, error) {
	var rows []personRow
	err := s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, selectPersons+" ORDER BY p.id")
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*personRow).person)
}

// PeopleOf reads those of some people who are there, by id.
func (s *Store) PeopleOf(ctx context.Context, ids []int64) ([]Person, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(selectPersons+" WHERE p.id IN (?) ORDER BY p.id", ids)
	if err != nil {
		return nil, err
	}
	var rows []personRow
	err = s.snapshotRead(ctx, func(t *transaction) error {
		rows = nil
		return t.list(&rows, query, args...)
	})
	if err != nil {
		return nil, err
	}
	return collect(rows, (*personRow).person)
}

// UpdatePerson changes name, e-mail address, role, pause, settings, Held, Released
// and Adopting by letting fn alter them. fn may run more than once. A change that is none
// writes nothing. An admin stays one while nobody else is: ErrLastAdmin.
func (s *Store) UpdatePerson(ctx context.Context, id int64, fn func(*Person) error) (p Person, err error) {
	err = s.update(ctx, counted, func(t *transaction) error {
		if err := t.lock("persons", id); err != nil {
			return fmt.Errorf("person %d: %w", id, err)
		}
		if p, err = getPerson(t, "p.id = ?", id); err != nil {
			return err
		}
		before := p.Role
		if err := fn(&p); err != nil {
			return err
		}
		if before == Admin && p.Role != Admin {
			if err := otherAdmin(t, &p); err != nil {
				return err
			}
		}
		if p.Email, err = cleanEmail(p.Email); err != nil {
			return err
		}
		if err := savePerson(t, &p); err != nil {
			return err
		}
		p, err = getPerson(t, "p.id = ?", id)
		return err
	})
	return p, err
}

// otherAdmin checks that somebody else than p is an admin; ErrLastAdmin. The
// installation's own row is locked for it: of two admins who take the role from each
// other at the same time, the second finds the first one's change.
func otherAdmin(t *transaction, p *Person) error {
	var id string
	if err := t.get(&id, "SELECT value FROM installation WHERE name = 'id'"+t.store.dialect.lockRow); err != nil {
		return err
	}
	var others int
	if err := t.get(&others, "SELECT COUNT(*) FROM persons WHERE role = ? AND id <> ?", Admin, p.ID); err != nil {
		return err
	}
	if others == 0 {
		return fmt.Errorf("%s is the only admin: %w", p.Email, ErrLastAdmin)
	}
	return nil
}

// removable checks that a person may be removed: others are not left without an admin.
func removable(t *transaction, id int64) error {
	if err := t.lock("persons", id); err != nil {
		return fmt.Errorf("person %d: %w", id, err)
	}
	p, err := getPerson(t, "p.id = ?", id)
	if err != nil || p.Role != Admin {
		return err
	}
	var others int
	if err := t.get(&others, "SELECT COUNT(*) FROM persons WHERE id <> ?", id); err != nil || others == 0 {
		return err
	}
	return otherAdmin(t, &p)
}

// Removable reports what DeletePerson would have against it, before anything is
// done that cannot be undone: ErrNotFound, ErrLastAdmin.
func (s *Store) Removable(ctx context.Context, id int64) error {
	return s.update(ctx, uncounted, func(t *transaction) error { return removable(t, id) })
}

// savePerson writes what people decide about a person, where it differs.
func savePerson(t *transaction, p *Person) error {
	settings, err := settingsJSON(p.Settings)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE persons SET name = ?, email = ?, role = ?, paused = ?, settings = ?, held = ?, released = ?, adopting = ?
		WHERE id = ? AND NOT (name = ? AND email = ? AND role = ? AND paused = ? AND settings = ? AND held = ? AND released = ? AND adopting = ?)`,
		p.Name, p.Email, p.Role, p.Paused, settings, p.Held, p.Released, p.Adopting,
		p.ID, p.Name, p.Email, p.Role, p.Paused, settings, p.Held, p.Released, p.Adopting)
	if err != nil && duplicate(err) {
		return &ExistsError{What: "a person with the e-mail address " + p.Email}
	}
	return err
}

// DeletePerson removes a person with everything known about them, so that
// their accounts can be bound anew at once. A pass under way loses its lease.
// Meetings and links at the providers stay, and the meetings' numbers are
// remembered (Elsewhere). Revoke tokens before. The only admin stays as long as
// there is anybody else: ErrLastAdmin.
func (s *Store) DeletePerson(ctx context.Context, id int64) error {
	return s.update(ctx, counted, func(t *transaction) error {
		if err := removable(t, id); err != nil {
			return err
		}
		if err := s.release(t, id); err != nil {
			return err
		}
		if _, err := t.exec("DELETE FROM journal WHERE person_id = ?", id); err != nil {
			return err
		}
		if _, err := t.quietly("DELETE FROM idempotency_keys WHERE owner = ?", digest(PersonKeys(id))); err != nil {
			return err
		}
		n, err := t.exec("DELETE FROM persons WHERE id = ?", id)
		if err == nil && n == 0 {
			err = fmt.Errorf("person %d: %w", id, ErrNotFound)
		}
		return err
	})
}

// collect turns rows into what callers see.
func collect[R, T any](rows []R, turn func(*R) (T, error)) ([]T, error) {
	out := make([]T, 0, len(rows))
	for i := range rows {
		v, err := turn(&rows[i])
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// refOf joins the two key columns of an event.
func refOf(calendar int64, event string) sources.EventRef {
	return sources.EventRef{Calendar: calendar, Event: event}
}
