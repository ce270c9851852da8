package zoom

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"7":                               7 * time.Second,
		" 1.5 ":                           1500 * time.Millisecond,
		"0":                               0,
		"-30":                             0,
		"-1e300":                          0,
		"31536000":                        24 * time.Hour,
		"1e300":                           24 * time.Hour,
		"+Inf":                            24 * time.Hour,
		"Tue, 01 Dec 2026 12:00:20 GMT":   20 * time.Second,
		"Tuesday, 01-Dec-26 12:00:20 GMT": 20 * time.Second,
		"2026-12-01T12:00:30Z":            30 * time.Second,
		"2026-12-01T13:00:30+01:00":       30 * time.Second,
		"2026-12-01T12:00:30":             30 * time.Second,
		"2026-12-02T00:00:00Z":            12 * time.Hour,
		"2036-12-01T12:00:30Z":            24 * time.Hour,
		"2016-12-01T12:00:30Z":            0,
		"Tue, 01 Dec 2020 12:00:20 GMT":   0,
	} {
		until, ok := retryAfter(value, noon)
		if !ok || until.Sub(noon) != want {
			t.Errorf("%q waits %v (%v), want %v", value, until.Sub(noon), ok, want)
		}
	}
	for _, value := range []string{"", "soon", "NaN", "12:00", "2026-13-01T00:00:00Z"} {
		if until, ok := retryAfter(value, noon); ok {
			t.Errorf("%q waits until %v", value, until)
		}
	}
}

const (
	hostDaily    = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00."
	accountDaily = "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request."
	perSecond    = "You have reached the maximum per-second rate limit for this API. Try again later."
	locked       = "Too many concurrent requests. A request to disassociate this user has already been made."
)

func TestKindsOf429(t *testing.T) {
	midnight := time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name    string
		message string
		headers map[string]string
		want    LimitedError
	}{
		{"host, with the headers of another bucket", hostDaily, map[string]string{"X-RateLimit-Category": "Light", "X-RateLimit-Limit": "6000", "X-RateLimit-Remaining": "5893"}, LimitedError{midnight, true, true}},
		{"host, with a type and an instant", hostDaily, map[string]string{"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-12-02T00:00:00Z"}, LimitedError{midnight, true, true}},
		{"host, with an absurd wait", hostDaily, map[string]string{"Retry-After": "2099-12-02T00:00:00Z"}, LimitedError{midnight, true, true}},
		{"host, told by its limit in a foreign language", "Limite dépassée", map[string]string{"X-RateLimit-Type": "Daily", "X-RateLimit-Limit": "100"}, LimitedError{midnight, true, true}},
		{"account, until it says", accountDaily, map[string]string{"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-12-01T18:00:00Z"}, LimitedError{noon.Add(6 * time.Hour), true, false}},
		{"account, silent", accountDaily, nil, LimitedError{midnight, true, false}},
		{"account, in the past", accountDaily, map[string]string{"Retry-After": "2026-11-01T18:00:00Z"}, LimitedError{midnight, true, false}},
		{"account, by its type alone", "", map[string]string{"X-RateLimit-Type": "Daily-limit"}, LimitedError{midnight, true, false}},
		{"second", perSecond, map[string]string{"X-RateLimit-Type": "QPS"}, LimitedError{noon.Add(time.Second), false, false}},
		{"second, with a wrong type", perSecond, map[string]string{"X-RateLimit-Type": "Daily-limit"}, LimitedError{noon.Add(time.Second), false, false}},
		{"second, with a wait", perSecond, map[string]string{"Retry-After": "3"}, LimitedError{noon.Add(3 * time.Second), false, false}},
		{"second, with a wait too short", perSecond, map[string]string{"Retry-After": "0.1"}, LimitedError{noon.Add(time.Second), false, false}},
		{"lock", locked, nil, LimitedError{noon.Add(time.Second), false, false}},
		{"nothing known", "", nil, LimitedError{noon.Add(time.Second), false, false}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			header := http.Header{}
			for k, v := range tc.headers {
				header.Set(k, v)
			}
			if got := limited(header, tc.message, noon); *got != tc.want {
				t.Errorf("%+v, want %+v", *got, tc.want)
			}
		})
	}
}

func TestMidnightByAClockThatIsOff(t *testing.T) {
	last := time.Date(2026, 12, 1, 23, 59, 59, 0, time.UTC) // Zoom's clock
	for ours, want := range map[time.Duration]time.Duration{
		0:                 time.Second,
		10 * time.Minute:  time.Second, // ours is ahead: not a day, a second
		-10 * time.Minute: time.Second,
		5 * time.Hour:     19*time.Hour + time.Second, // beyond belief: our own midnight
	} {
		now := last.Add(ours)
		header := http.Header{"Date": {last.Format(http.TimeFormat)}}
		if got := limited(header, hostDaily, now).Until.Sub(now); got != want {
			t.Errorf("%v off: waits %v, want %v", ours, got, want)
		}
	}
}
