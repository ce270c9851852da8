package scenario

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// instant reads a time: with an offset, or on the clock of a zone.
func instant(s, zone string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, where); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", s)
}

// length reads a duration; days may be written as "2d".
func length(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

func minutes(s string) (int, error) {
	d, err := length(s)
	return int(d.Minutes()), err
}

// newDraft reads the words that describe a new event.
func newDraft(c *calendar, args []string) (draft, error) {
	d := draft{zone: c.zone}
	for _, option := range args[2:] {
		if zone, ok := strings.CutPrefix(option, "zone="); ok {
			d.zone = zone
		}
	}
	start, err := instant(args[0], d.zone)
	if err != nil {
		return d, err
	}
	d.start = start
	if d.minutes, err = minutes(args[1]); err != nil {
		return d, err
	}
	if d.minutes == 0 {
		d.end = start // the simulators' own default is for those who say nothing
	}
	for _, option := range args[2:] {
		if err := describe(&d, option); err != nil {
			return d, err
		}
	}
	if c.provider != "microsoft" && (d.plain || d.language != "" || d.oldTemplate || len(d.rooms) > 0) {
		return d, fmt.Errorf("options rooms, plain, language and template are Outlook's")
	}
	return d, nil
}

// describe applies one option of the event command.
func describe(d *draft, option string) error {
	key, value, hasValue := strings.Cut(option, "=")
	if set, ok := flags[key]; ok && !hasValue {
		set(d)
		return nil
	}
	set, ok := options[key]
	if !ok || !hasValue {
		return fmt.Errorf("unknown option %s", option)
	}
	return set(d, value)
}

var flags = map[string]func(*draft){
	"meet":      func(d *draft) { d.native = "meet" },
	"teams":     func(d *draft) { d.native = "teams" },
	"allday":    func(d *draft) { d.allDay = true },
	"free":      func(d *draft) { d.free = true },
	"private":   func(d *draft) { d.private = true },
	"tentative": func(d *draft) { d.tentative = true },
	"locked":    func(d *draft) { d.locked = true },
	"plain":     func(d *draft) { d.plain = true },
}

var options = map[string]func(*draft, string) error{
	"title":     func(d *draft, v string) error { d.title = v; return nil },
	"guests":    func(d *draft, v string) error { d.guests = list(v); return nil },
	"location":  func(d *draft, v string) error { d.location = v; return nil },
	"link":      func(d *draft, v string) error { d.location = v; return nil },
	"notes":     func(d *draft, v string) error { d.notes = v; return nil },
	"repeat":    func(d *draft, v string) error { d.repeat = ruleOf(v); return nil },
	"kind":      func(d *draft, v string) error { d.kind = v; return nil },
	"organizer": func(d *draft, v string) error { d.organizer = v; return nil },
	"zone":      func(*draft, string) error { return nil },
	"rooms":     func(d *draft, v string) error { d.rooms = list(v); return nil },
	"language":  func(d *draft, v string) error { d.language = v; return nil },
	"template": func(d *draft, v string) error {
		d.oldTemplate = v == "old"
		if v != "old" && v != "new" {
			return fmt.Errorf("%q is neither the old template nor the new one", v)
		}
		return nil
	},
	"created": func(d *draft, v string) error {
		t, err := instant(v, "UTC")
		d.created = t
		return err
	},
	// What only broken programs write.
	"location-size": func(d *draft, v string) error {
		size, err := strconv.Atoi(v)
		d.location = strings.Repeat("x", size)
		return err
	},
	"notes-size": func(d *draft, v string) error {
		size, err := strconv.Atoi(v)
		d.notes = strings.Repeat("lorem ipsum ", size/12)
		return err
	},
	"title-hex": func(d *draft, v string) error {
		b, err := hex.DecodeString(v)
		d.title = string(b)
		return err
	},
	"raw-zone": func(d *draft, v string) error { d.zone = v; return nil },
}

// ruleOf takes off a rule's name, which may be told or not.
func ruleOf(s string) string { return strings.TrimPrefix(s, "RRULE:") }

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
