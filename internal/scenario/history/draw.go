package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"
)

// actions are what may happen, each as often as it stands for. They are named so
// that each comes once before one comes again, those that stories are made of in
// front: rapid draws what is in front more often.
func (h *history) actions() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){}
	for rank, a := range []struct {
		name   string
		weight int
		do     func(*rapid.T)
	}{
		{"event", 8, h.makeEvent}, {"look", 6, h.look}, {"move", 6, h.moveEvent}, {"set", 5, h.set}, {"edit", 5, h.editEvent},
		{"copy", 2, h.copyEvent}, {"occurrence", 3, h.changeOccurrence}, {"choose", 2, h.chooseFor}, {"cancel", 3, h.cancelEvent}, {"renew", 2, h.renew},
		{"wait", 3, h.wait}, {"type", 1, h.typeLink}, {"fault", 3, h.fault}, {"zoom", 2, h.actInZoom}, {"split", 1, h.splitSeries},
		{"leave", 1, h.leaveCalendars}, {"connect", 1, h.reconnect}, {"switch", 2, h.turn}, {"existing", 1, h.choose}, {"pause", 1, h.pause},
		{"invite", 1, h.inviteElsewhere}, {"rsvp", 1, h.answer}, {"strip", 1, h.stripEvent}, {"make", 1, h.make},
		{"crash", 2, h.crash}, {"restart", 1, h.restart}, {"revoke", 1, h.revoke}, {"backup", 2, h.backUp}, {"restore", 2, h.restore}, {"lose", 1, h.loseStore},
		{"plan", 2, h.plan}, {"adopt", 1, h.adopt},
	} {
		for i := range a.weight {
			all[fmt.Sprintf("%d %02d %s", i, rank, a.name)] = a.do
		}
	}
	return all
}

// one draws one of the events that will do.
func (h *history) one(t *rapid.T, fits func(*event) bool) *event {
	var some []*event
	for _, e := range h.book.events {
		if !e.gone && fits(e) {
			some = append(some, e)
		}
	}
	if len(some) == 0 {
		t.Skip("none there")
	}
	return pick(t, "event", some...)
}

func own(e *event) bool      { return e.from == nil && !e.elsewhere }
func ordinary(e *event) bool { return own(e) && !e.allDay && !e.kind && !e.locked }

func (h *history) anyCalendar(t *rapid.T) *calendar {
	var all []*calendar
	for _, p := range h.book.people {
		all = append(all, p.calendars...)
	}
	return pick(t, "calendar", all...)
}

// starts are when something is already.
func (h *history) starts() []time.Time {
	var out []time.Time
	for _, e := range h.book.events {
		if s, ok := h.seen[e]; ok && !e.gone && !e.allDay && s.Start.After(h.book.now()) {
			out = append(out, s.Start)
		}
	}
	return out
}

func (h *history) makeEvent(t *rapid.T) {
	c := h.anyCalendar(t)
	e, line := h.book.draft(t, c, h.book.when(t, h.starts()))
	h.act(t, line)
	h.book.events = append(h.book.events, e)
	h.see(t, e)
}

func (h *history) moveEvent(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return ordinary(e) && len(e.changed) == 0 })
	line := "move " + e.name + " " + h.book.when(t, h.starts()).Format(clockFace)
	if seldom(t, 4, "longer") {
		line += pick(t, "length", " 45m", " 30m")
	}
	h.act(t, line)
	h.see(t, e)
}

func (h *history) editEvent(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return own(e) && !e.locked })
	switch pick(t, "field", "title", "title", "notes", "location", "guests") {
	case "title":
		title := pick(t, "title", sorted(titles, "Plan", "Review", "Sync")...)
		h.act(t, "edit "+e.name+" title="+quote(title))
		if m := h.last[e].meeting; m != 0 && !e.calendar.read() { // nobody sees how it is called now
			h.ghosts[m] = append(h.ghosts[m], e.topic())
		}
		e.title = title
	case "notes":
		notes := pick(t, "notes", slices.Sorted(maps.Keys(texts))...)
		h.act(t, "edit "+e.name+" notes="+quote(notes))
		e.notes = notes
	case "location":
		if e.roomed {
			t.Skip("the room is one of its places there")
		}
		h.editLocation(t, e)
	case "guests":
		guests := pick(t, "guests", "", "bob@client.test", "eve@client.test,bob@client.test")
		if h.invited(e) {
			t.Skip("its guest's copy would go")
		}
		h.act(t, "edit "+e.name+" guests="+guests)
		e.guests = guests
	}
	for _, o := range e.changed {
		o.apart = true
	}
	h.see(t, e)
}

