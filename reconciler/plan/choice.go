package plan

import (
	"time"

	"slotward/sources"
)

// Choice is the provider that somebody chose for one event, by clicking on that
// very event. It stands above the event's own words.
type Choice struct {
	Event    sources.EventRef
	Provider string    // "zoom", "native", "static" or "none"
	At       time.Time // when it was made
	By       string    // who made it, for people; "": not known
}

// Told says a choice in words.
func (c *Choice) Told() string {
	told := "chosen on " + c.At.UTC().Format("2006-01-02 15:04 MST")
	if c.By != "" {
		told += " by " + c.By
	}
	return told
}

// joinChoices gives each event what was chosen for it.
func (p *planner) joinChoices() {
	for i := range p.w.Choices {
		c := &p.w.Choices[i]
		if at := p.find(c.Event.Calendar, c.Event.Event); at >= 0 {
			p.items[at].choice = c
		}
	}
}

// choiceOf returns what was chosen for an event: for itself, or for its series,
// unless the occurrence has words of its own, which are about it alone. nil: nothing.
func (p *planner) choiceOf(it *item) *Choice {
	if it.choice != nil || it.series < 0 {
		return it.choice
	}
	series := &p.items[it.series]
	if own := it.event.Shown.Override; own != "" && own != series.event.Shown.Override {
		return nil
	}
	return series.choice
}

// isChosen follows what somebody chose for this very event.
func isChosen(p *planner, it *item, d *Decision) bool {
	c := p.choiceOf(it)
	if c == nil {
		return false
	}
	d.Detail = c.Told()
	p.follow(it, d, c.Provider)
	return true
}

// follow wants the provider that was asked for. What cannot be had is not swapped
// for another: the event waits and says for what, but for a fixed URL that is no
// longer set, where there is nothing left to show.
func (p *planner) follow(it *item, d *Decision, asked string) {
	d.Wanted = asked
	switch {
	case asked == wantZoom && it.calendar.Reverting && !p.hasZoom(it):
		d.Wanted, d.Reason, d.Detail = p.prefer(it)
	case asked == wantZoom && !p.w.Person.Zoom && !it.ours:
		d.Reason = p.noZoom()
	case asked == wantStatic && it.calendar.Settings.Static == "":
		d.Wanted, d.Reason, d.Detail = wantLeave, NoProvider, d.Detail+", and no fixed URL is set"
	}
}

// replacesNative reports whether an event that gets another link loses the
// calendar's own: by setting, or because its own words or somebody's choice ask
// for that other link.
func (p *planner) replacesNative(it *item) bool {
	if it.calendar.Settings.ReplaceNative || it.event.Shown.Override == wantZoom {
		return true
	}
	c := p.choiceOf(it)
	return c != nil && (c.Provider == wantZoom || c.Provider == wantStatic)
}

// choseSince reports whether somebody chose a link for an event after an instant.
func (p *planner) choseSince(it *item, at time.Time) bool {
	c := p.choiceOf(it)
	return c != nil && c.At.After(at) && (c.Provider == wantZoom || c.Provider == wantStatic)
}
