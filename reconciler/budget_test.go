package reconciler

import "testing"

func TestReserve(t *testing.T) {
	for _, test := range []struct{ limit, allowed, want int }{
		{100, 0, 20},                   // nobody else is known to spend
		{100, 70, 50},                  // others spent thirty yesterday
		{100, 5, 90},                   // a tenth is left for what is far ahead
		{100, 100, 20}, {100, 120, 20}, // deletes count here, and not at Zoom
		{3, 0, 0}, {3, 1, 2}, {0, 0, 0},
	} {
		if got := reserve(test.limit, test.allowed); got != test.want {
			t.Errorf("of %d, %d allowed yesterday: %d kept, not %d", test.limit, test.allowed, got, test.want)
		}
	}
}
