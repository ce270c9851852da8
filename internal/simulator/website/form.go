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

// Form is a form that somebody sent. Its times are in Zone.
type Form struct {
	url.Values
	Zone *time.Location
}

// ReadForm reads the form of a request.
func ReadForm(w http.ResponseWriter, r *http.Request, zone *time.Location) (Form, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	if err := r.ParseForm(); err != nil {
		return Form{url.Values{}, zone}, wrong("%v", err)
	}
	return Form{r.PostForm, zone}, nil
}

// Status is how an error is answered: one about what somebody typed is a bad
// request, anything else a conflict with how things are.
func Status(err error) int {
	if errors.Is(err, errForm) {
		return http.StatusBadRequest
	}
	return http.StatusConflict
}

// text is a field in which line ends are single characters.
func (f Form) text(name string) string { return strings.ReplaceAll(f.Get(name), "\r\n", "\n") }

// day is a date, as midnight UTC.
func (f Form) day(name string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, f.Get(name))
	if err != nil {
		return day, wrong("“%s” is no date: write it like 2026-12-31", f.Get(name))
	}
	return day, nil
}

// Start is when something begins by the fields date and time: the instant, or
// for whole days midnight UTC of the date.
func (f Form) Start(allDay bool) (time.Time, error) {
	day, err := f.day("date")
	if err != nil || allDay {
		return day, err
	}
	at, err := time.Parse("15:04", f.Get("time"))
	if err != nil {
		return at, wrong("“%s” is no time of day: write it like 14:30", f.Get("time"))
	}
	return time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, f.Zone), nil
}

// number is a whole number from least to most.
func (f Form) number(name, what string, least, most int) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(f.Get(name)))
	if err != nil || n < least || n > most {
		return 0, wrong("%s has to be a number from %d to %d", what, least, most)
	}
	return n, nil
}

// Minutes is how long something lasts by the field minutes, or days.
func (f Form) Minutes(allDay bool) (int, error) {
	if allDay {
		days, err := f.number("days", "how many days it lasts", 1, mostDays)
		return days * 24 * 60, err
	}
	return f.number("minutes", "the length in minutes", 1, mostDays*24*60)
}

// addresses are those in a field, whatever is between them.
func (f Form) addresses(name string) ([]string, error) {
	var out []string
	for _, one := range strings.FieldsFunc(f.Get(name), func(c rune) bool { return strings.ContainsRune(",; \t\r\n", c) }) {
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
func (f Form) repeat() (string, error) {
	rule, known := rhythms[f.Get("repeat")]
	switch {
	case !known:
		return "", wrong("“%s” is no way to repeat", f.Get("repeat"))
	case rule == "" || strings.TrimSpace(f.Get("times")) == "":
		return rule, nil
	}
	times, err := f.number("times", "how often it takes place", 1, mostTimes)
	return fmt.Sprintf("%s;COUNT=%d", rule, times), err
}

// draft is the new event that the form describes.
func (f Form) draft() (d Draft, err error) {
	d = Draft{Title: f.Get("title"), Notes: f.text("notes"), Location: f.Get("location"), AllDay: f.Has("all_day"), Online: f.Has("online")}
	if d.Start, err = f.Start(d.AllDay); err != nil {
		return d, err
	}
	if d.Minutes, err = f.Minutes(d.AllDay); err != nil {
		return d, err
	}
	if d.Guests, err = f.addresses("guests"); err != nil {
		return d, err
	}
	d.Repeat, err = f.repeat()
	return d, err
}
