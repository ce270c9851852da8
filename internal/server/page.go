package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"slotward/internal/server/frame"
)

// show writes a page that says one thing.
func (s *server) show(w http.ResponseWriter, r *http.Request, status int, n frame.Notice) {
	if err := s.Frame.Notice(w, status, viewerOf(r.Context()), n); err != nil {
		s.Log.Error("a page could not be made", slog.Any("error", err))
		writeProblem(w, problem(http.StatusInternalServerError, "internal", "the page could not be made; the log says why"))
	}
}

// viewerOf returns who looks at a page; nil: nobody is signed in.
func viewerOf(ctx context.Context) *frame.Viewer {
	who, known := IdentityOf(ctx)
	if !known {
		return nil
	}
	return &frame.Viewer{Name: who.Name, Admin: who.Role == Admin, CSRF: who.CSRF}
}

// wantsJSON reports whether the client is a program rather than a browser.
func wantsJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return (strings.Contains(accept, "application/json") || strings.Contains(accept, "application/problem+json")) &&
		!strings.Contains(accept, "text/html")
}

// showRefusal says why a consent did not lead to a connection.
func (s *server) showRefusal(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	if !errors.As(err, &refused) {
		s.Log.ErrorContext(r.Context(), "a sign-in failed", slog.Any("error", err))
		refused = provider{}.refuse(refusedInternal, "")
	}
	if wantsJSON(r) || strings.HasPrefix(r.URL.Path, "/api/") {
		writeProblem(w, problem(refused.status, refused.class, refused.Error()))
		return
	}
	data := frame.Notice{Title: refused.title, Again: refused.again, Copy: refused.copied}
	for _, line := range []string{refused.detail, refused.cure} {
		if line != "" {
			data.Lines = append(data.Lines, line)
		}
	}
	if _, known := IdentityOf(r.Context()); known && s.pages != nil {
		data.Onward, data.Go = s.Frame.Path(or(pageOf(refused.onward), "/")), "Back to Slotward"
	}
	s.show(w, r, refused.status, data)
}

// ConnectedAnswer is what a program gets where a person gets the result page.
type ConnectedAnswer struct {
	Connection Connection `json:"connection"`
	Calendars  []Calendar `json:"calendars"` // that are on
	Notes      []string   `json:"notes"`     // what did not work
}

// showConnected says what was connected and what happens now: on the page that it
// was begun from, unless something is to be said that it does not know of.
func (s *server) showConnected(w http.ResponseWriter, r *http.Request, done connected, next string) {
	if wantsJSON(r) {
		out := ConnectedAnswer{Connection: connectionOf(done.connection), Calendars: []Calendar{}, Notes: append([]string{}, done.notes...)}
		for _, c := range done.calendars {
			out.Calendars = append(out.Calendars, s.calendarOf(r.Context(), c))
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
		return
	}
	_, known := IdentityOf(r.Context())
	back := known && s.pages != nil && next != ""
	if back && len(done.notes) == 0 {
		s.leadTo(w, r, next, "connected")
		return
	}
	data := frame.Notice{
		Title: done.at.title + " is connected", Good: true, Notes: done.notes,
		Lines: []string{"The account is " + done.connection.Email + "."},
	}
	if len(done.calendars) > 0 {
		data.Lines = append(data.Lines, "These calendars are kept from now on:")
		for _, c := range done.calendars {
			data.List = append(data.List, c.Name)
		}
	}
	data.After = "You can close this page."
	if back {
		data.After, data.Onward = "", s.Frame.Path(or(pageOf(next), "/"))
	}
	s.show(w, r, http.StatusOK, data)
}
