package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"slotward/internal/server"
)

// serveCommand runs the daemon.
type serveCommand struct {
	configuration
	NewKey bool `help:"Make a new sealing key beside a store whose key is lost; everybody has to connect again."`
}

// Run runs the daemon until ctx ends, and says what it lacks.
func (c *serveCommand) Run(ctx context.Context, t *terminal) error {
	loaded, err := c.load(t)
	if err != nil {
		return err
	}
	log, err := newLog(t.err, loaded.Log)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, loaded.Listen)
	if err != nil {
		return err
	}
	d, err := build(ctx, loaded, listener.Addr().String(), c.NewKey, log, hooks{})
	if err != nil {
		_ = listener.Close()
		return err
	}
	if err := d.greet(ctx, t); err != nil {
		_ = listener.Close()
		return errors.Join(err, d.store.Close())
	}
	return d.keep(ctx, listener)
}

// listen takes the address, or says how to take another.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var network net.ListenConfig
	listener, err := network.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %q cannot be taken (%w): stop what uses it, or choose another with --listen or SLOTWARD_LISTEN", address, err)
	}
	return listener, nil
}

// greet says where the daemon is and what it lacks.
func (d *daemon) greet(ctx context.Context, t *terminal) error {
	c := &d.config.Config
	t.out.printf("slotward %s listens on http://%s (installation %s)\n", version(), c.Listen, d.store.Installation())
	where := databaseFile(c)
	if c.Database != "" {
		where = c.Database.String()
	}
	t.out.printf("store: %s\n", where)
	if d.keyFile != "" {
		t.out.printf("sealing key: made %s. Back it up apart from the store: without it nobody's tokens can be read, and everybody has to connect again.\n", d.keyFile)
	}
	t.out.print("API token: `slotward token create NAME` makes one, with the same configuration\n")
	first, err := server.FirstLink(ctx, d.web)
	if err != nil {
		return err
	}
	if first != "" {
		t.out.printf("There is no admin yet. Open this to set everything up; it works once, for an hour:\n  %s\n", first)
	}
	printMissing(t.out, c)
	return nil
}
