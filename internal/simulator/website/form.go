package website

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of what a form says.
const (
	mostBody  = 1 << 20 // bytes
	mostDays  = 60
	mostTimes = 500
)

// errForm is wrapped by every error about what somebody typed.
var errForm = errors.New("the form cannot be used as it is")

func wrong(format string, values ...any) error {
	return fmt.Errorf(format+" (%w)", append(values, errForm)...)
}

// typed is a form that somebody sent.
type typed struct {
	url.Values
	zone *time.Location
}

// readForm reads the form of a request; its times are in zone.
func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	if err := r.ParseForm(); err != nil {
		return nil, wrong("%v", err)
	}
	return r.PostForm, nil
}

// text is a field in which line ends are single characters.
func (t typed) text(name string) string { return strings.ReplaceAll(t.Get(name), "\r\n", "\n") }

// day is a date, as midnight UTC.
func (t typed) day(name string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, t.Get(name))
	if err != nil {
		return day, wrong("“%s” is no date: write it like 2026-12-31", t.Get(name))
	}
	return day, nil
}

// start is when something begins: the instant, or for whole days midnight UTC.
func (t typed) start(allDay bool) (time.Time, error) {
	day, err := t.day("date")
	if err != nil || allDay {
		return day, err
	}
	at, err := time.Parse("15:04", t.Get("time"))
	if err != nil {
		return at, wrong("“%s” is no time of day: write it like 14:30", t.Get("time"))
	}
	return time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, t.zone), nil
}

// number is a whole number from least to most.
func (t typed) number(name, what string, least, most int) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(t.Get(name)))
	if err != nil || n < least || n > most {
		return 0, wrong("%s has to be a number from %d to %d", what, least, most)
	}
	return n, nil
}

// minutes is how long something lasts; whole days count as such.
func (t typed) minutes(allDay bool) (int, error) {
	if allDay {
		days, err := t.number("days", "how many days it lasts", 1, mostDays)
		return days * 24 * 60, err
	}
	return t.number("minutes", "the length in minutes", 1, mostDays*24*60)
}

// addresses are those in a field, whatever is between them.
func (t typed) addresses(name string) ([]string, error) {
	var out []string
	for _, one := range strings.FieldsFunc(t.Get(name), func(c rune) bool { return strings.ContainsRune(",; \t\r\n", c) }) {
		local, domain, ok := strings.Cut(one, "@")
		if !ok || local == "" || domain == "" || strings.ContainsAny(one, "<>\"") {
			return nil, wrong("“%s” is no e-mail address", one)
		}
		if one = strings.ToLower(one); !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out, nil
}

// rhythms are how often an event can repeat.
var rhythms = map[string]string{"": "", "weekly": "FREQ=WEEKLY", "fortnightly": "FREQ=WEEKLY;INTERVAL=2"}

// repeat is the rule by which an event repeats; "" for none.
func (t typed) repeat() (string, error) {
	rule, known := rhythms[t.Get("repeat")]
	switch {
	case !known:
		return "", wrong("“%s” is no way to repeat", t.Get("repeat"))
	case rule == "" || strings.TrimSpace(t.Get("times")) == "":
		return rule, nil
	}
	times, err := t.number("times", "how often it takes place", 1, mostTimes)
	return fmt.Sprintf("%s;COUNT=%d", rule, times), err
}

// draft is the new event that the form describes.
func (t typed) draft() (d Draft, err error) {
	d = Draft{Title: t.Get("title"), Notes: t.text("notes"), Location: t.Get("location"), AllDay: t.Has("all_day"), Online: t.Has("online")}
	if d.Start, err = t.start(d.AllDay); err != nil {
		return d, err
	}
	if d.Minutes, err = t.minutes(d.AllDay); err != nil {
		return d, err
	}
	if d.Guests, err = t.addresses("guests"); err != nil {
		return d, err
	}
	d.Repeat, err = t.repeat()
	return d, err
}
