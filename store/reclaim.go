package store

import "context"

// Reclaim ends the leases that an earlier life of owner left behind, so that a
// process that died need not wait them out when it comes back. Their epochs
// grow: nothing that the earlier life may still have under way can write.
func (s *Store) Reclaim(ctx context.Context, owner string) error {
	return s.update(ctx, uncounted, func(t *transaction) error {
		_, err := t.exec("UPDATE queue SET epoch = epoch + 1, owner = '', lease_until = 0 WHERE owner = ?", owner)
		return err
	})
}
