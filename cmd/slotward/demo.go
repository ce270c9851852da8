package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"slotward/config"
	"slotward/internal/ics"
	"slotward/sources"
	"slotward/zoom"
)

// demoCommand shows what Slotward does, with everything but the providers real.
type demoCommand struct {
	Once     bool          `help:"Show it all once, prove it, print a table before and after, and end."`
	Calendar string        `placeholder:"FILE.ics" help:"Fill the first person's calendar from an export of a real one."`
	Eligible string        `enum:"guests,all" default:"guests" help:"Which events get a link: those with guests, or all timed ones."`
	Listen   string        `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Address of the daemon; port 0 takes a free one."`
	Every    time.Duration `default:"45s" help:"How often something changes in the calendars, when it keeps running."`
}

// demo is a daemon with its simulated world.
type demo struct {
	t      *terminal
	world  *demoWorld
	daemon *daemon
	client *client
	tell   *narrator
	people []*demoPerson
	before picture
	// eligible is the setting of that name.
	eligible string
	// booked are the events of the fortnight, by key.
	booked map[string]placed
	// invitations stand on two calendars; delivered is what was last told of
	// them, by the copy's id.
	invitations []invitation
	delivered   map[string]string

	ended chan error // the daemon's end
	stop  context.CancelFunc
}

// Run shows the demo. With --once it fails when what it shows is not so.
func (c *demoCommand) Run(ctx context.Context, t *terminal) (err error) {
	if c.Every < time.Second {
		return fmt.Errorf("--every %s is too often: write at least 1s", c.Every)
	}
	folder, err := os.MkdirTemp("", "slotward-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	d, err := newDemo(ctx, t, c, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := c.fill(d); err != nil {
		return err
	}
	d.introduce()
	if err := d.connectEverybody(ctx); err != nil {
		return err
	}
	if err := c.show(ctx, d); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// fill puts events into the calendars.
func (c *demoCommand) fill(d *demo) error {
	if c.Calendar == "" {
		return d.fillFortnight()
	}
	calendar, err := ics.ReadFile(c.Calendar)
	if err != nil {
		return err
	}
	return d.fillFromFile(calendar)
}

// show is everything after connecting.
func (c *demoCommand) show(ctx context.Context, d *demo) error {
	switch {
	case c.Calendar != "":
		if err := d.showCalendar(ctx); err != nil || c.Once {
			return err
		}
	case c.Once:
		return d.showOnce(ctx)
	default:
		if err := d.firstPass(ctx); err != nil {
			return err
		}
	}
	if err := d.invitePlayers(ctx); err != nil {
		return err
	}
	return d.goOn(ctx, c.Every, c.Calendar == "")
}

// newDemo starts the simulated providers and the daemon.
func newDemo(ctx context.Context, t *terminal, c *demoCommand, folder string) (*demo, error) {
	world, err := newDemoWorld(ctx)
	if err != nil {
		return nil, err
	}
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		world.close()
		return nil, err
	}
	d := &demo{
		t: t, world: world, tell: newNarrator(t.out), eligible: c.Eligible, booked: map[string]placed{}, delivered: map[string]string{},
		ended: make(chan error, 1), stop: func() {},
	}
	if err := d.start(ctx, listener, d.world.configuration(folder, c.Eligible, !c.Once)); err != nil {
		_ = listener.Close()
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// start runs the daemon as serve does. The schedule is left to the demo, so
// that it can show each pass by itself.
func (d *demo) start(ctx context.Context, listener net.Listener, flags map[string]string) error {
	loaded, err := config.Load(config.Options{NoFile: true, Flags: flags})
	if err != nil {
		return err
	}
	log, err := newLog(d.t.err, loaded.Log)
	if err != nil {
		return err
	}
	rates := zoom.Pro
	built, err := build(ctx, loaded, listener.Addr().String(), false, log, hooks{observe: d.tell.progress, rates: &rates})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.daemon = built
	d.stop = sync.OnceFunc(stop)
	go func() { d.ended <- built.keep(running, listener) }()
	base := built.config.BaseURL()
	d.world.register(base)
	token, err := built.store.CreateAPIToken(ctx, "demo")
	if err != nil {
		return err
	}
	d.client, err = (&daemonFlags{URL: base, Token: token}).client(d.t)
	return err
}

// close stops the daemon, then the world.
func (d *demo) close() error {
	var err error
	if d.daemon != nil {
		d.stop()
		err = <-d.ended
	}
	d.world.close()
	return err
}

// introduce says where to look.
func (d *demo) introduce() {
	d.tell.line("")
	providers := []string{"Google", "Zoom"}
	if d.uses(sources.Microsoft) {
		providers = []string{"Google", "Outlook", "Zoom"}
	}
	d.tell.line("The daemon is real; %s are simulated, on this machine only.", listed(providers))
	d.tell.line("  API      %s   (export SLOTWARD_URL=%s)", d.client.base, d.client.base)
	d.tell.line("  token    %s   (export SLOTWARD_TOKEN=…)", d.client.token)
	d.tell.line("  Google   %s", d.world.googleURL)
	if d.uses(sources.Microsoft) {
		d.tell.line("  Outlook  %s", d.world.microsoftURL)
	}
	d.tell.line("  Zoom     %s", d.world.zoomURL)
	d.tell.line("  try      slotward status · slotward plan · slotward why TITLE")
}

// uses reports whether somebody has a calendar of this kind.
func (d *demo) uses(provider sources.Provider) bool {
	return slices.ContainsFunc(d.calendars(), func(c *demoCalendar) bool { return c.provider == provider })
}

// listed writes names as a sentence does: "a, b and c".
func listed(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
