package scenario

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// faultCommands run the daemon, and let things go wrong.
var faultCommands = map[string]command{
	"pass":         {usage: "pass [NAME]", do: cmdPass},
	"plan":         {usage: "plan NAME", least: 1, do: cmdPlan},
	"adopt":        {usage: "adopt NAME [dry]", least: 1, do: cmdAdopt},
	"release":      {usage: "release NAME", least: 1, do: cmdRelease},
	"crash":        {usage: "crash before|after POINT [N]", least: 2, steady: true, do: cmdCrash},
	"installation": {usage: "installation NAME", least: 1, do: cmdInstallation},
	"schedule":     {usage: "schedule 'CRON'", least: 1, do: cmdSchedule},
	"restart":      {usage: "restart", do: cmdRestart},
	"backup":       {usage: "backup NAME", least: 1, steady: true, do: cmdBackup},
	"restore":      {usage: "restore NAME", least: 1, steady: true, do: cmdRestore},
	"lose-store":   {usage: "lose-store", steady: true, do: cmdLoseStore},
	"fault":        {usage: "fault OPERATION KIND [N] · fault none", least: 1, steady: true, do: cmdFault},
}

func cmdPass(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	body := map[string]string{}
	if len(args) > 0 {
		p, err := w.person(args[0])
		if err != nil {
			return err
		}
		body["person"] = p.email
	}
	w.unsettle()
	err := w.survive(func() error {
		if err := w.client.call(http.MethodPost, "/api/v1/resync", body, nil); err != nil && !w.trigger.fired() {
			return err
		}
		return w.idle()
	})
	if err != nil || !w.plans {
		return err
	}
	return w.calm()
}

// planView is the dry run's answer.
type planView struct {
	Actions []struct {
		Kind    string   `json:"kind"`
		Title   string   `json:"title"`
		Start   string   `json:"start"`
		Event   string   `json:"event"`
		Events  []string `json:"events"` // creates: who will show the meeting
		Meeting int64    `json:"meeting"`
		Reason  string   `json:"reason"`
	} `json:"actions"`
}

func (w *world) plan(p *person) (planView, error) {
	var v planView
	err := w.client.call(http.MethodPost, "/api/v1/resync?dry_run=true", map[string]string{"person": p.email}, &v)
	return v, err
}

func cmdPlan(w *world, ts *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	if w.random != nil && !w.armed {
		for _, desk := range w.desks {
			desk.Disarm()
		}
	}
	v, err := w.plan(p)
	if err != nil {
		return err
	}
	out := printed(ts) // also when there is nothing to print: what was printed before is old
	for _, a := range v.Actions {
		_, _ = fmt.Fprintf(out, "%s %s %s (%s)\n", a.Kind, a.Start, w.titled(a.Title, append(a.Events, a.Event), a.Meeting), a.Reason)
	}
	return nil
}

// printed is where a script's commands print; nobody reads what they print on a stage.
func printed(ts *testscript.TestScript) io.Writer {
	if ts == nil {
		return io.Discard
	}
	return ts.Stdout()
}

// titled adds to a title the story's own names of the events that an action is
// for, or that show the meeting that it is about.
func (w *world) titled(title string, refs []string, meeting int64) string {
	for _, name := range slices.Sorted(maps.Keys(w.events)) {
		e := w.events[name]
		concerned := slices.ContainsFunc(refs, func(ref string) bool { return strings.HasSuffix(ref, ":"+e.id) })
		if view, err := w.open(e, time.Time{}); err == nil && meeting != 0 {
			concerned = concerned || strings.Contains(view.notes, fmt.Sprintf("/j/%d", meeting))
		}
		if concerned && name != title {
			title += " · " + name
		}
	}
	return title
}

func cmdRelease(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	if err := w.client.call(http.MethodPost, "/api/v1/people/"+url.PathEscape(p.email)+"/release", nil, nil); err != nil {
		return err
	}
	return w.idle()
}

var crashPoints = []string{"google.patch", "microsoft.patch", "zoom.create", "zoom.update", "zoom.delete", "store.commit"}

