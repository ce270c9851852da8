package sources

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	minRetry = time.Second
	maxRetry = 24 * time.Hour
)

// isoForms are the instants that services write where HTTP wants its own date.
var isoForms = [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05"}

// RetryAfter reads a Retry-After header: seconds, also fractions of them, an
// HTTP date or an ISO instant. Absurd values are bounded to between a second and
// a day. It is the zero time when there is none, or none that can be read.
func RetryAfter(header http.Header, now time.Time) time.Time {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return time.Time{}
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(seconds) {
			return time.Time{}
		}
		limit := maxRetry.Seconds()
		return within(now, time.Duration(min(max(seconds, 0), limit)*float64(time.Second)))
	}
	if t, err := http.ParseTime(text); err == nil {
		return within(now, t.Sub(now))
	}
	for _, form := range isoForms {
		if t, err := time.Parse(form, text); err == nil {
			return within(now, t.Sub(now))
		}
	}
	return time.Time{}
}

func within(now time.Time, wait time.Duration) time.Time {
	return now.Add(min(max(wait, minRetry), maxRetry)).UTC()
}
