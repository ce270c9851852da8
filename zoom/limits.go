package zoom

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	leastWait = time.Second    // Zoom's per-second limits: wait at least this long
	mostWait  = 24 * time.Hour // no limit of Zoom's lasts longer
	mostSkew  = time.Hour      // clocks further apart than this are not corrected
)

// limited tells Zoom's kinds of 429 apart. The code is 429 for all of them and
// the header X-RateLimit-Type is missing on the one that matters most, the
// host's 100 writes a day, so here, and only here, the message decides.
func limited(header http.Header, message string, now time.Time) *LimitedError {
	message = strings.ToLower(message)
	kind := strings.ToLower(header.Get("X-RateLimit-Type"))
	daily := strings.Contains(message, "daily rate limit")
	if !daily && !strings.Contains(message, "per-second") {
		daily = strings.HasPrefix(kind, "daily") // "Daily-limit", also seen as "Daily"
	}
	until, told := retryAfter(header.Get("Retry-After"), now)
	if !daily {
		if !told || until.Before(now.Add(leastWait)) {
			until = now.Add(leastWait)
		}
		return &LimitedError{Until: until}
	}
	host := strings.Contains(message, "particular user") || header.Get("X-RateLimit-Limit") == "100"
	if host || !told || !until.After(now) {
		until = midnight(header, now)
	}
	return &LimitedError{Until: until, Daily: true, Host: host}
}

// midnight returns, by our clock, when Zoom's next day begins (00:00 UTC). Our
// clock may be some minutes ahead of Zoom's: at Zoom's 23:59:59 that would cost
// a whole day, so the answer's Date corrects it when it is believable.
func midnight(header http.Header, now time.Time) time.Time {
	theirs := now.UTC()
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		if skew := date.Sub(now); skew.Abs() <= mostSkew && skew.Abs() > leastWait {
			theirs = date.UTC()
		}
	}
	next := theirs.Truncate(24 * time.Hour).Add(24 * time.Hour)
	return now.UTC().Add(next.Sub(theirs))
}

// retryAfter reads a Retry-After: seconds (also fractional), an HTTP date, or an
// ISO instant, which Zoom uses. The result lies between now and a day later,
// whatever absurd value was sent; ok is false when there is nothing to read.
func retryAfter(value string, now time.Time) (until time.Time, ok bool) {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && !math.IsNaN(seconds) {
		seconds = min(max(seconds, 0), mostWait.Seconds())
		return now.Add(time.Duration(seconds * float64(time.Second))), true
	}
	t, err := http.ParseTime(value)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if err == nil {
			break
		}
		t, err = time.Parse(layout, value)
	}
	switch {
	case err != nil:
		return time.Time{}, false
	case t.Before(now):
		return now, true
	case t.After(now.Add(mostWait)):
		return now.Add(mostWait), true
	}
	return t.UTC(), true
}
