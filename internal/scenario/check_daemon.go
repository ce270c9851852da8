package scenario

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// callChecks look at what was sent.
var callChecks = map[string]command{
	"calls": {usage: "calls OPERATION|write|all N", least: 2, do: checkCalls},
	"mails": {usage: "mails EVENT N", least: 2, do: checkMails},
}

// daemonChecks look at what the daemon says.
var daemonChecks = map[string]command{
	"why":     {usage: "why EVENT REASON [detail=TEXT]", least: 2, do: checkWhy, check: true},
	"held":    {usage: "held EVENT REASON", least: 2, do: checkHeld, check: true},
	"status":  {usage: "status NAME PROVIDER STATE", least: 3, do: checkStatus, check: true},
	"leaks":   {usage: "leaks none", least: 1, do: checkLeaks, check: true},
	"settled": {usage: "settled", do: checkSettled, check: true},
}

// called is how often an operation was called since the last mark.
func (w *world) called(operation string) int {
	n := 0
	for _, desk := range w.desks {
		n += desk.Counts()[operation]
	}
	return n
}

// checkCalls holds under random faults whatever was counted: retries are what
// those are there to provoke.
func checkCalls(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if w.shaken() {
		return nil
	}
	if n := w.called(args[0]); strconv.Itoa(n) != args[1] {
		return fmt.Errorf("%s was called %d times", args[0], n)
	}
	return nil
}

func checkMails(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if w.shaken() {
		return nil
	}
	e, _, err := w.event(args[0])
	if err != nil {
		return err
	}
	n := 0
	for _, m := range w.app(e).mails()[w.mailed[e.calendar.provider]:] {
		if m.event == e.id {
			n += m.recipients
		}
	}
	if strconv.Itoa(n) != args[1] {
		return fmt.Errorf("%d mails went out about %s", n, args[0])
	}
	return nil
}

// reason asks the daemon about an event.
func (w *world) reason(name string) (eventView, error) {
	e, _, err := w.event(name)
	if err != nil {
		return eventView{}, err
	}
	s, err := w.look(name)
	if err != nil {
		return eventView{}, err
	}
	calendar, err := w.calendarID(e.calendar)
	if err != nil {
		return eventView{}, err
	}
	v, err := w.client.event(calendar, s.id)
	var refused *refusal
	if errors.As(err, &refused) && refused.status == http.StatusNotFound && s.id != e.id {
		return w.client.event(calendar, e.id) // an occurrence that was never changed is as its series
	}
	return v, err
}

// unread is the reason of an event that the daemon was never shown.
const unread = "unread"

func checkWhy(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	v, err := w.reason(args[0])
	var refused *refusal
	if errors.As(err, &refused) && refused.status == http.StatusNotFound && args[1] == unread {
		return nil
	}
	if err == nil && v.Reason != args[1] {
		err = fmt.Errorf("the reason is %s (%s)", v.Reason, v.Detail)
	}
	if len(args) > 2 && err == nil {
		if want, ok := strings.CutPrefix(args[2], "detail="); !ok || !strings.Contains(v.Detail, want) {
			err = fmt.Errorf("the detail is %q", v.Detail)
		}
	}
	return err
}

func checkHeld(w *world, ts *testscript.TestScript, neg bool, args []string) error {
	return checkWhy(w, ts, neg, args)
}

func checkStatus(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	var out struct {
		Connections []struct {
			Provider string `json:"provider"`
			State    string `json:"state"`
		} `json:"connections"`
	}
	if err := w.client.call(http.MethodGet, "/api/v1/people/"+url.PathEscape(p.email)+"/connections", nil, &out); err != nil {
		return err
	}
	state := "disconnected"
	for _, c := range out.Connections {
		if c.Provider == args[1] {
			state = c.State
		}
	}
	if state != args[2] {
		return fmt.Errorf("it is %s", state)
	}
	return nil
}