// editLocation types something there, sometimes the link of a meeting that was
// made by hand.
func (h *history) editLocation(t *rapid.T, e *event) {
	after := *e
	after.location = pick(t, "location", slices.Sorted(maps.Keys(places))...)
	if after.zoomTyped() && (e.chosen == "zoom" || e.chosen == "static") {
		t.Skip("nobody could tell which link is meant then")
	}
	h.act(t, "edit "+e.name+" location="+quote(after.location))
	e.location = after.location
	if len(e.strips) > 0 { // our link in the location is taken off as well
		e.strips = append(e.strips, h.book.now())
	}
}

// typeLink puts a meeting that was made by hand on an event.
func (h *history) typeLink(t *rapid.T) {
	p := pick(t, "person", h.book.people...)
	e := h.one(t, func(e *event) bool { return ordinary(e) && !e.roomed && e.chosen != "zoom" && e.chosen != "static" })
	if len(h.book.unused(p)) == 0 {
		h.makeMeeting(t, p)
	}
	link := pick(t, "link", h.book.unused(p)...)
	h.act(t, "edit "+e.name+" location="+link)
	e.location = link
	h.see(t, e)
	if seldom(t, 2, "adopt") {
		h.works(t, "set "+e.calendar.name+" foreign=adopt", func() { e.calendar.settings["foreign"] = "adopt" })
	}
}

func (h *history) invited(e *event) bool {
	return slices.ContainsFunc(h.book.events, func(copy *event) bool { return copy.from == e })
}

func (h *history) cancelEvent(t *rapid.T) {
	h.callOff(t, h.one(t, own))
}

func (h *history) callOff(t *rapid.T, e *event) {
	h.act(t, "cancel "+e.name)
	h.end(e)
	for _, copy := range h.book.events {
		if copy.from == e {
			copy.gone = true
		}
	}
}

// end notes that an event is cancelled, and what its meeting may keep of it.
func (h *history) end(e *event) {
	e.gone = true
	if m := h.last[e].meeting; m != 0 {
		h.ghosts[m] = append(h.ghosts[m], e.topic())
		if live, ok := h.stage.Meeting(m); ok { // nobody need have seen how the event was called last
			h.ghosts[m] = append(h.ghosts[m], live.Topic)
		}
	}
	h.ended = append(h.ended, e)
	h.keep()
}

// keep notes which meetings of events that are being cancelled may stay: it is
// the setting at the time when that is seen that counts.
func (h *history) keep() {
	for _, e := range h.ended {
		if m := h.last[e].meeting; m != 0 && h.book.setting(e.calendar, "on_cancel") == "keep" {
			h.kept[m] = true
		}
	}
}

// special is the title of an occurrence that somebody renamed.
const special = "Special"

func (h *history) changeOccurrence(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return e.series && ordinary(e) })
	dates := h.dates(e)
	if len(dates) == 0 {
		t.Skip("it is over")
	}
	at := pick(t, "date", dates...)
	date := at.Format(time.DateOnly)
	if e.changed[date] != nil {
		t.Skip("changed before")
	}
	name := e.name + "@" + date
	length := h.seen[e].End.Sub(h.seen[e].Start)
	switch pick(t, "what", "move", "cancel", "edit", "location") {
	case "move":
		start := h.book.when(t, h.starts())
		if start.Truncate(24*time.Hour) != at.Truncate(24*time.Hour) && e.calendar.provider == "microsoft" {
			start = at.Add(2 * time.Hour) // Outlook lets no occurrence pass another
		}
		h.act(t, "move "+name+" "+start.Format(clockFace))
		e.changed[date] = &occurrence{start: start, length: length}
	case "cancel":
		h.act(t, "cancel "+name)
		e.changed[date] = &occurrence{cancelled: true}
	case "edit":
		h.act(t, "edit "+name+" title="+special)
		e.changed[date] = &occurrence{start: at, length: length}
	case "location":
		if e.roomed {
			t.Skip("the room is one of its places there")
		}
		location := pick(t, "location", "https://acme.webex.com/meet/ada", "Room 4")
		h.act(t, "edit "+name+" location="+quote(location))
		e.changed[date] = &occurrence{start: at, length: length, location: location}
	}
}

func (h *history) splitSeries(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return e.series && ordinary(e) && len(e.changed) == 0 && !h.invited(e) })
	dates := h.dates(e)
	if len(dates) < 2 {
		t.Skip("too short")
	}
	at := pick(t, "date", dates[1:]...)
	next := *e
	next.name, next.created, next.born, next.changed = h.book.name("e"), h.book.now(), h.book.now(), map[string]*occurrence{}
	next.carry(h.seen[e])
	h.act(t, fmt.Sprintf("split %s@%s %s %s 30m", e.name, at.Format(time.DateOnly), next.name, at.Add(30*time.Minute).Format(clockFace)))
	h.book.events = append(h.book.events, &next)
	h.see(t, e)
	h.see(t, &next)
}

