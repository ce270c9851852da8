package plan

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"slotward/sources"
	"slotward/zoom"
)

// maxTopic is how many characters Zoom takes.
const maxTopic = 200

// noTitle stands for a title that is empty or private.
const noTitle = "Meeting"

// topicOf is what Zoom shows for an event. A private title stays private: the
// link may be shared with others.
func topicOf(e *Event) string {
	if e.Private {
		return noTitle
	}
	title := e.Title
	if !plainTitle(title) {
		title = tidyTitle(title)
	}
	if title == "" {
		return noTitle
	}
	return title
}

// plainTitle reports whether a title can be taken as it is.
func plainTitle(s string) bool {
	if s == "" || len(s) > maxTopic || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == ' ' && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// tidyTitle makes a title one line of printable text that Zoom takes and gives
// back unchanged.
func tidyTitle(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > maxTopic {
		s = strings.TrimSpace(string([]rune(s)[:maxTopic]))
	}
	return s
}

// outranks reports whether of two events a gives a meeting its title: the one
// that has claimed it longer, or was made earlier.
func (p *planner) outranks(a, b, meeting int32) bool {
	x, y := &p.items[a], &p.items[b]
	xs, ys := p.claimedSince(x, meeting), p.claimedSince(y, meeting)
	if xs.IsZero() != ys.IsZero() {
		return ys.IsZero()
	}
	if c := xs.Compare(ys); c != 0 {
		return c < 0
	}
	if c := x.event.Created.Compare(y.event.Created); c != 0 {
		return c < 0
	}
	return a < b
}

// claimedSince is zero unless the event claims that very meeting.
func (p *planner) claimedSince(it *item, meeting int32) time.Time {
	if it.claim == nil || it.meeting != meeting || meeting < 0 {
		return time.Time{}
	}
	return it.claim.Since
}

// lead finds whose title a group's meeting has: a changed occurrence does not
// rename its series.
func (p *planner) lead(g *group) int32 {
	lead := int32(-1)
	for i := g.first; i >= 0; i = p.items[i].next {
		if g.series >= 0 && i != g.series && p.items[i].series == g.series {
			continue
		}
		if lead < 0 || p.outranks(i, lead, g.meeting) {
			lead = i
		}
	}
	if lead < 0 {
		lead = g.first
	}
	return lead
}

// draft is the meeting that a group asks for.
func (p *planner) draft(g *group) zoom.Draft {
	e := p.items[g.lead].event
	d := zoom.Draft{Topic: topicOf(e), Type: zoom.Scheduled, Start: g.slot.Start, Minutes: minutes(g.slot.End.Sub(g.slot.Start)), TimeZone: e.TimeZone}
	if g.slot.Rule != "" {
		p.draftSeries(g, &d)
	}
	return d
}

// changeTo is what to patch so that a meeting is as drafted; the topic is left to
// the caller. Zoom ignores a start that has passed, so none is sent then; and a
// meeting without a fixed time has neither start nor length to compare.
func (p *planner) changeTo(g *group, m *meeting, d zoom.Draft) zoom.Change {
	if d.Type == zoom.FixSeries {
		return p.changeSeries(g, m, d, false)
	}
	var c zoom.Change
	started := !d.Start.After(p.now)
	if m.Type != d.Type {
		if d.Type == zoom.Scheduled && started {
			return c
		}
		t := d.Type
		c.Type = &t
	}
	if d.Type != zoom.Scheduled {
		return c
	}
	if m.Minutes != d.Minutes || c.Type != nil {
		n := d.Minutes
		c.Minutes = &n
	}
	if !started && !m.Start.Equal(d.Start) || c.Type != nil {
		start := d.Start
		c.Start = &start
		if zone := d.TimeZone; zone != "" {
			c.TimeZone = &zone
		}
	}
	return c
}

// ghostOf returns the cancelled event whose title a meeting still has: it has
// claimed the meeting longer than the group's lead, and shared it with it. -1: none.
func (p *planner) ghostOf(g *group) int32 {
	ghost := p.meetings[g.meeting].ghost
	if ghost < 0 || p.claimedSince(&p.items[g.lead], g.meeting).IsZero() || !p.outranks(ghost, g.lead, g.meeting) {
		return -1
	}
	return ghost
}

// haunts reports whether a cancelled event may go on giving its title.
func (it *item) haunts() bool {
	ended := it.stance == leaving || it.stance == resting // the latter with on_cancel=keep
	return ended && it.event.Gone != sources.Present && it.claim != nil && it.meeting >= 0 && it.event.Kind != sources.Exception
}
