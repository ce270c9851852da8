package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// limitBurst is how often one address may sign in, begin or end a consent at
	// once; a whole office may stand behind one.
	limitBurst = 60
	// limitEvery is how soon it may do so once more.
	limitEvery = time.Second
	// limitKept is how many addresses are remembered, twice over, at most.
	limitKept = 4096
)

// limiter bounds how often each address may do something. It forgets addresses
// by generations, so that its memory is bounded whoever asks.
type limiter struct {
	mu            sync.Mutex
	young, oldest map[string]*rate.Limiter
}

// wait takes one turn of an address, and returns for how long it has to wait for
// the next if it has none left.
func (l *limiter) wait(address string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.of(address)
	if own.AllowN(now, 1) {
		return 0
	}
	turn := own.ReserveN(now, 1)
	defer turn.CancelAt(now)
	return max(turn.DelayFrom(now), time.Second)
}

func (l *limiter) of(address string) *rate.Limiter {
	own := l.young[address]
	if own == nil {
		own = l.oldest[address]
	}
	if own == nil {
		own = rate.NewLimiter(rate.Every(limitEvery), limitBurst)
	}
	if l.young == nil || len(l.young) >= limitKept {
		l.young, l.oldest = map[string]*rate.Limiter{}, l.young
	}
	l.young[address] = own
	return own
}

// limited serves what strangers may ask for as often as their address allows.
// Each gets a limit of its own.
func (s *server) limited(serve http.HandlerFunc) http.HandlerFunc {
	var each limiter
	return func(w http.ResponseWriter, r *http.Request) {
		if wait := each.wait(clientAddress(r), s.Now()); wait > 0 {
			w.Header().Set("Retry-After", retryAfter(s.Now().Add(wait), s.Now()))
			s.showRefusal(w, r, provider{}.refuse(refusedOften, ""))
			return
		}
		serve(w, r)
	}
}

// clientAddress is where a request comes from: the peer, or who a proxy beside
// this server says that it got it from. What clients themselves wrote into that
// header stands before the proxy's own word, and is not believed.
func clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	peer, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if peer = peer.Unmap(); peer.IsLoopback() || peer.IsPrivate() {
		told := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		if from, err := netip.ParseAddr(strings.TrimSpace(told[strings.LastIndexByte(told, ',')+1:])); err == nil {
			peer = from.Unmap()
		}
	}
	if peer.Is6() { // a customer gets a whole network of these
		network, err := peer.WithZone("").Prefix(64)
		if err == nil {
			return network.String()
		}
	}
	return peer.String()
}