func cmdCrash(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if (args[0] != "before" && args[0] != "after") || !slices.Contains(crashPoints, args[1]) {
		return fmt.Errorf("unknown crash point %s %s", args[0], args[1])
	}
	n, err := count(args[2:])
	if err != nil {
		return err
	}
	w.armed = true
	w.trigger.arm(args[0]+" "+args[1], n)
	return nil
}

func count(args []string) (int, error) {
	if len(args) == 0 {
		return 1, nil
	}
	n, err := strconv.Atoi(args[0])
	if err == nil && n < 1 {
		err = errors.New("a count is at least 1")
	}
	return n, err
}

func cmdRestart(w *world, _ *testscript.TestScript, _ bool, _ []string) error {
	w.daemon.stop()
	return w.up()
}

// cmdInstallation starts the daemon anew as another installation.
func cmdInstallation(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	w.daemon.stop()
	w.daemon.env = append(w.daemon.env, "SLOTWARD_INSTALLATION="+args[0])
	return w.up()
}

// cmdSchedule starts the daemon anew with another schedule, so that a long time goes
// by in few passes.
func cmdSchedule(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	w.daemon.stop()
	w.daemon.env = append(w.daemon.env, "SLOTWARD_SCHEDULE="+args[0])
	return w.up()
}

func cmdBackup(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	w.daemon.stop()
	w.tokens[args[0]] = w.client.token
	return w.store.copy(args[0])
}

// cmdRestore puts a copy of the store back, with the API token that it knows.
func cmdRestore(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	w.daemon.stop()
	if token, ok := w.tokens[args[0]]; ok {
		w.client.token = token
	}
	return w.store.restore(args[0])
}

// cmdLoseStore deletes the store. Its people are gone with it: they sign in
// and connect again as they had done before.
func cmdLoseStore(w *world, _ *testscript.TestScript, _ bool, _ []string) error {
	w.daemon.stop()
	if err := w.store.lose(); err != nil {
		return err
	}
	w.client.token = ""
	if err := w.up(); err != nil {
		return err
	}
	for _, p := range w.people {
		if err := cmdPerson(w, nil, false, append([]string{p.name}, p.providers...)); err != nil {
			return err
		}
	}
	for _, c := range w.calendars {
		if c.first {
			continue
		}
		args := []string{c.name, c.provider}
		if c.off {
			args = append(args, "off")
		}
		if err := cmdCalendar(w, nil, false, args); err != nil {
			return err
		}
	}
	return nil
}

// faultKinds are the kinds besides HTTP statuses.
var faultKinds = []string{"lost", "slow", "reset", "garbled", "html", "429", "daily", "412", "410", "401", "scope", "empty", "partial", "blocked"}

var faultOperations = []string{
	"google.list", "google.get", "google.patch", "google.watch", "google.token",
	"microsoft.delta", "microsoft.get", "microsoft.patch", "microsoft.subscribe", "microsoft.token",
	"zoom.create", "zoom.update", "zoom.delete", "zoom.get", "zoom.list", "zoom.token",
}

// cmdFault lets the next answers of an operation fail. "fault none" takes back
// what has not struck yet, a crash too.
func cmdFault(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	if args[0] == "none" {
		for _, desk := range w.desks {
			desk.Disarm()
		}
		w.trigger.disarm()
		return nil
	}
	if len(args) < 2 {
		return errors.New("usage: fault OPERATION KIND [N]")
	}
	if !slices.Contains(faultOperations, args[0]) {
		return fmt.Errorf("unknown operation %s", args[0])
	}
	if _, err := strconv.Atoi(args[1]); err != nil && !slices.Contains(faultKinds, args[1]) {
		return fmt.Errorf("unknown fault %s", args[1])
	}
	n, err := count(args[2:])
	if err != nil {
		return err
	}
	provider, _, _ := strings.Cut(args[0], ".")
	if !w.armed && w.random != nil {
		for _, desk := range w.desks {
			desk.Disarm()
		}
	}
	w.armed = true
	w.desks[provider].Arm(args[0], args[1], n)
	return nil
}
