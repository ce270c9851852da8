package workday_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slotward/internal/workday"
)

func TestAfter(t *testing.T) {
	friday := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
	var got []string
	for n := range 6 {
		day := workday.After(friday, n)
		if day.Hour() != 0 || day.Minute() != 0 {
			t.Errorf("%s is not midnight", day)
		}
		got = append(got, day.Format("Mon 02"))
	}
	if diff := cmp.Diff([]string{"Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Mon 30"}, got); diff != "" {
		t.Error(diff)
	}
	late := time.Date(2026, 11, 24, 23, 30, 0, 0, time.FixedZone("", -2*3600)) // Wednesday in UTC
	if got := workday.After(late, 0).Format("Mon 02"); got != "Thu 26" {
		t.Errorf("got %s", got)
	}
}

func TestNotBefore(t *testing.T) {
	for day, want := range map[int]string{20: "Fri 20 15:00", 21: "Mon 23 15:00", 22: "Mon 23 15:00", 23: "Mon 23 15:00"} {
		if got := workday.NotBefore(time.Date(2026, 11, day, 15, 0, 0, 0, time.UTC)).Format("Mon 02 15:04"); got != want {
			t.Errorf("of the %dth: got %s, want %s", day, got, want)
		}
	}
}
