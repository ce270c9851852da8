package scenario

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"slotward/internal/simulator"
	"slotward/internal/simulator/zoom"
)

type worldKey struct{}

// world is everything that one script plays in.
type world struct {
	options Options
	dir     string
	clock   *simulator.Clock
	desks   map[string]*simulator.Desk // by provider
	offices map[string]service         // calendars, by provider
	zoom    *zoom.Server
	servers []*http.Server
	daemon  *daemon
	client  *client
	store   storeFiles
	trigger *trigger
	random  *rand.Rand // seeded; nil without random faults
	killer  *killer    // seeded; nil without random kills

	people    map[string]*person
	calendars map[string]*calendar // by name in the script, "ada/main"
	events    map[string]*event
	// occurrences are those that the story has named, as "standup@2026-12-08".
	occurrences map[string]bool
	hand        map[string]int64 // meetings made by hand in Zoom, by name
	static      string           // the URL that the settings name
	marked      map[string]string
	tokens      map[string]string // API tokens that the backups know, by their names
	mailed      map[string]int    // mails sent before the last mark, by provider
	armed       bool              // the script has set faults of its own for what comes next
	scripted    bool              // they were for what was done last: random ones stand back
	acted       bool              // something was done since the last check
	bereft      bool              // the daemon was killed at random since then
	plans       bool              // the script looks at plans: what random faults held up is done before people act again
}

// person is somebody in the story.
type person struct {
	removed     bool // from the daemon
	name, email string
	providers   []string
}

// emailOf is the address of somebody by that name.
func emailOf(name string) string { return name + "@acme.test" }

// title is how the person's name is written.
func (p *person) title() string { return strings.ToUpper(p.name[:1]) + p.name[1:] }

// alias is the person's other address at a provider: who organises a meeting at
// one and attends it at the other is not the same account.
func (p *person) alias(provider string) string {
	return p.name + "@" + provider + ".acme.test"
}

// isAddressOf reports whether an address is one of a person's.
func isAddressOf(p *person, address string) bool {
	for provider := range services {
		if address == p.alias(provider) {
			return true
		}
	}
	return address == p.email
}

// calendar is a calendar in the story.
type calendar struct {
	name     string
	owner    *person
	provider string
	id       string // at the provider
	zone     string
	existing string // the answer to "also the events already there?", "" for all
	first    bool   // the one that the provider gives everybody
	off      bool
}

// event is an event in the story, with what people left on it.
type event struct {
	name     string
	calendar *calendar
	id       string
	zone     string
	left     text
	// copies are on calendars of other providers, which hear of the event by mail.
	copies []*event
	// changed is what they left on occurrences that they edited, by original date.
	changed map[time.Time]*text
	// stripped is what stood there before our block was taken off last; nil: it never was.
	stripped *change
}

// text is what people can write on an event.
type text struct {
	title, notes, location string
	typed                  string // the notes without what the app wrote there itself
	native                 string // the native link's URL
	label                  string // what the app calls it among the places
}

// leftOn is what people left on the event, or on one occurrence of it: an
// occurrence that nobody edited is as its series.
func (e *event) leftOn(occurrence time.Time) text {
	if own := e.changed[occurrence]; own != nil {
		return *own
	}
	return e.left
}

// edited is where to note what people leave on the event, or on one occurrence.
func (e *event) edited(occurrence time.Time) *text {
	if occurrence.IsZero() {
		return &e.left
	}
	if e.changed == nil {
		e.changed = map[time.Time]*text{}
	}
	own := e.leftOn(occurrence)
	e.changed[occurrence] = &own
	return &own
}

const (
	clientID     = "slotward-client"
	clientSecret = "slotward-secret-5f2c"
	zoomScopes   = "meeting:write:meeting meeting:read:meeting meeting:update:meeting meeting:delete:meeting meeting:read:list_meetings user:read:user"
)

// newWorld starts the simulators and prepares the daemon, which starts at the
// first command that needs it.
func newWorld(o Options, dir string) (*world, error) {
	w := &world{
		options: o, dir: dir, clock: simulator.NewClock(time.Unix(0, 0)),
		desks: map[string]*simulator.Desk{}, offices: map[string]service{},
		occurrences: map[string]bool{}, people: map[string]*person{}, calendars: map[string]*calendar{}, events: map[string]*event{},
		hand: map[string]int64{}, marked: map[string]string{}, tokens: map[string]string{}, mailed: map[string]int{}, trigger: &trigger{},
	}
	if o.Faults != 0 {
		w.random = rand.New(rand.NewPCG(uint64(o.Faults), seedOf(filepath.Base(dir))))
	}
	w.killer = newKiller(o.Kills, filepath.Base(dir))
	listen, err := freePort()
	if err != nil {
		return nil, err
	}
	w.client = newClient("http://" + listen)
	w.daemon = &daemon{binary: o.Binary, listen: listen, log: &logBuffer{also: o.Log}, local: o.Local}
	if w.store, err = openStore(o.Database, dir); err != nil {
		return nil, err
	}
	if err := w.serveProviders(); err != nil {
		return nil, err
	}
	return w, nil
}

