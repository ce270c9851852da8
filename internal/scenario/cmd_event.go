package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/sources"
)

// eventCommands are what people do in their calendar app.
var eventCommands = map[string]command{
	"event":   {usage: "event CALENDAR NAME TIME DURATION [OPTION…]", least: 4, do: cmdEvent},
	"many":    {usage: "many CALENDAR COUNT TIME DURATION [every=DURATION] [OPTION…]", least: 4, do: cmdMany},
	"move":    {usage: "move EVENT[@DATE] TIME [DURATION]", least: 2, do: cmdMove},
	"edit":    {usage: "edit EVENT[@DATE] KEY=VALUE…", least: 2, do: cmdEdit},
	"cancel":  {usage: "cancel EVENT[@DATE]", least: 1, do: cmdCancel},
	"split":   {usage: "split EVENT@DATE NEW TIME DURATION", least: 4, do: cmdSplit},
	"copy":    {usage: "copy EVENT NEW TIME", least: 3, do: cmdCopy},
	"invite":  {usage: "invite EVENT NEW CALENDAR", least: 3, do: cmdInvite},
	"rsvp":    {usage: "rsvp EVENT accepted|declined|tentative", least: 2, do: cmdRSVP},
	"strip":   {usage: "strip EVENT", least: 1, do: cmdStrip},
	"unstrip": {usage: "unstrip EVENT", least: 1, do: cmdUnstrip},
}

// add makes an event and gives it a name in the story.
func (w *world) add(c *calendar, name string, d draft) error {
	if d.title == "" {
		d.title = name
	}
	id, err := w.offices[c.provider].insert(c.id, d)
	if err != nil {
		return err
	}
	return w.named(c, name, id, d.zone)
}

func (w *world) named(c *calendar, name, id, zone string) error {
	e := &event{name: name, calendar: c, id: id, zone: zone}
	w.events[name] = e
	return w.remember(e)
}

func cmdEvent(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	c, err := w.calendar(args[0])
	if err != nil {
		return err
	}
	d, err := newDraft(c, args[2:])
	if err != nil {
		return err
	}
	return w.add(c, args[1], d)
}

// cmdMany makes events many1, many2, … one after the other in time, back to back
// unless told how far apart they begin.
func cmdMany(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	c, err := w.calendar(args[0])
	if err != nil {
		return err
	}
	total, err := count(args[1:2])
	if err != nil {
		return err
	}
	words, apart, err := apart(args[2:])
	if err != nil {
		return err
	}
	for i := range total {
		d, err := newDraft(c, words)
		if err != nil {
			return err
		}
		if apart == 0 {
			apart = time.Duration(d.minutes) * time.Minute
		}
		d.start = d.start.Add(time.Duration(i) * apart)
		if err := w.add(c, "many"+strconv.Itoa(i+1), d); err != nil {
			return err
		}
	}
	return nil
}

// apart takes the word that says how far apart many events begin out of the rest.
func apart(args []string) (rest []string, d time.Duration, err error) {
	for _, arg := range args {
		value, told := strings.CutPrefix(arg, "every=")
		if !told {
			rest = append(rest, arg)
			continue
		}
		if d, err = length(value); err != nil {
			return nil, 0, err
		}
	}
	return rest, d, nil
}

func cmdMove(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	start, err := instant(args[1], e.zone)
	if err != nil {
		return err
	}
	long := 0 // as it was
	if len(args) > 2 {
		if long, err = minutes(args[2]); err != nil {
			return err
		}
	}
	return w.everywhere(e, occurrence, func(one *event, id string) error {
		return w.app(one).Move(one.calendar.id, id, start, long)
	})
}

func cmdEdit(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	left := e.edited(occurrence)
	var c change
	for _, option := range args[1:] {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "title":
			c.title, left.title = &value, value
		case "location":
			c.location, left.location, left.label = &value, value, ""
		case "notes":
			value = w.app(e).typed(value)
			kept, own, err := w.withBlocks(e, occurrence, value)
			if err != nil {
				return err
			}
			c.notes, left.typed, left.notes = &kept, value, value+own
		case "guests":
			guests := list(value)
			c.guests = &guests
		case "repeat":
			value = ruleOf(value)
			c.repeat = &value
		default:
			return fmt.Errorf("unknown option %s", option)
		}
	}
	return w.everywhere(e, occurrence, func(one *event, id string) error {
		return w.app(one).edit(one.calendar.id, id, c)
	})
}

