package server

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
)

//go:embed pages
var pageFiles embed.FS

// page is the frame of every page: one template and its style sheet, inline, so
// that a page asks for nothing else. The policy allows that very style sheet
// and nothing more.
type page struct {
	template *template.Template
	style    template.CSS
	policy   string
}

// pageData is what a page tells. All of it is escaped.
type pageData struct {
	Style template.CSS
	Title string
	Good  bool
	Lines []string
	List  []string
	Notes []string // what did not work
	Again string   // URL; "" for none
	Copy  string   // URL to hand on to somebody else; "" for none
	After string   // the last line
}

func newPage() *page {
	style, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	sum := sha256.Sum256(style)
	return &page{
		template: template.Must(template.ParseFS(pageFiles, "pages/page.html")),
		style:    template.CSS(style), // our own file
		policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
}

// show writes a page.
func (s *server) show(w http.ResponseWriter, status int, data pageData) {
	data.Style = s.page.style
	var out bytes.Buffer
	if err := s.page.template.Execute(&out, data); err != nil {
		s.Log.Error("a page could not be made", slog.Any("error", err))
		writeProblem(w, problem(http.StatusInternalServerError, "internal", "the page could not be made; the log says why"))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", s.page.policy)
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
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
	if wantsJSON(r) {
		writeProblem(w, problem(refused.status, refused.class, refused.Error()))
		return
	}
	data := pageData{Title: refused.title, Again: refused.again, Copy: refused.copied}
	for _, line := range []string{refused.detail, refused.cure} {
		if line != "" {
			data.Lines = append(data.Lines, line)
		}
	}
	s.show(w, refused.status, data)
}

// ConnectedAnswer is what a program gets where a person gets the result page.
type ConnectedAnswer struct {
	Connection Connection `json:"connection"`
	Calendars  []Calendar `json:"calendars"` // that are on
	Notes      []string   `json:"notes"`     // what did not work
}

// showConnected says what was connected and what happens now.
func (s *server) showConnected(w http.ResponseWriter, r *http.Request, done connected) {
	if wantsJSON(r) {
		out := ConnectedAnswer{Connection: connectionOf(done.connection), Calendars: []Calendar{}, Notes: append([]string{}, done.notes...)}
		for _, c := range done.calendars {
			out.Calendars = append(out.Calendars, calendarOf(c))
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
		return
	}
	data := pageData{
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
	s.show(w, http.StatusOK, data)
}
