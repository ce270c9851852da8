package microsoft

import (
	"strings"
	"testing"
	"time"

	"slotward/sources"
)

func TestZones(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "UTC": "UTC", "tzone://Microsoft/Utc": "UTC", "Coordinated Universal Time": "Etc/UTC",
		"W. Europe Standard Time": "Europe/Berlin", "India Standard Time": "Asia/Calcutta", "Pacific Standard Time": "America/Los_Angeles",
		"Nepal Standard Time": "Asia/Katmandu", "Europe/Berlin": "Europe/Berlin", "Asia/Kathmandu": "Asia/Kathmandu",
		"tzone://Microsoft/Custom": "", "Customized Time Zone": "", "Mars/Olympus": "!", "Local": "!", "../etc/passwd": "!",
	} {
		got, err := zoneName(name)
		if want == "!" {
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%q: %q, %v", name, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}

func TestEveryWindowsZoneIsKnown(t *testing.T) {
	if len(windowsZones) < 130 {
		t.Errorf("%d zones", len(windowsZones))
	}
	for name, iana := range windowsZones {
		if _, err := sources.LoadZone(iana); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestZoneOf(t *testing.T) {
	if zone, err := zoneOf("tzone://Microsoft/Custom", "Tokyo Standard Time"); err != nil || zone != "Asia/Tokyo" {
		t.Errorf("%q, %v", zone, err)
	}
	if zone, err := zoneOf("", "tzone://Microsoft/Custom"); err != nil || zone != "" {
		t.Errorf("%q, %v", zone, err)
	}
	if zone, err := zoneOf("Mars Standard Time", "UTC"); err != nil || zone != "UTC" {
		t.Errorf("%q, %v", zone, err)
	}
	if _, err := zoneOf("Mars Standard Time", ""); err == nil {
		t.Error("an unknown zone is known")
	}
}

func TestMoments(t *testing.T) {
	want := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for _, test := range [][2]string{
		{"2026-11-20T08:00:00.0000000", "UTC"}, {"2026-11-20T08:00:00", ""}, {"2026-11-20T09:00:00.0000000", "W. Europe Standard Time"},
		{"2026-11-20T09:00:00+01:00", "Mars"}, {"2026-11-20T08:00:00Z", ""}, {"2026-11-20T08:00:00.0000000", "tzone://Microsoft/Custom"},
	} {
		if got, err := parseMoment(test[0], test[1]); err != nil || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%v: %v, %v", test, got, err)
		}
	}
	for _, test := range [][2]string{{"", "UTC"}, {"tomorrow", "UTC"}, {"2026-11-20T08:00:00", "Mars"}, {"2026-11-20", "UTC"}} {
		if got, err := parseMoment(test[0], test[1]); err == nil {
			t.Errorf("%v: %v", test, got)
		}
	}
	for _, hours := range []time.Duration{-11, 0, 11} {
		midnight := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
		if got := day(midnight.Add(hours * time.Hour)); !got.Equal(midnight) {
			t.Errorf("%d hours off midnight is %v", hours, got)
		}
	}
}
