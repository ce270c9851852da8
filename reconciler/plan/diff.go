package plan

import (
	"slotward/sources"
	"slotward/zoom"
)

// compare finds out for each group whether it needs a meeting, and how the one
// that it has differs from what it should be.
func (p *planner) compare() {
	for i := range p.items {
		if it := &p.items[i]; it.haunts() {
			m := &p.meetings[it.meeting]
			if m.ghost < 0 || p.outranks(int32(i), m.ghost, it.meeting) {
				m.ghost = int32(i)
			}
		}
	}
	for gi := range p.groups {
		g := &p.groups[gi]
		g.lead = p.lead(g)
		if g.slot.Rule != "" {
			p.schedule(g)
		}
		if g.meeting < 0 {
			g.create = g.live > 0
			continue
		}
		m := &p.meetings[g.meeting]
		if g.live == 0 && g.frozen > 0 || m.adopted && !m.byHand || m.Running {
			p.keepGhost(g)
			continue
		}
		p.compareMeeting(g, m)
	}
}

// compareMeeting fills in what to patch. When the event that gave a shared
// meeting its title is cancelled, the title stays as it is until something else
// has to be patched anyway: renaming alone is not worth a request. The cancelled
// event's claim is what remembers that.
func (p *planner) compareMeeting(g *group, m *meeting) {
	d := p.draft(g)
	if p.allBegun(g, m, &d) {
		p.keepGhost(g)
		return
	}
	g.change = p.changeTo(g, m, d)
	if m.Topic == d.Topic {
		return
	}
	if g.change.Empty() && p.ghostOf(g) >= 0 {
		p.keepGhost(g)
		return
	}
	if d.Type == zoom.FixSeries && g.change.Empty() {
		g.change = p.changeSeries(g, m, d, true)
	}
	topic := d.Topic
	g.change.Topic = &topic
}

func (p *planner) keepGhost(g *group) {
	if ghost := p.ghostOf(g); ghost >= 0 && p.meetings[g.meeting].Topic != topicOf(p.items[g.lead].event) {
		p.items[ghost].stance = resting
	}
}

// settle decides for every event what to do about it.
func (p *planner) settle() {
	for i := range p.items {
		it := &p.items[i]
		p.current = it
		switch {
		case it.stance == live && it.group >= 0:
			p.settleLive(it)
		case it.decision.Wanted == wantStatic:
			p.settleStatic(it)
		case it.stance == leaving:
			it.do = p.ending(it)
		case it.stance == resting:
			if it.claim != nil && (it.meeting < 0 || p.meetings[it.meeting].gone) {
				it.do = Release
			}
		}
		if p.lacksNative(it) {
			it.do = Restore
		}
		p.tellKept(it)
	}
}

// tellKept says of an event that shows what it should why it shows the
// calendar's own link as well.
func (p *planner) tellKept(it *item) {
	d := it.decision
	asked := d.Reason == Default || d.Reason == Override || d.Reason == Chosen
	if asked && (d.Wanted == wantZoom || d.Wanted == wantStatic) && it.do != Write && p.replacesNative(it) && sources.NativeStays(&it.event.Event) {
		d.Reason, d.Detail = NativeKept, ""
	}
}

// lacksNative reports whether an event is to show the calendar's own link and
// shows none. What merely falls back to it, because Zoom cannot be used now, is
// not given one: its guests would be told of two links in a row. An exception
// has its link from its series, where that is to have one.
func (p *planner) lacksNative(it *item) bool {
	e := it.event
	has := e.Native.Provider != "" || e.Native.Failed || e.Conference != ""
	if it.decision.Wanted != wantNative || it.decision.Reason == Fallback || has {
		return false
	}
	return it.series < 0 || !p.lacksNative(&p.items[it.series])
}

// settleLive makes an event show its group's meeting. Of a meeting that is
// adopted in this plan it is not known yet what to show.
func (p *planner) settleLive(it *item) {
	g := &p.groups[it.group]
	if g.meeting < 0 {
		it.do = Write
		return
	}
	m := &p.meetings[g.meeting]
	switch {
	case m.adopted || m.Joining.URL == "":
	case !looksLike(it.event, m.witness) && !p.shows(it, &m.Joining):
		p.settleWrong(it, &m.Joining)
	case it.settleRight():
	case it.claim == nil || it.meeting != g.meeting:
		it.do = Claimed
	}
	if it.do != Write && it.decision.Reason != Repeated && m.witness == nil && it.event.Native.Provider == "" {
		m.witness = it.event
	}
	if it.do == Write && g.sought {
		it.hold = g.hold // which meeting it is to show is not known yet
	}
	if it.do == Write && !p.w.Person.Zoom && it.meeting >= 0 && it.meeting != g.meeting {
		it.hold = p.noZoom() // links that were given out are not swapped meanwhile
	}
}

// looksLike reports whether an event shows just what another one does that is
// known to show what it should. It saves working out again what a meeting's block
// looks like for every event that shares it.
func looksLike(e, witness *Event) bool {
	if witness == nil || e.Native.Provider != "" {
		return false
	}
	a, b := &e.Shown, &witness.Shown
	if a.BlockText != b.BlockText || a.Block != b.Block || a.Location != b.Location || a.LocationLink != b.LocationLink {
		return false
	}
	m, n := &e.Mark, &witness.Mark
	return m.Meeting == n.Meeting && m.Location == n.Location && m.Installation == n.Installation && markNames(e)
}

