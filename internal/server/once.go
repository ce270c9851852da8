package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

const (
	// keyHeader names a request, so that sending it again does nothing twice.
	keyHeader = "Idempotency-Key"
	// replayedHeader marks an answer that was given before.
	replayedHeader = "Idempotent-Replayed"
	// keyLength bounds a key; a UUID has 36 characters.
	keyLength = 255
	// keptLimit bounds an answer that is kept; the largest real ones are previews.
	keptLimit = 16 << 10
)

// keptHeaders are what is kept of an answer besides its status and body.
var keptHeaders = []string{"Content-Type", "Location", "ETag"}

// shownOnce are the operations whose answers are not kept, sealed or not: the
// secret in them is shown to nobody twice. Pages' answers are not kept either, for
// one of them shows the same.
var shownOnce = map[string]bool{"POST /api/v1/tokens": true}

// keyParameter describes the header in the document.
func keyParameter() *huma.Param {
	length := keyLength
	return &huma.Param{
		Name: keyHeader, In: "header", Example: "5b0a3c1e-7d0f-4f0e-9a53-6d1c6f6b2c11",
		Description: "Any text of yours, a new one for each request, a UUID say. The same request with the same key is done once within 24 hours: " +
			"sent again it gets the answer of the first time, with `Idempotent-Replayed: true`; another request with that key gets 422; " +
			"while the first is being done, or where its answer is not kept, the answer is 409.",
		Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &length},
	}
}

// onceKey is a request that came with a key.
type onceKey struct {
	owner, key, request string
	secret              bool // its answer is not kept
}

// once does a POST that carries a key once: sent again, it is answered as before.
func (s *server) once(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(keyHeader)
		who, known := IdentityOf(r.Context())
		if key == "" || !known || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		if !usableKey(key) {
			writeProblem(w, unprocessable("header."+keyHeader, printable(key), "a key has up to 255 ASCII characters that can be printed: take a UUID"))
			return
		}
		k, err := s.onceKey(r, who, key)
		if err != nil {
			writeProblem(w, problem(http.StatusBadRequest, "body", "the body could not be read"))
			return
		}
		use, taken, err := s.Store.TakeKey(r.Context(), k.owner, k.key, k.request)
		switch {
		case errors.Is(err, store.ErrTooManyKeys):
			writeProblem(w, problem(http.StatusTooManyRequests, "too_many_keys", err.Error()))
		case err != nil:
			s.Log.ErrorContext(r.Context(), "an idempotency key was not read", slog.Any("error", err))
			writeProblem(w, problem(http.StatusServiceUnavailable, "store", "the store cannot be written just now; nothing was done, try again"))
		case taken:
			s.doOnce(w, r, next, k)
		default:
			s.again(w, use)
		}
	})
}

// usableKey reports whether a key is one that is kept.
func usableKey(key string) bool {
	odd := strings.IndexFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
	return len(key) <= keyLength && odd < 0
}

// onceKey tells requests apart by everything that makes a difference. The body
// stands in memory; it is read and put back.
func (s *server) onceKey(r *http.Request, who Identity, key string) (onceKey, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return onceKey{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	owner := who.Name
	if who.Person != 0 {
		owner = store.PersonKeys(who.Person)
	}
	_, route := s.mux.Handler(r)
	return onceKey{owner: owner, key: key, request: r.Method + " " + r.URL.RequestURI() + "\n" + string(body), secret: shownOnce[route] || s.isPage(r.URL.Path)}, nil
}

// doOnce lets the request through and keeps its answer, before it is sent: an
// answer that somebody has seen is the one that they will see again.
func (s *server) doOnce(w http.ResponseWriter, r *http.Request, next http.Handler, k onceKey) {
	ctx := context.WithoutCancel(r.Context())
	out := &rehearsal{ResponseWriter: w}
	finished := false
	defer func() {
		// A panic goes on to whoever turns it into an answer.
		if !finished {
			s.noteKey(ctx, s.Store.FreeKey(ctx, k.owner, k.key))
		}
	}()
	next.ServeHTTP(out, r)
	finished = true
	switch {
	case passing(out.code()):
		s.noteKey(ctx, s.Store.FreeKey(ctx, k.owner, k.key))
	case out.through || k.secret || out.body.Len() > keptLimit:
		s.noteKey(ctx, s.Store.KeepAnswer(ctx, k.owner, k.key, nil))
	default:
		s.noteKey(ctx, s.Store.KeepAnswer(ctx, k.owner, k.key, out.answer()))
	}
	out.perform()
}

// passing reports whether an answer says nothing about the request itself, so
// that sending it again may go better.
func passing(status int) bool {
	return status >= http.StatusInternalServerError || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests
}

func (s *server) noteKey(ctx context.Context, err error) {
	if err != nil {
		s.Log.ErrorContext(ctx, "an idempotency key was not written", slog.Any("error", err))
	}
}

// again answers a request whose key was used before.
func (s *server) again(w http.ResponseWriter, use store.KeyUse) {
	switch {
	case !use.Same:
		writeProblem(w, problem(http.StatusUnprocessableEntity, "key_reused",
			"this Idempotency-Key came with another request before: take a new key for each request"))
	case use.Answer != nil:
		h := w.Header()
		for name, value := range use.Answer.Header {
			h.Set(name, value)
		}
		h.Set(replayedHeader, "true")
		w.WriteHeader(use.Answer.Status)
		_, _ = w.Write(use.Answer.Body)
	case use.Done:
		writeProblem(w, problem(http.StatusConflict, "done",
			"this request was done already, and its answer is not kept: look what it has made; to do it once more, take a new Idempotency-Key"))
	case s.Now().Sub(use.BegunAt) > requestLimit+time.Minute:
		writeProblem(w, problem(http.StatusConflict, "outcome_unknown",
			"this request was begun and never answered, perhaps because the daemon stopped: look what it has made, and take a new Idempotency-Key if it has to be done again"))
	default:
		w.Header().Set("Retry-After", "1")
		writeProblem(w, problem(http.StatusConflict, "in_progress", "this request is still being done: ask again in a moment, with the same key"))
	}
}

// rehearsal keeps an answer until it is to be sent; a stream of events goes
// straight through.
type rehearsal struct {
	http.ResponseWriter
	status  int
	body    bytes.Buffer
	through bool
}

func (r *rehearsal) WriteHeader(status int) {
	if r.status != 0 {
		return
	}
	r.status = status
	if r.through = strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream"); r.through {
		r.ResponseWriter.WriteHeader(status)
	}
}

func (r *rehearsal) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if r.through {
		return r.ResponseWriter.Write(b)
	}
	return r.body.Write(b)
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (r *rehearsal) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *rehearsal) code() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// answer is what is kept.
func (r *rehearsal) answer() *store.Answer {
	a := &store.Answer{Status: r.code(), Header: map[string]string{}, Body: bytes.Clone(r.body.Bytes())}
	for _, name := range keptHeaders {
		if value := r.Header().Get(name); value != "" {
			a.Header[name] = value
		}
	}
	return a
}

// perform sends what was kept back.
func (r *rehearsal) perform() {
	if r.through {
		return
	}
	r.ResponseWriter.WriteHeader(r.code())
	_, _ = r.ResponseWriter.Write(r.body.Bytes())
}
