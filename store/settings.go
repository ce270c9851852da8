package store

import "context"

// Settings reads the installation's settings, the first step of the cascade.
func (s *Store) Settings(ctx context.Context) (m map[string]string, err error) {
	err = s.snapshotRead(ctx, func(t *transaction) error {
		m, err = getSettings(t)
		return err
	})
	return m, err
}

func getSettings(t *transaction) (map[string]string, error) {
	var rows []struct {
		Name  string `db:"name"`
		Value string `db:"value"`
	}
	if err := t.list(&rows, "SELECT name, value FROM settings"); err != nil {
		return nil, err
	}
	m := make(map[string]string, len(rows))
	for _, r := range rows {
		m[r.Name] = r.Value
	}
	return m, nil
}

// SetSettings sets the given settings of the installation and leaves the
// others; an empty value removes a setting.
func (s *Store) SetSettings(ctx context.Context, changes map[string]string) error {
	return s.UpdateSettings(ctx, func(map[string]string) (map[string]string, error) { return changes, nil })
}

// UpdateSettings is SetSettings with changes that fn chooses, knowing the settings
// as they are. An error of fn changes nothing. fn may run more than once.
func (s *Store) UpdateSettings(ctx context.Context, fn func(saved map[string]string) (changes map[string]string, err error)) error {
	return s.update(ctx, counted, func(t *transaction) error {
		var id string // its row stands for all settings, those to come as well
		if err := t.get(&id, "SELECT value FROM installation WHERE name = 'id'"+s.dialect.lockRow); err != nil {
			return err
		}
		saved, err := getSettings(t)
		if err != nil {
			return err
		}
		changes, err := fn(saved)
		if err != nil {
			return err
		}
		return setSettings(t, changes)
	})
}

func setSettings(t *transaction, changes map[string]string) error {
	for name, value := range changes {
		var err error
		if value == "" {
			_, err = t.exec("DELETE FROM settings WHERE name = ?", name)
		} else {
			_, err = t.exec(`INSERT INTO settings (name, value) VALUES (?, ?)
				ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE settings.value <> excluded.value`, name, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
