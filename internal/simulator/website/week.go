package website

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"time"
)

const (
	quartersOfDay = 24 * 4
	mostLanes     = 6 // events side by side; what is more stands in the last lane
)

// week is what the page of a week shows.
type week struct {
	Desk                 desk
	Title                string
	Previous, Next, This string // addresses
	Zone, Now            string
	Calendars            []Calendar
	Span                 int // hours shown
	Hours                []string
	Days                 []day
	New                  string
	Others               []Person
}

// day is one day of a week.
type day struct {
	Name, New string
	Today     bool
	Lanes     int
	AllDay    []drawn
	Timed     []drawn
}

// drawn is an event with its place on a page.
type drawn struct {
	Event
	Address  string // of its page
	When     string
	Calendar string // its name; "" for the account's first
	Place    []Segment
	// Quarters of an hour from the first hour shown, and how many; the lane.
	At, Long, Lane int
	Alone          bool // nothing else takes place meanwhile

	from, until int // minutes of the day
}

// monday is the first day of the week of a date.
func monday(t time.Time) time.Time {
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, t.Location())
}

// week lays out the week that begins on a Monday, midnight in the desk's zone.
func (d desk) week(first, now time.Time) (week, error) {
	w := week{
		Desk: d, Title: weekName(first), Zone: d.zone.String(), Now: now.In(d.zone).Format("Mon 2 Jan 2006, 15:04"),
		Previous: d.weekOf(first.AddDate(0, 0, -7)), Next: d.weekOf(first.AddDate(0, 0, 7)), This: d.weekOf(now.In(d.zone)),
		New: d.address("new", nil), Calendars: d.calendars,
	}
	for i := range 7 {
		at := first.AddDate(0, 0, i)
		w.Days = append(w.Days, day{
			Name: at.Format("Mon 2 Jan"), Today: at.Format(time.DateOnly) == now.In(d.zone).Format(time.DateOnly),
			New: d.address("new", url.Values{"date": {at.Format(time.DateOnly)}}),
		})
	}
	for i, c := range d.calendars {
		// Whole days of any zone lie within a day of the week's ends.
		events, err := d.app.Between(d.account.Email, c.ID, first.AddDate(0, 0, -1), first.AddDate(0, 0, 8))
		if err != nil {
			return w, err
		}
		for _, e := range events {
			one := drawn{Event: e, Address: d.eventPage(c.ID, e.ID, ""), Place: linked(e.Location)}
			if i > 0 {
				one.Calendar = c.Name
			}
			w.place(one, first)
		}
	}
	w.fit()
	return w, nil
}

func weekName(first time.Time) string {
	last := first.AddDate(0, 0, 6)
	switch {
	case first.Year() != last.Year():
		return first.Format("2 January 2006") + " – " + last.Format("2 January 2006")
	case first.Month() != last.Month():
		return first.Format("2 January") + " – " + last.Format("2 January 2006")
	}
	return first.Format("2") + "–" + last.Format("2 January 2006")
}

// place puts an event on every day that it touches.
func (w *week) place(e drawn, first time.Time) {
	for i := range w.Days {
		from := first.AddDate(0, 0, i)
		until := first.AddDate(0, 0, i+1)
		if e.AllDay {
			date := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
			if !date.Before(e.Start) && date.Before(e.End) {
				e.When = "all day"
				w.Days[i].AllDay = append(w.Days[i].AllDay, e)
			}
			continue
		}
		if !e.Start.Before(until) || !e.End.After(from) && !e.Start.Equal(from) {
			continue
		}
		e.When = clock(e.Start, from.Location()) + "–" + clock(e.End, from.Location())
		e.from, e.until = minuteOf(e.Start, from, until), minuteOf(e.End, from, until)
		w.Days[i].Timed = append(w.Days[i].Timed, e)
	}
}

func clock(t time.Time, zone *time.Location) string { return t.In(zone).Format("15:04") }

// minuteOf is when t is on the clock of a day, cut to that day.
func minuteOf(t, from, until time.Time) int {
	switch {
	case !t.After(from):
		return 0
	case !t.Before(until):
		return 24 * 60
	}
	local := t.In(from.Location())
	return local.Hour()*60 + local.Minute()
}

// fit chooses the hours to show, and gives every event its lane.
func (w *week) fit() {
	earliest, latest := 8*60, 18*60
	for _, d := range w.Days {
		for _, e := range d.Timed {
			earliest, latest = min(earliest, e.from), max(latest, e.until)
		}
	}
	hour := earliest / 60
	w.Span = (latest+59)/60 - hour
	for h := range w.Span {
		w.Hours = append(w.Hours, strconv.Itoa(hour+h)+":00")
	}
	for i := range w.Days {
		w.Days[i].lanes()
		for j := range w.Days[i].Timed {
			e := &w.Days[i].Timed[j]
			e.At = e.from/15 - hour*4
			e.Long = max(1, (e.until+14)/15-e.from/15)
		}
	}
}

// lanes puts what takes place at one time side by side.
func (d *day) lanes() {
	slices.SortStableFunc(d.Timed, func(a, b drawn) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.until, a.until)) })
	d.Lanes = 1
	var busy []int // until when, by lane
	for i := range d.Timed {
		e := &d.Timed[i]
		from, until := e.from/15, max((e.until+14)/15, e.from/15+1)
		lane := slices.IndexFunc(busy, func(end int) bool { return end <= from })
		if lane < 0 {
			busy, lane = append(busy, 0), len(busy)
		}
		busy[lane] = until
		e.Lane = min(lane+1, mostLanes)
		d.Lanes = max(d.Lanes, e.Lane)
		e.Alone = !slices.ContainsFunc(d.Timed, func(o drawn) bool {
			return (o.ID != e.ID || o.Calendar != e.Calendar) && o.from/15 < until && (max((o.until+14)/15, o.from/15+1)) > from
		})
	}
}