// withBlocks is what somebody leaves who rewrites their notes around our block
// and above what the app itself keeps there for its native link, which is own.
func (w *world) withBlocks(e *event, occurrence time.Time, notes string) (kept, own string, err error) {
	view, err := w.open(e, occurrence)
	if err != nil {
		return "", "", err
	}
	before, block, after, state := sources.SplitBlock(view.notes)
	if state != sources.BlockWhole {
		return notes + view.block, view.block, nil
	}
	old := e.leftOn(occurrence).typed
	if old != "" && !strings.Contains(before, old) && strings.Contains(after, old) {
		return block + notes + view.block, view.block, nil
	}
	return notes + block + view.block, view.block, nil
}

// without is text with a part of it cut out.
func without(text, part string) string { return strings.Replace(text, part, "", 1) }

func cmdCancel(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	return w.everywhere(e, occurrence, func(one *event, id string) error {
		return w.app(one).Cancel(one.calendar.id, id)
	})
}

// everywhere does what an organiser does, on the event and on its copies at
// other providers. At its own provider it reaches the copies by itself.
func (w *world) everywhere(e *event, occurrence time.Time, do func(one *event, id string) error) error {
	for _, one := range append([]*event{e}, e.copies...) {
		id, err := w.idOf(one, occurrence)
		if err != nil {
			return err
		}
		if err := do(one, id); err != nil {
			return err
		}
	}
	return nil
}

func cmdSplit(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	start, err := instant(args[2], e.zone)
	if err != nil {
		return err
	}
	long, err := minutes(args[3])
	if err != nil {
		return err
	}
	id, err := w.app(e).Split(e.calendar.id, e.id, occurrence.Format(time.DateOnly), start, long)
	if err != nil {
		return err
	}
	return w.alike(e, args[1], id)
}

func cmdCopy(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	from, err := w.idOf(e, occurrence)
	if err != nil {
		return err
	}
	start, err := instant(args[2], e.zone)
	if err != nil {
		return err
	}
	id, err := w.app(e).Copy(e.calendar.id, from, start)
	if err != nil {
		return err
	}
	return w.alike(e, args[1], id)
}

// alike names an event that was made from another, with all that people left on it.
func (w *world) alike(e *event, name, id string) error {
	left := e.left
	if err := w.named(e.calendar, name, id, e.zone); err != nil {
		return err
	}
	w.events[name].left = left
	return nil
}

func cmdInvite(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, _, err := w.event(args[0])
	if err != nil {
		return err
	}
	c, err := w.calendar(args[2])
	if err != nil {
		return err
	}
	if c.provider != e.calendar.provider {
		return w.inviteElsewhere(e, args[1], c)
	}
	id, err := w.app(e).Invite(e.calendar.id, e.id, c.id)
	if err != nil {
		return fmt.Errorf("inviting %s to %s: %w", c.name, args[0], err)
	}
	return w.named(c, args[1], id, e.zone)
}

// inviteElsewhere puts the copy of an event on a calendar of another provider,
// as the mail of the invitation does there.
func (w *world) inviteElsewhere(e *event, name string, c *calendar) error {
	v, err := w.open(e, time.Time{})
	if err != nil {
		return err
	}
	organizer := e.calendar.owner
	from := v.organizer
	if from == c.owner.email || from == c.id {
		from = organizer.alias(e.calendar.provider)
	}
	err = w.add(c, name, draft{
		uid: v.uid, title: v.title, notes: v.notes, start: v.start, end: v.end, zone: v.zone, repeat: v.repeat, allDay: v.allDay,
		guests: append(v.guests, c.owner.email), organizer: from, location: v.location,
	})
	if err == nil {
		e.copies = append(e.copies, w.events[name])
	}
	return err
}

func cmdRSVP(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	id, err := w.idOf(e, occurrence)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"accepted", "declined", "tentative", "needsAction"}, args[1]) {
		return fmt.Errorf("unknown answer %s", args[1])
	}
	return w.app(e).RSVP(e.calendar.id, id, args[1])
}

// cmdStrip takes our block and the location off by hand.
func cmdStrip(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	view, err := w.open(e, occurrence)
	if err != nil {
		return err
	}
	before, block, after, _ := sources.SplitBlock(view.notes)
	if block != "" {
		e.stripped = &change{notes: &view.notes, location: &view.location}
	}
	notes, location := before+after, ""
	e.edited(occurrence).location = ""
	return w.app(e).edit(e.calendar.id, view.id, change{notes: &notes, location: &location})
}

// cmdUnstrip puts back by hand what was taken off last.
func cmdUnstrip(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	view, err := w.open(e, occurrence)
	if err != nil {
		return err
	}
	if e.stripped == nil {
		return fmt.Errorf("nothing was taken off %s", args[0])
	}
	return w.app(e).edit(e.calendar.id, view.id, *e.stripped)
}