func (h *history) copyEvent(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return ordinary(e) && !e.series && !h.invited(e) })
	next := *e
	next.name, next.created, next.born = h.book.name("e"), h.book.now(), h.book.now()
	next.carry(h.seen[e])
	h.act(t, "copy "+e.name+" "+next.name+" "+h.book.when(t, h.starts()).Format(clockFace))
	h.book.events = append(h.book.events, &next)
	h.see(t, &next)
	if seldom(t, 3, "instead") { // of moving it
		h.callOff(t, e)
	}
}

func (h *history) inviteElsewhere(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return ordinary(e) && !e.alone() && !h.invited(e) && len(e.changed) == 0 })
	c := h.anyCalendar(t)
	if c == e.calendar {
		t.Skip("it is there")
	}
	copy := &event{name: h.book.name("e"), calendar: c, from: e, series: e.series, changed: map[string]*occurrence{}}
	h.act(t, "invite "+e.name+" "+copy.name+" "+c.name)
	h.book.events = append(h.book.events, copy)
	h.see(t, e)
	h.see(t, copy)
}

func (h *history) answer(t *rapid.T) {
	e := h.one(t, func(e *event) bool { return own(e) && e.calendar.provider == "google" && !e.series })
	answer := pick(t, "answer", "declined", "accepted")
	h.act(t, "rsvp "+e.name+" "+answer)
	e.declined = answer == "declined"
}

func (h *history) stripEvent(t *rapid.T) {
	e := h.one(t, ordinary)
	if h.last[e].meeting == 0 {
		t.Skip("nothing to strip")
	}
	h.act(t, "strip "+e.name)
	e.location = ""
	e.strips = append(e.strips, h.book.now())
	h.see(t, e)
}

func (h *history) actInZoom(t *rapid.T) {
	e := h.one(t, own)
	m := h.last[e].meeting
	live, ok := h.stage.Meeting(m)
	if m == 0 || h.seen[e].Meeting != m || !ok || !live.Live() {
		t.Skip("no meeting")
	}
	if slices.ContainsFunc(h.book.made, func(one *meeting) bool { return one.id == m && !one.taken }) {
		t.Skip("made by hand")
	}
	what := pick(t, "what", "delete", "edit", "start", "end")
	line := "zoom " + what + " " + e.name
	if what == "edit" {
		line += pick(t, "field", " topic=Other", " start="+live.Start.Add(time.Hour).UTC().Format(time.RFC3339))
	}
	h.act(t, line)
	h.touched[m] = h.book.now()
}

// make lets somebody make a meeting by hand that no event shows.
func (h *history) make(t *rapid.T) { h.makeMeeting(t, pick(t, "person", h.book.people...)) }

func (h *history) makeMeeting(t *rapid.T, p *person) {
	m := &meeting{name: h.book.name("m"), owner: p, start: h.book.when(t, h.starts()), minutes: 30}
	h.act(t, fmt.Sprintf("zoom make %s %s %s %dm", p.name, m.name, m.start.Format(clockFace), m.minutes))
	m.id, m.doubted = h.stage.Made(m.name), h.shaken
	h.book.made = append(h.book.made, m)
}

func (h *history) wait(t *rapid.T) {
	h.works(t, "wait "+pick(t, "time", "10m", "1h", "7h", "16h", "25h", "49h"), nil)
}

// faults are what may go wrong once without changing the end, by provider.
var faults = map[string][]string{
	"google":    {"google.list 503", "google.list 410", "google.list partial", "google.list empty", "google.list 429", "google.patch 503", "google.patch lost", "google.patch 412", "google.patch 429"},
	"microsoft": {"microsoft.delta 503", "microsoft.delta 410", "microsoft.delta partial", "microsoft.delta empty", "microsoft.delta 429", "microsoft.patch 503", "microsoft.patch lost", "microsoft.patch 412", "microsoft.patch 429"},
	"zoom":      {"zoom.create 503", "zoom.create lost", "zoom.create 429", "zoom.update 503", "zoom.update lost", "zoom.delete 503", "zoom.delete lost", "zoom.list 503", "zoom.get 503"},
}

func (h *history) fault(t *rapid.T) {
	c := h.anyCalendar(t)
	h.act(t, "fault "+pick(t, "fault", append(slices.Clone(faults["zoom"]), faults[c.provider]...)...))
	h.shake()
}

// shake notes that something goes wrong: what is tried again is in order later.
func (h *history) shake() {
	h.shaken = true
	for _, m := range h.book.made {
		m.doubted = true
	}
}
