package google

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"slotward/sources"
)

// How far a series is expanded when nobody says where to stop.
const (
	maxInstances = 730
	farFuture    = 15 * 365 * 24 * time.Hour
)

// recurrence is a parsed recurrence of one series.
type recurrence struct {
	set      rrule.Set
	rule     *rrule.ROption // nil: only dates
	excluded []*rrule.RRule // EXRULE
}

// parseRecurrence reads recurrence lines for a series that starts at start.
// The rule is expanded in start's own zone, so that wall-clock times hold over
// changes of daylight saving.
func parseRecurrence(lines []string, start moment) (*recurrence, error) {
	loc := start.location()
	out := &recurrence{}
	first := start.At.In(loc)
	out.set.DTStart(first)
	for _, line := range lines {
		head, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, fmt.Errorf("no colon in %q", line)
		}
		name, params, _ := strings.Cut(strings.ToUpper(head), ";")
		if err := out.addLine(name, params, value, first); err != nil {
			return nil, err
		}
	}
	if out.rule == nil && len(out.set.GetRDate()) == 0 {
		return nil, fmt.Errorf("no RRULE and no RDATE")
	}
	return out, nil
}

func (rec *recurrence) addLine(name, params, value string, first time.Time) error {
	switch name {
	case "RRULE", "EXRULE":
		option, err := rrule.StrToROptionInLocation(value, first.Location())
		if err != nil {
			return err
		}
		if err := sources.CheckRule(option); err != nil {
			return err
		}
		option.Dtstart = first
		rule, err := rrule.NewRRule(*option)
		if err != nil {
			return err
		}
		if name == "EXRULE" {
			rec.excluded = append(rec.excluded, rule)
			return nil
		}
		if rec.rule != nil {
			return fmt.Errorf("more than one RRULE")
		}
		rec.rule = option
		rec.set.RRule(rule)
	case "RDATE", "EXDATE":
		dates, err := parseDates(params, value, first)
		if err != nil {
			return err
		}
		for _, d := range dates {
			if name == "RDATE" {
				rec.set.RDate(d)
			} else {
				rec.set.ExDate(d)
			}
		}
	default:
		return fmt.Errorf("unknown line %q", name)
	}
	return nil
}

// parseDates reads the value of an RDATE or EXDATE line. A date without a time
// means the time at which the series starts, for series that have one.
func parseDates(params, value string, first time.Time) ([]time.Time, error) {
	loc := first.Location()
	for _, p := range strings.Split(params, ";") {
		if zone, ok := strings.CutPrefix(p, "TZID="); ok {
			loc = namedZone(zone, loc)
		}
	}
	var out []time.Time
	for _, v := range strings.Split(value, ",") {
		var t time.Time
		var err error
		switch {
		case strings.HasSuffix(v, "Z"):
			t, err = time.Parse("20060102T150405Z", v)
		case strings.Contains(v, "T"):
			t, err = time.ParseInLocation("20060102T150405", v, loc)
		default:
			t, err = time.Parse("20060102", v)
			y, m, d := t.Date()
			t = time.Date(y, m, d, first.Hour(), first.Minute(), first.Second(), 0, first.Location())
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// namedZone finds a zone by a name whose case was lost.
func namedZone(upper string, otherwise *time.Location) *time.Location {
	if strings.EqualFold(upper, otherwise.String()) {
		return otherwise
	}
	parts := strings.Split(strings.ToLower(upper), "/")
	for i, p := range parts {
		words := strings.Split(p, "_")
		for j, w := range words {
			if w != "" {
				words[j] = strings.ToUpper(w[:1]) + w[1:]
			}
		}
		parts[i] = strings.Join(words, "_")
	}
	return zoneOr(strings.Join(parts, "/"), zoneOr(upper, otherwise))
}

// occurrences returns the starts of a series' occurrences from after from until
// before until, both included, at most limit of them. Exceptions do not count
// here: what is returned are the keys of the series, cancelled or not.
func occurrences(master *record, from, until time.Time, limit int) []time.Time {
	rec, err := parseRecurrence(master.Recurrence, master.start)
	if err != nil {
		return nil
	}
	var out []time.Time
	keep := func(t time.Time) bool {
		t = t.UTC()
		if t.After(until) || len(out) >= limit {
			return false
		}
		if !t.Before(from) && !slices.ContainsFunc(rec.excluded, func(x *rrule.RRule) bool {
			return len(x.Between(t, t, true)) > 0
		}) {
			out = append(out, t)
		}
		return true
	}
	next := rec.set.Iterator()
	t, more := next()
	// The start of a series is its first occurrence even if the rule misses it.
	if first := master.start.At; (!more || !t.Equal(first)) && !slices.ContainsFunc(rec.set.GetExDate(), first.Equal) {
		keep(first)
	}
	for ; more && keep(t); t, more = next() {
	}
	return out
}

// isOccurrence reports whether the series has an occurrence that starts at at.
func isOccurrence(master *record, at time.Time) bool {
	return len(occurrences(master, at, at, 1)) > 0
}
