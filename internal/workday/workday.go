// Package workday reckons with the days from Monday to Friday.
package workday

import "time"

// After is the n-th working day from the day after now on, n from 0, at
// midnight UTC.
func After(now time.Time, n int) time.Time {
	day := now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	for {
		if !free(day) {
			if n == 0 {
				return day
			}
			n--
		}
		day = day.AddDate(0, 0, 1)
	}
}

// NotBefore is at itself, or the same time of the Monday after when at is on a
// weekend.
func NotBefore(at time.Time) time.Time {
	for free(at) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

func free(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}