// serveProviders starts the simulators and tells the daemon where they are.
func (w *world) serveProviders() error {
	urls := map[string]string{}
	for name, s := range services {
		desk := w.desk(name)
		office := s.simulate(w.clock, desk, w.client.base+"/oauth/"+name+"/callback")
		at, err := w.serve(s.check(w.options.Contract, office))
		if err != nil {
			return err
		}
		office.SetURL(at)
		w.offices[name], urls[name] = office, at
	}
	w.zoom = zoom.New(zoom.Options{Clock: w.clock, Desk: w.desk("zoom")})
	w.zoom.AddClient(clientID, clientSecret, strings.Fields(zoomScopes), w.client.base+"/oauth/zoom/callback")
	at, err := w.serve(w.options.Contract.Zoom(w.zoom))
	if err != nil {
		return err
	}
	w.zoom.SetURL(at)
	urls["zoom"] = at
	w.daemon.around = Surroundings{
		Folder: w.store.data(), URL: w.client.base, Providers: urls, ClientID: clientID, Secret: clientSecret, Now: w.clock.Now,
		Commit: w.commit,
	}
	if w.options.Local != nil {
		return nil
	}
	hook, err := w.serve(http.HandlerFunc(w.committed))
	w.daemon.env = w.environment(w.daemon.listen, urls, hook)
	return err
}

// desk is a simulator's desk, with crash points and random faults hooked in.
func (w *world) desk(provider string) *simulator.Desk {
	w.desks[provider] = simulator.NewDesk()
	w.watch(w.desks[provider])
	return w.desks[provider]
}

// seedOf gives each script random faults of its own.
func seedOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return h.Sum64()
}

// environment configures the daemon.
func (w *world) environment(listen string, urls map[string]string, hook string) []string {
	google, microsoft, zoom := urls["google"], urls["microsoft"], urls["zoom"]
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + w.dir,
		"GOGC=400", // its heap is small: it would spend its time on collecting garbage
		"SLOTWARD_LISTEN=" + listen, "SLOTWARD_PUBLIC_URL=http://" + listen, "SLOTWARD_DATA=" + w.store.data(),
		"SLOTWARD_SCHEDULE=*/15 * * * *", "SLOTWARD_HTTP_TIMEOUT=2s", "SLOTWARD_LOG_LEVEL=debug",
		"SLOTWARD_GOOGLE_CLIENT_ID=" + clientID, "SLOTWARD_GOOGLE_CLIENT_SECRET=" + clientSecret,
		"SLOTWARD_GOOGLE_AUTH_URL=" + google + "/o/oauth2/v2/auth", "SLOTWARD_GOOGLE_TOKEN_URL=" + google + "/token",
		"SLOTWARD_GOOGLE_REVOKE_URL=" + google + "/revoke", "SLOTWARD_GOOGLE_USERINFO_URL=" + google + "/v1/userinfo",
		"SLOTWARD_GOOGLE_API_URL=" + google + "/",
		"SLOTWARD_MICROSOFT_CLIENT_ID=" + clientID, "SLOTWARD_MICROSOFT_CLIENT_SECRET=" + clientSecret, "SLOTWARD_MICROSOFT_TENANT=common",
		"SLOTWARD_MICROSOFT_LOGIN_URL=" + microsoft, "SLOTWARD_MICROSOFT_GRAPH_URL=" + microsoft,
		"SLOTWARD_ZOOM_CLIENT_ID=" + clientID, "SLOTWARD_ZOOM_CLIENT_SECRET=" + clientSecret,
		"SLOTWARD_ZOOM_AUTH_URL=" + zoom + "/oauth/authorize", "SLOTWARD_ZOOM_TOKEN_URL=" + zoom + "/oauth/token",
		"SLOTWARD_ZOOM_REVOKE_URL=" + zoom + "/oauth/revoke", "SLOTWARD_ZOOM_API_URL=" + zoom + "/v2",
		"SLOTWARD_DEBUG_CLOCK_FILE=" + w.clockFile(), "SLOTWARD_DEBUG_COMMIT_HOOK=" + hook + "/", "SLOTWARD_DEBUG_POLL=10ms",
	}
	if dsn := w.store.dsn(); dsn != "" {
		env = append(env, "SLOTWARD_DATABASE="+dsn)
	}
	return env
}

