package server

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"slotward/store"
)

// tokenLimit bounds the length of a token that is looked up at all.
const tokenLimit = 256

// forAnybody reports whether nobody is asked who they are: probes, and what is the
// same for everybody.
func forAnybody(path string) bool {
	return path == "/livez" || path == "/readyz" || strings.HasPrefix(path, "/static/")
}

// open reports whether a path may be asked by nobody in particular. Everything
// else needs to know who asks, also what does not exist, so that strangers learn nothing.
func open(path string) bool {
	return forAnybody(path) || path == "/sign-in" || path == "/sign-out" || path == "/first" ||
		strings.HasPrefix(path, "/oauth/") || strings.HasPrefix(path, "/sign-in/")
}

// notPages are the first steps of the addresses that are no pages for people.
var notPages = []string{"/api", "/oauth", "/static", "/hooks", "/livez", "/readyz", "/metrics", "/openapi.json", "/sign-in", "/sign-out", "/first"}

// isPage reports whether an address is served by the pages for people.
func (s *server) isPage(path string) bool {
	if s.pages == nil {
		return false
	}
	for _, step := range notPages {
		if path == step || strings.HasPrefix(path, step+"/") {
			return false
		}
	}
	return true
}

// authenticate finds out who makes a request: whoever this process says, the
// bearer of an API token, or whoever is signed in. A stranger costs at most one
// look-up by hash, and none without something that could be a secret of ours;
// its body is not read.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, known := IdentityOf(r.Context()); known || forAnybody(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if secret, ok := bearer(r); ok && !open(r.URL.Path) {
			s.authenticateToken(w, r, secret, next)
			return
		}
		s.authenticateBrowser(w, r, next)
	})
}

func (s *server) authenticateToken(w http.ResponseWriter, r *http.Request, secret string, next http.Handler) {
	name, err := s.Store.CheckAPIToken(r.Context(), secret)
	switch {
	case errors.Is(err, store.ErrNotFound):
		refuse(w, `Bearer realm="slotward", error="invalid_token"`, "this API token is not known here; it may have been deleted, or belong to another installation")
	case err != nil:
		s.storeFailed(w, r, "checking an API token failed", err)
	default:
		who := Identity{Name: "the API token " + name, Role: Admin}
		next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), who)))
	}
}

// authenticateBrowser goes by the session's cookie. A browser sends it by itself,
// so that the name by which it found this server matters.
func (s *server) authenticateBrowser(w http.ResponseWriter, r *http.Request, next http.Handler) {
	secret, carried := s.sessionSecret(r)
	page := s.isPage(r.URL.Path)
	if !carried && !page && !open(r.URL.Path) {
		refuse(w, `Bearer realm="slotward"`, "send an API token in the header Authorization: Bearer …; `slotward token create NAME` makes one")
		return
	}
	if !s.ownHost(r.Host) {
		s.refuseHost(w, r)
		return
	}
	if carried {
		who, err := s.session(r.Context(), secret)
		if err == nil {
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), who)))
			return
		}
		if !errors.Is(err, store.ErrNotFound) {
			s.storeFailed(w, r, "looking up a session failed", err)
			return
		}
	}
	switch {
	case open(r.URL.Path):
		next.ServeHTTP(w, r)
	case page:
		s.leadToSignIn(w, r)
	default:
		refuse(w, `Bearer realm="slotward"`, "nobody is signed in here any more: sign in again, or send an API token")
	}
}

// leadToSignIn leads a browser to the sign-in, and from there back to where it
// wanted to go. What is no page of its own is only told that nobody is signed in.
func (s *server) leadToSignIn(w http.ResponseWriter, r *http.Request) {
	target := s.Frame.Path("/sign-in")
	if wanted := r.URL.RequestURI(); r.Method == http.MethodGet && wanted != "/" && pageOf(wanted) == wanted {
		target += "?" + url.Values{"next": {wanted}}.Encode()
	}
	switch {
	case r.Header.Get("HX-Request") != "":
		w.Header().Set("HX-Redirect", target)
		w.WriteHeader(http.StatusUnauthorized)
	case wantsJSON(r) || strings.Contains(r.Header.Get("Accept"), "text/event-stream"):
		refuse(w, `Bearer realm="slotward"`, "nobody is signed in here: sign in again")
	default:
		http.Redirect(w, r, target, http.StatusSeeOther)
	}
}

// storeFailed answers when it cannot be found out who asks.
func (s *server) storeFailed(w http.ResponseWriter, r *http.Request, what string, err error) {
	s.Log.ErrorContext(r.Context(), what, slog.Any("error", err))
	writeProblem(w, problem(http.StatusServiceUnavailable, "store", "the store cannot be read just now; try again"))
}

// bearer returns the token of the Authorization header, if it could be one.
func bearer(r *http.Request) (string, bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	secret = strings.TrimSpace(secret)
	return secret, strings.EqualFold(scheme, "Bearer") && secret != "" && len(secret) <= tokenLimit
}

func refuse(w http.ResponseWriter, challenge, detail string) {
	w.Header().Set("WWW-Authenticate", challenge)
	writeProblem(w, problem(http.StatusUnauthorized, "token", detail))
}
