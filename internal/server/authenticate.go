package server

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"slotward/store"
)

// tokenLimit bounds the length of a token that is looked up at all.
const tokenLimit = 256

// open reports whether a path may be asked without a token. Everything else
// needs one, also what does not exist, so that strangers learn nothing.
func open(path string) bool {
	return path == "/livez" || path == "/readyz" || strings.HasPrefix(path, "/static/") || strings.HasPrefix(path, "/oauth/")
}

// authenticate lets a request through when its path is open or it carries a
// known API token. A stranger costs at most one look-up by hash, and none
// without something that could be a token; its body is not read.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, known := IdentityOf(r.Context()); known || open(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		secret, ok := bearer(r)
		if !ok {
			refuse(w, `Bearer realm="slotward"`, "send an API token in the header Authorization: Bearer …; `slotward token create NAME` makes one")
			return
		}
		name, err := s.Store.CheckAPIToken(r.Context(), secret)
		switch {
		case errors.Is(err, store.ErrNotFound):
			refuse(w, `Bearer realm="slotward", error="invalid_token"`, "this API token is not known here; it may have been deleted, or belong to another installation")
		case err != nil:
			s.Log.ErrorContext(r.Context(), "checking an API token failed", slog.Any("error", err))
			writeProblem(w, problem(http.StatusServiceUnavailable, "store", "the store cannot be read just now; try again"))
		default:
			who := Identity{Name: "the API token " + name, Role: Admin}
			next.ServeHTTP(w, r.WithContext(WithIdentity(r.Context(), who)))
		}
	})
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
