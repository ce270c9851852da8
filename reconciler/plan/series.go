package plan

import (
	"slices"
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// schedule is when the meeting of a series' group is to be.
type schedule struct {
	recurrence zoom.Recurrence // from the first occurrence on; zero: no fixed times
	zone       *time.Location
	why        string // why it has none; "" where that is the setting
	held       bool   // the group's meeting was made with just that, and has it still
}

// Untaken is a recurrence that Zoom has refused: its Times do not matter.
type Untaken struct {
	Recurrence zoom.Recurrence
	TimeZone   string
}

// UntakenOf names a recurrence that was refused.
func UntakenOf(r zoom.Recurrence, zone string) Untaken {
	r.Times = 0
	return Untaken{r, zone}
}

// schedule works out when a series' meeting is to be, and notes it.
func (p *planner) schedule(g *group) {
	s := &p.items[g.series]
	n := schedule{zone: time.UTC}
	if s.calendar != nil && s.calendar.Settings.Series == "fixed" {
		if zone, err := sources.LoadZone(s.event.TimeZone); err == nil {
			n.zone = zone
		}
		if g.meeting >= 0 && p.meetings[g.meeting].heldAs(&s.event.Event, n.zone) {
			n.recurrence, n.held = p.meetings[g.meeting].Recurrence, true
		} else {
			n.recurrence, n.why = FixedTimes(&s.event.Event)
		}
		if n.why == "" && slices.Contains(p.w.Untaken, UntakenOf(n.recurrence, n.zone.String())) {
			n.recurrence, n.why = zoom.Recurrence{}, notTaken
		}
	}
	g.schedule = int32(len(p.schedules))
	p.schedules = append(p.schedules, n)
}

// draftSeries makes a draft that of a series: with fixed times from the next
// occurrence on, where that is possible. What has passed is none of Zoom's business:
// it ignores a start in the past.
func (p *planner) draftSeries(g *group, d *zoom.Draft) {
	s := &p.schedules[g.schedule]
	d.Type = zoom.OpenSeries
	if s.recurrence.Type == 0 {
		return
	}
	if g.slot.Start.After(p.now) {
		d.Type, d.Start, d.Recurrence, d.TimeZone = zoom.FixSeries, g.slot.Start, s.recurrence, s.zone.String()
	} else if first, rest, ok := s.recurrence.From(g.slot.Start, s.zone, p.now); ok {
		d.Type, d.Start, d.Recurrence, d.TimeZone = zoom.FixSeries, first, rest, s.zone.String()
	}
}

// allBegun reports whether a meeting's fixed times were the series' own and none is
// left: then there is nothing to tell Zoom any more.
func (p *planner) allBegun(g *group, m *meeting, d *zoom.Draft) bool {
	return m.Type == zoom.FixSeries && d.Type == zoom.OpenSeries && g.schedule >= 0 && p.schedules[g.schedule].recurrence.Type != 0
}

// changeSeries is what to patch so that a meeting takes place as drafted. Zoom
// wants all of a series with fixed times, or takes nothing, so it is all or nothing
// here. A meeting whose type was found rather than chosen stays without fixed times
// until its title is changed (whole).
func (p *planner) changeSeries(g *group, m *meeting, d zoom.Draft, whole bool) (c zoom.Change) {
	switch {
	case whole:
	case m.Type == zoom.OpenSeries && m.Found:
		return c
	case m.Type == zoom.FixSeries && m.Minutes == d.Minutes && (p.schedules[g.schedule].held || m.repeatsAs(&d, p.now)):
		return c
	}
	n := d // only what is changed is worth an allocation
	if m.Type != n.Type {
		c.Type = &n.Type
	}
	c.Start, c.TimeZone, c.Minutes, c.Recurrence = &n.Start, &n.TimeZone, &n.Minutes, &n.Recurrence
	return c
}

// repeatsAs reports whether what is to come of a meeting is what is drafted,
// however it is written.
func (m *Meeting) repeatsAs(d *zoom.Draft, now time.Time) bool {
	if m.Recurrence == d.Recurrence && m.Start.Equal(d.Start) && m.TimeZone == d.TimeZone {
		return true
	}
	zone, err := sources.LoadZone(d.TimeZone)
	if err != nil {
		return false
	}
	var wanted [zoom.MaxTimes]time.Time
	n, i := 0, 0
	for at := range d.Recurrence.Occurrences(d.Start, zone) {
		wanted[n] = at
		n++
	}
	for at := range m.occurrences() {
		if at.After(now) {
			if i == n || !wanted[i].Equal(at) {
				return false
			}
			i++
		}
	}
	return i == n
}

// occurrences are the instants at which Zoom holds a meeting with fixed times, as
// far as that is known.
func (m *Meeting) occurrences() func(yield func(time.Time) bool) {
	zone, err := sources.LoadZone(m.TimeZone)
	if err != nil || m.Type != zoom.FixSeries || m.Recurrence.Type == 0 || m.Start.IsZero() {
		return func(func(time.Time) bool) {}
	}
	return m.Recurrence.Occurrences(m.Start, zone)
}

// showsAs reports whether a meeting with fixed times may be listed with a start.
func (m *Meeting) showsAs(start time.Time) bool {
	zone, err := sources.LoadZone(m.TimeZone)
	return err == nil && m.Recurrence.ShownAt(m.Start, zone, start)
}

// Holds reports whether an occurrence of a meeting with fixed times begins at an
// instant.
func (m *Meeting) Holds(at time.Time) bool {
	for o := range m.occurrences() {
		if !o.Before(at) {
			return o.Equal(at)
		}
	}
	return false
}

// over reports whether the meeting has ended. Without a fixed time it never has.
func (m *Meeting) over(now time.Time) bool {
	start := m.Start
	switch m.Type {
	case zoom.OpenSeries:
		return false
	case zoom.FixSeries:
		zone, err := sources.LoadZone(m.TimeZone)
		if err != nil || m.Recurrence.Type == 0 {
			return false
		}
		start = m.Recurrence.Last(m.Start, zone)
	}
	return !start.IsZero() && !start.Add(time.Duration(m.Minutes)*time.Minute).After(now)
}

// tellOpen says of a series why its meeting has no fixed times.
func (p *planner) tellOpen(it *item, g *group, d *Decision) {
	if it.event.Kind != sources.Series || it.stance != live || d.Detail != "" || g.schedule < 0 {
		return
	}
	why := p.schedules[g.schedule].why
	if g.meeting >= 0 && why == "" && p.meetings[g.meeting].Type == zoom.OpenSeries && p.meetings[g.meeting].Found && g.change.Type == nil {
		if p.schedules[g.schedule].recurrence.Type == 0 {
			return // as the settings say
		}
		why = madeOpen
	}
	if why != "" {
		d.Detail = "no fixed times in Zoom: " + why
	}
}
