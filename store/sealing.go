package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"slotward/sources"
)

// Sealer seals bytes and opens them again. What is associated is not stored,
// but must be the same when opening: a sealed value that was moved to another
// row does not open.
type Sealer interface {
	Seal(plain, associated []byte) ([]byte, error)
	Open(sealed, associated []byte) ([]byte, error)
}

// What a lost or changed key costs (fault 40). Nothing is deleted for it.
//
//	tokens     their connection becomes needs_reauth; with the right key back it is connected again
//	mirror     rows are emptied and the calendar's sync token is cleared, so that a full reading fills them
//	meetings   topic and joining details read as empty until the meeting is fetched again
//	decisions, journal   codes and times stay; titles and details read as empty

// otherKey is a connection's detail when its token cannot be opened.
const otherKey = "the stored token was sealed with another key: connect again, or give slotward the key file that it had before"

// keyProbe is what the probe in the installation table seals.
const keyProbe = "slotward"

// seal seals a value as JSON, bound to its place.
func (s *Store) seal(value any, place string) ([]byte, error) {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false) // descriptions are HTML: escaped they would be far longer
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("store: encoding %s: %w", place, err)
	}
	sealed, err := s.sealer.Seal(plain.Bytes(), []byte(place))
	if err != nil {
		return nil, fmt.Errorf("store: sealing %s: %w", place, err)
	}
	return sealed, nil
}

// unseal opens a value that seal made at the same place. What does not open is
// ErrSealed; the reason is left out, it could only name bytes.
func (s *Store) unseal(sealed []byte, place string, into any) error {
	plain, err := s.sealer.Open(sealed, []byte(place))
	if err != nil {
		return fmt.Errorf("%w: %s", ErrSealed, place)
	}
	if err := json.Unmarshal(plain, into); err != nil {
		return fmt.Errorf("%w: %s does not decode", ErrSealed, place)
	}
	return nil
}

// checkKey finds out whether the sealing key is the one that sealed this store.
// Only when it is not, every sealed row is looked at.
func (s *Store) checkKey(ctx context.Context) error {
	stored, err := s.known(ctx, "key_probe")
	if err != nil {
		return err
	}
	var probe []byte
	if stored != "" && json.Unmarshal([]byte(stored), &probe) == nil {
		var text string
		if s.unseal(probe, "installation/key_probe", &text) == nil && text == keyProbe {
			return nil
		}
	}
	if stored != "" {
		if err := s.update(ctx, counted, s.sweep); err != nil {
			return err
		}
	}
	if probe, err = s.seal(keyProbe, "installation/key_probe"); err != nil {
		return err
	}
	text, err := json.Marshal(probe)
	if err != nil {
		return err
	}
	return s.remember(ctx, "key_probe", string(text))
}

// sweep brings connections and mirror into the state that fits the present key.
func (s *Store) sweep(t *transaction) error {
	if err := s.sweepTokens(t); err != nil {
		return err
	}
	var ids []int64
	if err := t.list(&ids, "SELECT id FROM calendars ORDER BY id"); err != nil {
		return err
	}
	for _, id := range ids {
		var rows []eventRow
		if err := t.list(&rows, "SELECT * FROM events WHERE calendar_id = ? AND sealed IS NOT NULL", id); err != nil {
			return err
		}
		var lost []string
		for i := range rows {
			if _, err := s.openEvent(&rows[i]); err != nil {
				lost = append(lost, rows[i].EventID)
			}
		}
		if err := emptyEvents(t, id, lost); err != nil {
			return err
		}
	}
	return nil
}

// sweepTokens marks connections whose token does not open, and takes that mark
// off again when the right key is back.
func (s *Store) sweepTokens(t *transaction) error {
	var rows []struct {
		tokenRow
		State  ConnectionState `db:"state"`
		Detail string          `db:"detail"`
	}
	err := t.list(&rows, "SELECT t.*, c.state, c.detail FROM tokens t JOIN connections c ON c.id = t.connection_id")
	if err != nil {
		return err
	}
	for _, r := range rows {
		_, openErr := s.openToken(&r.tokenRow)
		switch {
		case openErr != nil && r.State == Connected:
			err = setConnection(t, r.Connection, NeedsReauth, otherKey)
		case openErr == nil && r.State == NeedsReauth && r.Detail == otherKey:
			err = setConnection(t, r.Connection, Connected, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// emptyEvents empties mirror rows that cannot be opened. Their keys stay, so
// that a full reading tells which of those events are gone.
func emptyEvents(t *transaction, calendar int64, ids []string) error {
	for _, id := range ids {
		if _, err := t.exec("UPDATE events SET sealed = NULL, etag = '' WHERE calendar_id = ? AND event_id = ?", calendar, id); err != nil {
			return err
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := t.exec("UPDATE calendars SET sync_token = '' WHERE id = ?", calendar)
	return err
}

// place names where a sealed value of an event stands.
func place(table string, ref sources.EventRef, column string) string {
	return fmt.Sprintf("%s/%d:%s/%s", table, ref.Calendar, cleanText(ref.Event), column)
}
