package scenario

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// shareCommands are what people do together.
var shareCommands = map[string]command{
	"share": {usage: "share CALENDAR OWNER/NAME", least: 2, do: cmdShare},
}

// cmdShare lets another person make changes to a calendar, which is on that
// person's list from then on, and off.
func cmdShare(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	c, err := w.calendar(args[0])
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(args[1], "/")
	p, err := w.person(name)
	if err != nil {
		return err
	}
	office, ok := w.offices[c.provider].(googleService)
	if !ok {
		return fmt.Errorf("%s shares no calendars", c.provider)
	}
	if err := office.AddCalendar(p.email, c.id, "", c.zone, "writer"); err != nil {
		return err
	}
	w.calendars[args[1]] = &calendar{name: args[1], owner: p, provider: c.provider, id: c.id, zone: c.zone, off: true}
	_, err = w.client.calendars(p.email, true)
	return err
}
