package scenario

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator/google"
	"slotward/sources"
)

// eventCommands are what people do in their calendar app.
var eventCommands = map[string]command{
	"event":  {usage: "event CALENDAR NAME TIME DURATION [OPTION…]", least: 4, do: cmdEvent},
	"many":   {usage: "many CALENDAR COUNT TIME DURATION [OPTION…]", least: 4, do: cmdMany},
	"move":   {usage: "move EVENT[@DATE] TIME [DURATION]", least: 2, do: cmdMove},
	"edit":   {usage: "edit EVENT[@DATE] KEY=VALUE…", least: 2, do: cmdEdit},
	"cancel": {usage: "cancel EVENT[@DATE]", least: 1, do: cmdCancel},
	"split":  {usage: "split EVENT@DATE NEW TIME DURATION", least: 4, do: cmdSplit},
	"copy":   {usage: "copy EVENT NEW TIME", least: 3, do: cmdCopy},
	"invite": {usage: "invite EVENT NEW CALENDAR", least: 3, do: cmdInvite},
	"rsvp":   {usage: "rsvp EVENT accepted|declined|tentative", least: 2, do: cmdRSVP},
	"strip":  {usage: "strip EVENT", least: 1, do: cmdStrip},
}

// instant reads a time: with an offset, or on the clock of a zone.
func instant(s, zone string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, where); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time", s)
}