// serve serves h on a loopback port of its own.
func (w *world) serve(h http.Handler) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	w.serveOn(l, h)
	return "http://" + l.Addr().String(), nil
}

func (w *world) serveOn(l net.Listener, h http.Handler) {
	server := newServer(h)
	w.servers = append(w.servers, server)
	go func() { _ = server.Serve(l) }()
}

// close ends everything that the script started.
func (w *world) close() {
	w.daemon.kill()
	w.client.hangUp()
	for _, s := range w.servers {
		_ = s.Close()
	}
	w.store.remove()
}

func (w *world) clockFile() string { return filepath.Join(w.dir, "clock") }

// setClock moves the one clock that everybody goes by.
func (w *world) setClock(t time.Time) error {
	w.clock.Set(t)
	if w.options.Local != nil {
		return nil
	}
	next := w.clockFile() + ".next"
	if err := os.WriteFile(next, []byte(t.UTC().Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, w.clockFile())
}

// up makes sure that the daemon runs: it starts it when it has died or was
// never started, and lets it do what is due.
func (w *world) up() error {
	if w.daemon.running() {
		return nil
	}
	if w.clock.Now().Unix() == 0 {
		return errors.New("the clock is not set: begin with now")
	}
	w.client.hangUp()
	if w.client.token == "" {
		token, err := w.daemon.token()
		if err != nil {
			return err
		}
		w.client.token = strings.TrimSpace(token)
	}
	if err := w.daemon.start(context.Background()); err != nil {
		if w.killer.killed() {
			return nil
		}
		return err
	}
	return w.idle()
}

// patience is how long the daemon may do nothing that shows while something is due,
// and how much longer than that it may take in all: a hundred events on a busy machine
// are long in coming.
const (
	patience = time.Minute
	inAll    = 15
)

// idle waits until nothing is due, or until the daemon has died at a crash point.
func (w *world) idle() error {
	if w.options.Local != nil {
		return w.options.Local.Idle()
	}
	deadline, end, before := time.Now().Add(patience), time.Now().Add(inAll*patience), 0
	for time.Now().Before(deadline) {
		s, err := w.client.status()
		switch {
		case err == nil && s.Idle:
			return nil
		case err != nil && !w.daemon.running():
			if w.trigger.fired() || w.killer.killed() {
				return nil
			}
			return fmt.Errorf("the daemon died: %s", w.daemon.log.tail(2000))
		case err != nil:
			var netErr *url.Error
			if !errors.As(err, &netErr) {
				return err
			}
		}
		if n := w.called("all"); n != before && time.Now().Before(end) {
			before, deadline = n, time.Now().Add(patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return fmt.Errorf("work did not end in time: %s", w.daemon.log.tail(2000))
}

// resync asks for a pass over everybody and waits for its end.
func (w *world) resync() error {
	if err := w.client.call(http.MethodPost, "/api/v1/resync", map[string]string{}, nil); err != nil {
		return err
	}
	return w.idle()
}

// next is when the next person is due.
func (w *world) next() (time.Time, error) {
	if w.options.Local != nil {
		return w.options.Local.Next()
	}
	s, err := w.client.status()
	return s.NextAt, err
}

// event finds an event of the story; "standup@2026-12-08" is an occurrence.
func (w *world) event(name string) (e *event, occurrence time.Time, err error) {
	base, date, isOccurrence := strings.Cut(name, "@")
	e, ok := w.events[base]
	if !ok {
		return nil, time.Time{}, fmt.Errorf("there is no event %s", base)
	}
	if isOccurrence {
		if occurrence, err = time.Parse(time.DateOnly, date); err == nil {
			w.occurrences[name] = true
		}
	}
	return e, occurrence, err
}

func (w *world) person(name string) (*person, error) {
	if p, ok := w.people[name]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("there is nobody named %s", name)
}

func (w *world) calendar(name string) (*calendar, error) {
	if c, ok := w.calendars[name]; ok {
		return c, nil
	}
	return nil, fmt.Errorf("there is no calendar %s", name)
}

// calendarID is the daemon's own id of a calendar.
func (w *world) calendarID(c *calendar) (int64, error) {
	list, err := w.client.calendars(c.owner.email, false)
	if err != nil {
		return 0, err
	}
	for _, have := range list {
		if have.ProviderID == c.id {
			return have.ID, nil
		}
	}
	return 0, fmt.Errorf("the daemon does not know the calendar %s", c.name)
}

// command is one command of a script; usage is told when words are missing.
type command struct {
	usage string
	least int // words that it needs
	do    func(w *world, ts *testscript.TestScript, neg bool, args []string) error
	// check marks commands that look at what must be true.
	check bool
	// steady marks what ends or breaks something by the script, and what is asked for
	// an event that must have been read: it comes when random faults are over, on
	// what would stand without them.
	steady bool
	// free marks commands that need no daemon.
	free bool
}

// run is the engine's entry to a command. "! command" holds when it fails.
func (c command) run(ts *testscript.TestScript, neg bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	if len(args) < c.least {
		ts.Fatalf("usage: %s", c.usage)
	}
	err := w.prepare(c)
	if err == nil {
		err = c.do(w, ts, neg, args)
		if neg {
			if err == nil {
				ts.Fatalf("succeeded, but was to fail")
			}
			ts.Logf("%v", err)
			return
		}
	}
	if err != nil {
		ts.Logf("daemon: %s", w.daemon.log.tail(4000))
		ts.Fatalf("%v", err)
	}
}

// prepare makes ready for a command: a running daemon, and for checks, and what
// goes wrong by the script, an end of random faults.
func (w *world) prepare(c command) error {
	if c.free {
		return nil
	}
	if err := w.up(); err != nil {
		return err
	}
	if c.check || c.steady {
		if err := w.calm(); err != nil || c.check {
			return err
		}
	}
	w.acted = true
	return nil
}

func groups() []map[string]command {
	return []map[string]command{worldCommands, eventCommands, wishCommands, outlookCommands, shareCommands, zoomCommands, faultCommands, eventChecks, callChecks, daemonChecks, previewChecks}
}

// find finds a command by its name.
func find(name string) (command, bool) {
	for _, group := range groups() {
		if c, ok := group[name]; ok {
			return c, true
		}
	}
	return command{}, false
}

// commands are all the words of the language that are known here. Others are
// refused by the engine as unknown.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){}
	for _, group := range groups() {
		for name, c := range group {
			all[name] = func(ts *testscript.TestScript, neg bool, args []string) {
				c.run(ts, neg, ts.Value(worldKey{}).(*world).transpose(name, args))
			}
		}
	}
	return all
}

// trigger kills the daemon at a chosen point.
type trigger struct {
	mu    sync.Mutex
	point string // "before google.patch"; "" when none is set
	left  int
	shot  bool
}

// arm sets the n-th such point from now.
func (t *trigger) arm(point string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.point, t.left, t.shot = point, n, false
}

// hit counts a point and reports whether it is the one.
func (t *trigger) hit(point string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.point != point {
		return false
	}
	t.left--
	if t.left > 0 {
		return false
	}
	t.point, t.shot = "", true
	return true
}

// disarm takes back a point that was not reached.
func (t *trigger) disarm() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.point = ""
}

func (t *trigger) fired() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.shot
}

// watch hooks crash points and random faults into a simulator.
func (w *world) watch(desk *simulator.Desk) {
	desk.Before = func(c simulator.Call) {
		if w.dies("before " + c.Operation) {
			panic(http.ErrAbortHandler) // the request was sent, but never carried out
		}
	}
	desk.After = func(c simulator.Call) { w.dies("after " + c.Operation) }
	if out := w.options.Verbose; out != nil {
		desk.Answered = func(c simulator.Call) {
			_, _ = fmt.Fprintf(out, "  %s %s %s %d\n", c.Operation, c.Method, c.Path, c.Status)
		}
	}
}

// dies kills the daemon if this is the point, and reports whether it was.
func (w *world) dies(point string) bool {
	if w.trigger.hit(point) {
		w.daemon.kill()
		return true
	}
	return w.killer.strikes(point, w.daemon.kill)
}

// committed is called by the daemon around each commit of its store.
func (w *world) committed(rw http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, 1<<10))
	w.commit(r.URL.Query().Get("when") == "before")
	rw.WriteHeader(http.StatusNoContent)
}

// commit is called around each commit of the daemon's store.
func (w *world) commit(before bool) {
	when := "after"
	if before {
		when = "before"
	}
	w.dies(when + " store.commit")
}
