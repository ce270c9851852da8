package microsoft

import (
	"strings"

	"slotward/sources"
)

//go:generate go run ./internal/zonegen

// retiredZones are names that Windows no longer lists and calendars still hold.
var retiredZones = map[string]string{
	"Kamchatka Standard Time":    "Asia/Kamchatka",
	"Mid-Atlantic Standard Time": "Etc/GMT+2",
	"Coordinated Universal Time": "Etc/UTC",
}

// customZones stand where a calendar program described a zone of its own. Their
// rules are not in Graph's answers; times are read in UTC.
var customZones = map[string]bool{
	"tzone://Microsoft/Custom": true,
	"Customized Time Zone":     true,
}

// zoneName translates a time zone as Graph names it, Windows' or IANA's, to
// IANA's. It is "" for no zone and for a custom one, whose rules nobody tells.
// The error names the zone that is not known.
func zoneName(name string) (string, error) {
	switch {
	case name == "", customZones[name]:
		return "", nil
	case name == "UTC", strings.EqualFold(name, "tzone://Microsoft/Utc"):
		return "UTC", nil
	}
	if iana, ok := windowsZones[name]; ok {
		return iana, nil
	}
	if iana, ok := retiredZones[name]; ok {
		return iana, nil
	}
	if _, err := sources.LoadZone(name); err != nil {
		return "", err
	}
	return name, nil
}

// zoneOf is the first of the names that is a zone with known rules. Without one
// it is "", and an error if a name was there that nobody knows.
func zoneOf(names ...string) (string, error) {
	var unknown error
	for _, name := range names {
		iana, err := zoneName(name)
		if err == nil && iana != "" {
			return iana, nil
		}
		if err != nil && unknown == nil {
			unknown = err
		}
	}
	return "", unknown
}