func (p *planner) settleStatic(it *item) {
	join := sources.Joining{Provider: wantStatic, Meeting: staticMeeting, URL: it.calendar.Settings.Static}
	switch {
	case !p.shows(it, &join):
		p.settleWrong(it, &join)
	case it.settleRight():
	case it.claim != nil:
		it.do = Release
	}
}

// ending is how what is ours on an event ends: without a request where there is
// nothing to take off, or nothing that we may touch.
func (p *planner) ending(it *item) Kind {
	switch {
	case it.event.Gone == sources.Present && p.stands(it) && it.decision.Reason != OtherInstallation:
		return Restore
	case it.claim != nil:
		return Release
	}
	return ""
}

// stands reports whether something of ours is on the event.
func (p *planner) stands(it *item) bool {
	e := it.event
	return e.Shown.Block != sources.BlockNone || e.Mark.Installation == p.w.Installation && markNames(e)
}

// shows reports whether an event shows exactly what it should: our block, mark
// and link, and no link of the calendar's own where that is to be replaced. An
// exception that has it all from its series, mark included, shows it.
func (p *planner) shows(it *item, join *sources.Joining) bool {
	e := &it.event.Event
	if p.replacesNative(it) && e.Native.Provider != "" && !sources.NativeStays(e) {
		return false
	}
	e = asOwn(e)
	return sources.Shows(e, join, p.w.Installation) && !sources.ShowsOther(e, join, p.yieldsFunc)
}

// asOwn returns an exception that has its mark from its series as if the mark
// named the exception itself, and everything else as it is.
func asOwn(e *sources.Event) *sources.Event {
	if e.Kind != sources.Exception || e.Mark.Names(e.ID) || !e.Mark.Names(e.SeriesID) {
		return e
	}
	own := *e
	own.Mark.EventHash = sources.HashEvent(e.ID)
	return &own
}

// keepsShowing reports whether an event goes on showing what it shows.
func (p *planner) keepsShowing(it *item) bool {
	if it.hold != "" || it.do != Write && it.do != Restore {
		return true
	}
	return it.stance == live && p.groups[it.group].meeting < 0 && p.groups[it.group].hold != ""
}

// stays reports whether an event goes on claiming the meeting that it claims,
// whatever is applied of the plan.
func (p *planner) stays(it *item) bool {
	if it.do == "" || it.hold != "" {
		return true
	}
	if it.do == Release || it.do == Restore || it.decision.Wanted == wantStatic {
		return false
	}
	g := &p.groups[it.group]
	return g.meeting == it.meeting || g.meeting < 0 && g.hold != ""
}

// deletable marks meetings that nobody uses once the plan is applied, and counts
// them. A meeting that has ended is left to expire; one that is gone in Zoom
// goes in any case, because only its row is left.
func (p *planner) deletable() int {
	for i := range p.meetings {
		m := &p.meetings[i]
		m.used, m.reason, m.movers, m.weak = m.group >= 0 || m.adopted || m.pinned, "", m.movers[:0], false
		m.past = m.past[:0]
		if m.gone {
			m.used, m.reason = m.pinned, ZoomGone
		}
	}
	for i := range p.items {
		it := &p.items[i]
		if it.meeting >= 0 {
			p.use(it, &p.meetings[it.meeting])
		}
		if it.shown >= 0 && !it.bygone(&p.meetings[it.shown]) {
			p.see(it, &p.meetings[it.shown])
		}
	}
	count := 0
	for i := range p.meetings[:len(p.known)] {
		m := &p.meetings[i]
		if len(p.adoptions) > 0 || !m.gone && m.over(p.now) {
			m.used = true
		}
		if !m.used {
			count++
		}
	}
	return count
}

// bygone reports whether an event is over that was one time of many at which a
// meeting is held: what is still to come of that is for its series to say.
func (it *item) bygone(m *meeting) bool {
	if it.decision.Reason != Past || it.event.Kind == sources.Series {
		return false
	}
	return m.Type == zoom.FixSeries || m.Type == zoom.OpenSeries && it.series >= 0
}

// see notes what an event means for the meeting that it shows: it must be written
// before that goes. Between a create and the write it shows one meeting and
// claims another.
func (p *planner) see(it *item, m *meeting) {
	switch {
	case !p.keepsShowing(it):
		m.movers = append(m.movers, it.event.Ref())
	case !m.gone:
		m.used = true
	}
}

// use notes what an event means for the meeting that it claims.
func (p *planner) use(it *item, m *meeting) {
	switch {
	case it.bygone(m):
		m.past = append(m.past, it.event.Ref())
		return
	case p.stays(it):
		m.used = true
		return
	}
	if m.reason == "" || !m.gone && (it.do == Release || it.do == Restore) {
		m.reason = it.decision.Reason
		if it.do == Write && it.group >= 0 {
			m.reason = p.groups[it.group].reasonFor(it)
		}
	}
	if it.do == Write && it.group >= 0 && m.stands(p.groups[it.group].slot) {
		m.weak = true // nothing moved: it is the settings that make it superfluous
	}
}
