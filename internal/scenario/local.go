package scenario

import (
	"net"
	"net/http"
	"time"
)

// Local is a daemon in the caller's process. It does its work when it is told
// to, and at no other time. It begins stopped.
type Local interface {
	// Token makes a token of its API.
	Token(Surroundings) (string, error)
	// Start wires it, on the store that it finds or a new one, and returns what it
	// serves.
	Start(Surroundings) (serves http.Handler, err error)
	// Idle does what is due; it ends early when the daemon is killed meanwhile.
	Idle() error
	// Next is when the next person is due; zero when there is nobody.
	Next() (time.Time, error)
	// Running reports whether it was started, and neither stopped nor killed since.
	Running() bool
	// Kill lets nothing that it still does have any effect: it is called from within
	// its work, and does not wait for that. The store stays as it is at that moment.
	Kill()
	// Stop ends it, and lets go of everything.
	Stop() error
}

// Surroundings are what a daemon finds around itself.
type Surroundings struct {
	Folder           string            // of its own
	URL              string            // under which it is reached
	Providers        map[string]string // their addresses, by name
	ClientID, Secret string            // of its OAuth clients
	Now              func() time.Time
	Commit           func(before bool) // called right before and after each commit of its store
}

// startLocal lets the daemon in this process begin.
func (d *daemon) startLocal() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	handler, err := d.local.Start(d.around)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", d.listen)
	if err != nil {
		return err
	}
	server, gone := newServer(handler), make(chan struct{})
	d.serves, d.gone = server, gone
	go func() {
		defer close(gone)
		_ = server.Serve(l)
	}()
	return nil
}

// endLocal ends it; killed, it is not waited for.
func (d *daemon) endLocal(killed bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if killed {
		d.local.Kill()
	}
	if d.serves != nil {
		_ = d.serves.Close()
		<-d.gone // and its port is free
	}
	if !killed {
		_ = d.local.Stop()
	}
}

func newServer(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: discardLog()}
}
