package scenario

import (
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator/zoom"
)

// zoomCommands are what people do in Zoom.
var zoomCommands = map[string]command{
	"zoom": {usage: "zoom delete|recover|edit|start|end EVENT · zoom make NAME MEETING TIME DURATION · zoom room NAME MEETING · zoom ways KEY…", least: 2, do: cmdZoom},
}

// zoomSwitches are Zoom's ways that can be turned on where nobody can tell.
var zoomSwitches = map[string]func(*zoom.Switches) *bool{
	"weeks-from-monday":    func(s *zoom.Switches) *bool { return &s.WeeksFromMonday },
	"last-of-short-months": func(s *zoom.Switches) *bool { return &s.LastOfShortMonths },
	"clock-bug":            func(s *zoom.Switches) *bool { return &s.ClockBug },
	"old-limits":           func(s *zoom.Switches) *bool { return &s.OldLimits },
	"whole-series-patch":   func(s *zoom.Switches) *bool { return &s.WholeSeriesPatch },
	"keep-dropped":         func(s *zoom.Switches) *bool { return &s.KeepDropped },
	"next-in-list":         func(s *zoom.Switches) *bool { return &s.NextInList },
}

func (w *world) zoomWays(keys []string) error {
	for _, key := range keys {
		way := zoomSwitches[key]
		if way == nil {
			return fmt.Errorf("unknown: zoom ways %s", key)
		}
		w.zoom.Switch(func(s *zoom.Switches) { *way(s) = true })
	}
	return nil
}

func cmdZoom(w *world, ts *testscript.TestScript, _ bool, args []string) error {
	switch args[0] {
	case "make":
		return w.makeMeeting(ts, args[1:])
	case "room":
		return w.personalRoom(ts, args[1:])
	case "ways":
		return w.zoomWays(args[1:])
	}
	id, err := w.zoomMeeting(args[1])
	if err != nil {
		return err
	}
	switch args[0] {
	case "delete":
		return w.zoom.DeleteMeeting(id)
	case "recover":
		return w.zoom.RecoverMeeting(id)
	case "start":
		return w.zoom.StartMeeting(id)
	case "end":
		return w.zoom.EndMeeting(id)
	case "edit":
		change, err := zoomChange(args[2:])
		if err != nil {
			return err
		}
		return w.zoom.EditMeeting(id, change)
	}
	return fmt.Errorf("unknown: zoom %s", args[0])
}

func zoomChange(options []string) (c zoom.Change, err error) {
	for _, option := range options {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "topic":
			c.Topic = &value
		case "agenda":
			c.Agenda = &value
		case "start":
			t, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return c, err
			}
			c.Start = &t
		case "minutes":
			n, err := count([]string{value})
			if err != nil {
				return c, err
			}
			c.Minutes = &n
		default:
			return c, fmt.Errorf("unknown option %s", option)
		}
	}
	return c, nil
}

// makeMeeting is a person scheduling a meeting; $MEETING is its link from then on.
func (w *world) makeMeeting(ts *testscript.TestScript, args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("usage: zoom make NAME MEETING TIME DURATION")
	}
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	start, err := instant(args[2], "UTC")
	if err != nil {
		return err
	}
	length, err := time.ParseDuration(args[3])
	if err != nil {
		return err
	}
	id, err := w.zoom.Make(p.email, args[1], start, int(length.Minutes()))
	if err != nil {
		return err
	}
	m, _ := w.zoom.Meeting(id)
	w.hand[args[1]] = id
	remember(ts, args[1], m.JoinURL)
	return nil
}

// personalRoom gives the link of a person's personal room a name.
func (w *world) personalRoom(ts *testscript.TestScript, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: zoom room NAME MEETING")
	}
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	a := w.zoom.AddAccount(p.email, p.title())
	remember(ts, args[1], fmt.Sprintf("https://us02web.zoom.us/j/%d", a.PMI))
	return nil
}

// remember gives a link a name that lines to come can use. On a stage there is no
// script: Stage.Do knows the meetings made by hand.
func remember(ts *testscript.TestScript, name, link string) {
	if ts != nil {
		ts.Setenv(name, link)
	}
}

// zoomMeeting is the meeting that an event shows, or one made by hand.
func (w *world) zoomMeeting(name string) (int64, error) {
	if id, ok := w.hand[name]; ok {
		return id, nil
	}
	seen, err := w.look(name)
	if err == nil && seen.meeting == 0 { // random faults may have held it up: nobody acts on a meeting that is not there
		if err = w.calm(); err == nil {
			seen, err = w.look(name)
		}
	}
	if err != nil {
		return 0, err
	}
	if seen.meeting == 0 {
		return 0, fmt.Errorf("%s shows no Zoom link", name)
	}
	return seen.meeting, nil
}
