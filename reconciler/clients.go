package reconciler

import (
	"net/http"
	"sync"

	"slotward/sources"
	"slotward/store"
)

// clients are the clients of all connections. They outlive the pass, because
// they keep the pace that their provider asks for.
type clients struct {
	mu      sync.Mutex
	bearers map[int64]*bearer // by connection
	sources map[int64]sources.Source
	zooms   map[int64]zoomClient
}

// zoomClient is a client with the account's type that it was made for.
type zoomClient struct {
	Zoom
	plan int
}

// source returns the calendars of a connection.
func (r *Reconciler) source(c store.Connection) (sources.Source, error) {
	r.clients.mu.Lock()
	defer r.clients.mu.Unlock()
	hc := r.client(c)
	if s, ok := r.clients.sources[c.ID]; ok {
		return s, nil
	}
	s, err := r.Providers.Source(c.Provider, hc)
	if err != nil {
		return nil, err
	}
	if r.clients.sources == nil {
		r.clients.sources = map[int64]sources.Source{}
	}
	r.clients.sources[c.ID] = s
	return s, nil
}

// zoom returns the meetings of a connection's account.
func (r *Reconciler) zoom(c store.Connection) Zoom {
	r.clients.mu.Lock()
	defer r.clients.mu.Unlock()
	hc := r.client(c)
	if r.clients.zooms == nil {
		r.clients.zooms = map[int64]zoomClient{}
	}
	have := r.clients.zooms[c.ID]
	if have.Zoom == nil || have.plan != c.Plan { // its pace hangs on the type
		have = zoomClient{r.Providers.Zoom(c, hc), c.Plan}
		r.clients.zooms[c.ID] = have
	}
	return have.Zoom
}

// client returns an http.Client that acts for the connection, with the token
// that the store has now. The caller holds clients.mu.
func (r *Reconciler) client(c store.Connection) *http.Client {
	b := r.clients.bearers[c.ID]
	if b == nil {
		b = &bearer{r: r, connection: c, base: &counted{r.Providers.Transport, c.Provider, r.metrics}}
		if r.clients.bearers == nil {
			r.clients.bearers = map[int64]*bearer{}
		}
		r.clients.bearers[c.ID] = b
	}
	b.forget()
	return &http.Client{
		Timeout:   r.Providers.Timeout,
		Transport: b,
		// A redirect would carry the token to a host that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