// checkLeaks looks for every secret that a provider has ever issued in all
// that the daemon has said and stored. A passcode may stand in our block.
func checkLeaks(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if args[0] != "none" {
		return fmt.Errorf("unknown: leaks %s", args[0])
	}
	for _, path := range []string{
		"/api/v1/people", "/api/v1/events", "/api/v1/meetings", "/api/v1/journal", "/api/v1/status", "/api/v1/settings", "/openapi.json",
	} {
		if err := w.client.call(http.MethodGet, path, nil, nil); err != nil {
			return err
		}
	}
	for _, p := range w.people {
		if p.removed {
			continue
		}
		for _, path := range []string{"", "/connections", "/calendars"} {
			if err := w.client.call(http.MethodGet, "/api/v1/people/"+url.PathEscape(p.email)+path, nil, nil); err != nil {
				return err
			}
		}
	}
	disk, err := w.store.read()
	if err != nil {
		return err
	}
	places := map[string]string{"log": w.daemon.log.String(), "API": w.client.heard(), "disk": disk}
	events := map[string]string{}
	for name, e := range w.events {
		view, err := w.open(e, time.Time{})
		if err != nil {
			return err
		}
		events[name] = view.notes + "\n" + view.location + "\n" + view.private + "\n"
	}
	return w.leak(places, events)
}

// leak looks for secrets in places, and on events, by name. An event's block
// tells the passcodes of the meetings that it shows, also of one that is gone
// since: a cancelled event keeps its block.
func (w *world) leak(places, events map[string]string) error {
	shown := map[string]string{} // passcodes, by event
	for name, text := range events {
		for _, m := range zoomLink.FindAllStringSubmatch(text, -1) {
			id, _ := strconv.ParseInt(m[1], 10, 64)
			if meeting, ok := w.zoom.Meeting(id); ok {
				shown[name] += meeting.Password + "\n"
			}
		}
	}
	var found error
	for _, secret := range w.secrets() {
		if len(secret) < 6 {
			continue
		}
		for place, said := range places {
			if strings.Contains(said, secret) {
				found = errors.Join(found, fmt.Errorf("a secret stands in the %s: %.4s… at %q", place, secret, around(said, secret)))
			}
		}
		for name, text := range events {
			if strings.Contains(text, secret) && !strings.Contains(shown[name], secret) {
				found = errors.Join(found, fmt.Errorf("a secret stands on %s: %.4s…", name, secret))
			}
		}
	}
	return found
}

// secrets are all that was ever given out, or is configured.
func (w *world) secrets() []string {
	all := append(w.zoom.Secrets(), clientSecret, w.client.token)
	for _, office := range w.offices {
		all = append(all, office.Secrets()...)
	}
	return all
}

// around is the text before a secret, to find the place by.
func around(text, secret string) string {
	i := strings.Index(text, secret)
	return text[max(0, i-60):i]
}

// checkSettled holds when another pass would do nothing: no plan, no write at
// a provider, no row changed in the store. Where there are several people, what
// one's pass wrote may stand on another's calendar, whose pass was over by then:
// that is read first, and still nothing is written at a provider.
func checkSettled(w *world, _ *testscript.TestScript, _ bool, _ []string) error {
	for _, p := range w.people {
		if p.removed {
			continue
		}
		v, err := w.plan(p)
		if err != nil {
			return err
		}
		if len(v.Actions) > 0 {
			return fmt.Errorf("a pass would still %s %s", v.Actions[0].Kind, v.Actions[0].Title)
		}
	}
	writes := w.called("write")
	if w.shaken() || len(w.people) > 1 {
		if err := w.resync(); err != nil {
			return err
		}
	}
	if w.shaken() { // faults move the clock: that pass took what falls due once a day
		writes = w.called("write")
	}
	before, err := w.client.status()
	if err != nil {
		return err
	}
	if err := w.resync(); err != nil {
		return err
	}
	after, err := w.client.status()
	if err != nil {
		return err
	}
	if n := w.called("write") - writes; n != 0 {
		return fmt.Errorf("another pass made %d writes", n)
	}
	if n := after.RowsWritten - before.RowsWritten; n != 0 {
		return fmt.Errorf("another pass changed %d rows", n)
	}
	return nil
}
