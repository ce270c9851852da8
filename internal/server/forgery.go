package server

import (
	"bytes"
	"crypto/subtle"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

const (
	csrfField  = "csrf"         // of a form
	csrfHeader = "X-CSRF-Token" // of a request to the API
)

// checkForgery refuses what another site made a browser send. Two things have to
// be right with every request that changes something: where the browser says
// that it comes from, and, once somebody is signed in, the token that only our
// own pages know. A request with an API token needs neither: no browser sends
// that by itself.
func (s *server) checkForgery(next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" {
		// A proxy may have changed the Host that the origin is compared with.
		_ = origins.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, known := IdentityOf(r.Context())
		if safe(r.Method) || known && who.CSRF == "" {
			next.ServeHTTP(w, r)
			return
		}
		if origins.Check(r) != nil || known && !sameSecret(sentToken(r), who.CSRF) {
			s.showRefusal(w, r, provider{}.refuse(refusedForgery, ""))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// safe reports whether a method changes nothing.
func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func sameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// sentToken is the token that came along, in the header or in a form. The body,
// which has been read whole before, is left as it was.
func sentToken(r *http.Request) string {
	if token := r.Header.Get(csrfHeader); token != "" {
		return token
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return ""
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, formErr := url.ParseQuery(string(body))
	if err != nil || formErr != nil {
		return ""
	}
	return form.Get(csrfField)
}

// ownHost reports whether a browser found this server by the name that it has,
// and not by one that somebody else pointed here. Ports do not matter for that.
func (s *server) ownHost(host string) bool {
	public, err := url.Parse(s.PublicURL)
	if err != nil || public.Host == "" {
		return true // there is no name to go by
	}
	asked := hostname(host)
	return asked == strings.ToLower(public.Hostname()) || onThisMachine(asked) && onThisMachine(public.Hostname())
}

// hostname is a host without its port.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// onThisMachine reports whether a name is one of the machine's own for itself.
func onThisMachine(name string) bool {
	address, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && address.IsLoopback()
}

// refuseHost says by which name this server is found.
func (s *server) refuseHost(w http.ResponseWriter, r *http.Request) {
	s.showRefusal(w, r, provider{}.refuse(refusedHost, "It is "+s.PublicURL+"."))
}

// pageLimit bounds the address of a page to go on to.
const pageLimit = 2000

// pageOf returns next when it is the address of a page of ours, and "" otherwise:
// nobody is led anywhere else.
func pageOf(next string) string {
	if len(next) > pageLimit || !ownPath(next) {
		return ""
	}
	return next
}
