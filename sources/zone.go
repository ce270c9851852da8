package sources

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// zones keeps the time zones that were loaded: reading one takes longer than
// everything else that is done to an event. Only known names get in.
var zones sync.Map // name → *time.Location

// LoadZone finds a time zone by its IANA name; "" is UTC. The error says that
// the zone is not known, and names it.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || name == "UTC" {
		return time.UTC, nil
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf("time zone %q: not known", clip(name, 80))
	}
	zones.Store(name, zone)
	return zone, nil
}