// length reads a duration; days may be written as "2d".
func length(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

func minutes(s string) (int, error) {
	d, err := length(s)
	return int(d.Minutes()), err
}

// draft reads the words that describe a new event.
func (w *world) draft(c *calendar, args []string) (google.NewEvent, error) {
	n := google.NewEvent{Zone: c.zone}
	for _, option := range args[2:] {
		if zone, ok := strings.CutPrefix(option, "zone="); ok {
			n.Zone = zone
		}
	}
	start, err := instant(args[0], n.Zone)
	if err != nil {
		return n, err
	}
	n.Start = start
	if n.Minutes, err = minutes(args[1]); err != nil {
		return n, err
	}
	if n.Minutes == 0 {
		n.End = start // the simulator's own default is for those who say nothing
	}
	for _, option := range args[2:] {
		if err := describe(&n, option); err != nil {
			return n, err
		}
	}
	return n, nil
}

// describe applies one option of the event command.
func describe(n *google.NewEvent, option string) error {
	key, value, hasValue := strings.Cut(option, "=")
	if set, ok := flags[key]; ok && !hasValue {
		set(n)
		return nil
	}
	set, ok := options[key]
	if !ok || !hasValue {
		return fmt.Errorf("unknown option %s", option)
	}
	return set(n, value)
}

var flags = map[string]func(*google.NewEvent){
	"meet":      func(n *google.NewEvent) { n.Meet = true },
	"allday":    func(n *google.NewEvent) { n.AllDay = true },
	"free":      func(n *google.NewEvent) { n.Free = true },
	"private":   func(n *google.NewEvent) { n.Private = true },
	"tentative": func(n *google.NewEvent) { n.Tentative = true },
	"locked":    func(n *google.NewEvent) { n.Locked = true },
}

var options = map[string]func(*google.NewEvent, string) error{
	"title":     func(n *google.NewEvent, v string) error { n.Title = v; return nil },
	"guests":    func(n *google.NewEvent, v string) error { n.Guests = list(v); return nil },
	"location":  func(n *google.NewEvent, v string) error { n.Location = v; return nil },
	"link":      func(n *google.NewEvent, v string) error { n.Location = v; return nil },
	"notes":     func(n *google.NewEvent, v string) error { n.Notes = v; return nil },
	"repeat":    func(n *google.NewEvent, v string) error { n.Repeat = v; return nil },
	"kind":      func(n *google.NewEvent, v string) error { n.EventType = v; return nil },
	"organizer": func(n *google.NewEvent, v string) error { n.Organizer = v; return nil },
	"zone":      func(*google.NewEvent, string) error { return nil },
	"created": func(n *google.NewEvent, v string) error {
		t, err := instant(v, "UTC")
		n.Created = t
		return err
	},
	// What only broken programs write.
	"location-size": func(n *google.NewEvent, v string) error {
		size, err := strconv.Atoi(v)
		n.Location = strings.Repeat("x", size)
		return err
	},
	"notes-size": func(n *google.NewEvent, v string) error {
		size, err := strconv.Atoi(v)
		n.Notes = strings.Repeat("lorem ipsum ", size/12)
		return err
	},
	"title-hex": func(n *google.NewEvent, v string) error {
		b, err := hex.DecodeString(v)
		n.Title = string(b)
		return err
	},
	"raw-zone": func(n *google.NewEvent, v string) error { n.Zone = v; return nil },
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// add makes an event and gives it a name in the story.
func (w *world) add(c *calendar, name string, n google.NewEvent) error {
	if n.Title == "" {
		n.Title = name
	}
	id, err := w.google.Insert(c.id, n)
	if err != nil {
		return err
	}
	return w.named(c, name, id, n.Zone)
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
	n, err := w.draft(c, args[2:])
	if err != nil {
		return err
	}
	return w.add(c, args[1], n)
}

// cmdMany makes events many1, many2, … one after the other in time.
func cmdMany(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	c, err := w.calendar(args[0])
	if err != nil {
		return err
	}
	total, err := count(args[1:2])
	if err != nil {
		return err
	}
	for i := range total {
		n, err := w.draft(c, args[2:])
		if err != nil {
			return err
		}
		n.Start = n.Start.Add(time.Duration(i*n.Minutes) * time.Minute)
		if err := w.add(c, "many"+strconv.Itoa(i+1), n); err != nil {
			return err
		}
	}
	return nil
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
	id, err := w.idOf(e, occurrence)
	if err != nil {
		return err
	}
	return w.google.Move(e.calendar.id, id, start, long)
}

func cmdEdit(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	left := e.edited(occurrence)
	var c google.Change
	for _, option := range args[1:] {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "title":
			c.Title, left.title = &value, value
		case "location":
			c.Location, left.location = &value, value
		case "notes":
			kept, err := w.withBlock(e, occurrence, value)
			if err != nil {
				return err
			}
			c.Notes, left.notes = &kept, value
		case "guests":
			guests := list(value)
			c.Guests = &guests
		default:
			return fmt.Errorf("unknown option %s", option)
		}
	}
	if !occurrence.IsZero() {
		return w.google.EditInstance(e.calendar.id, e.id, occurrence.Format(time.DateOnly), c)
	}
	return w.google.Edit(e.calendar.id, e.id, c)
}

// withBlock is what somebody leaves who rewrites their notes around our block.
func (w *world) withBlock(e *event, occurrence time.Time, notes string) (string, error) {
	view, err := w.open(e, occurrence)
	if err != nil {
		return "", err
	}
	before, block, after, state := sources.SplitBlock(view.Description)
	if state != sources.BlockWhole {
		return notes, nil
	}
	old := e.leftOn(occurrence).notes
	if old == "" || !strings.Contains(before+after, old) {
		return notes + block, nil
	}
	return strings.Replace(before, old, notes, 1) + block + strings.Replace(after, old, notes, 1), nil
}

func cmdCancel(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	e, occurrence, err := w.event(args[0])
	if err != nil {
		return err
	}
	if !occurrence.IsZero() {
		return w.google.CancelInstance(e.calendar.id, e.id, occurrence.Format(time.DateOnly))
	}
	return w.google.Cancel(e.calendar.id, e.id)
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
	id, err := w.google.Split(e.calendar.id, e.id, occurrence.Format(time.DateOnly), start, long)
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
	id, err := w.google.Copy(e.calendar.id, from, start)
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
	id, err := w.google.Invite(e.calendar.id, e.id, c.id)
	if err != nil {
		return err
	}
	return w.named(c, args[1], id, e.zone)
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
	return w.google.RSVP(e.calendar.id, id, args[1])
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
	before, _, after, _ := sources.SplitBlock(view.Description)
	notes, location := before+after, ""
	e.edited(occurrence).location = ""
	return w.google.Edit(e.calendar.id, view.ID, google.Change{Notes: &notes, Location: &location})
}
