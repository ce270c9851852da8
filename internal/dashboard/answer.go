package dashboard

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/internal/server"
	"slotward/internal/server/frame"
)

// answer is what a handler leads to: a page, or another address.
type answer struct {
	next string // address of ours to go to; "" for a page
	// elsewhere is a whole address that is not ours; "" for none.
	elsewhere string
	template  string // file in pages/, without ".html"
	status    int    // zero: 200
	page      frame.Page
	// whole: what a change would lead to is told nowhere on the page.
	whole bool
}

// goTo answers with another page: after a form, so that reloading does not send it again.
func goTo(path string) answer { return answer{next: path} }

// show answers with a page; what every page has is filled in.
func show(template, section, title string, content any) answer {
	return answer{template: template, page: frame.Page{Title: title, Section: section, Content: content}}
}

// page registers a handler that shows something and changes nothing.
func (d *dashboard) page(pattern string, do func(*request) (answer, error)) {
	d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { d.serve(w, d.newRequest(r), do) })
}

// action registers a form's target. It answers goTo, or the page again with
// what is wrong.
func (d *dashboard) action(pattern string, do func(*request) (answer, error)) { d.page(pattern, do) }

func (d *dashboard) serve(w http.ResponseWriter, r *request, do func(*request) (answer, error)) {
	a, err := do(r)
	if err == nil && r.Method == http.MethodPost && a.next != "" {
		d.foresight.forget(r.who) // something was changed
	}
	if err == nil && r.looksAgain() && r.awaited {
		w.WriteHeader(http.StatusNoContent) // it is looked again in a moment
		return
	}
	if err == nil && a.next+a.elsewhere == "" {
		a.page.Acting, err = r.acting(r.Context())
	}
	switch {
	case err != nil:
		d.refuse(w, r, err)
	case a.elsewhere != "":
		http.Redirect(w, r.Request, a.elsewhere, http.StatusSeeOther)
	case a.next != "":
		http.Redirect(w, r.Request, d.Frame.Path(a.next), http.StatusSeeOther)
	default:
		a.page.Viewer, a.page.Person = r.viewer(), r.person
		a.page.Flash = flashOf(r.URL.Query())
		if r.person != "" && a.page.Live == "" {
			a.page.Live = d.Frame.Path(r.page("live"))
		}
		if r.looksAgain() && (a.whole || !r.foresaw) {
			replaceMain(w.Header())
		}
		if err := d.templates[a.template].Render(w, max(a.status, http.StatusOK), a.page); err != nil {
			d.refuse(w, r, err)
		}
	}
}

// replaceMain has htmx put a page in the place of the one that was asked to tell
// only what a change would lead to.
func replaceMain(h http.Header) {
	h.Set("HX-Retarget", "#main")
	h.Set("HX-Reselect", "#main")
	h.Set("HX-Reswap", "outerHTML")
}

// viewer is who looks, as the frame wants it.
func (r *request) viewer() *frame.Viewer {
	return &frame.Viewer{Name: r.who.Name, Admin: r.who.Role == server.Admin, CSRF: r.who.CSRF}
}

// refuse says on a page what went wrong and what cures it.
func (d *dashboard) refuse(w http.ResponseWriter, r *request, err error) {
	n, status := frame.Notice{Title: "That did not work", Lines: []string{"Something went wrong here; the log says what. Try again in a moment."}}, http.StatusInternalServerError
	var p *problemError
	if errors.As(err, &p) {
		n.Lines, status = []string{p.Detail}, p.Status
		switch status {
		case http.StatusNotFound:
			n.Title = "There is nothing here"
		case http.StatusForbidden:
			n.Title = "This is for admins"
		}
	} else {
		d.Log.ErrorContext(r.Context(), "a page failed", slog.String("path", r.Pattern), slog.Any("error", err))
	}
	n.Onward, n.Go = d.Frame.Path("/"), "To the start"
	if r.looksAgain() {
		w.Header().Set("HX-Reselect", "#main > *") // it is said where the answer would stand
	}
	if err := d.Frame.Notice(w, status, r.viewer(), n); err != nil {
		http.Error(w, n.Lines[0], status)
	}
}

// notFound answers an address that no page has.
func (d *dashboard) notFound(w http.ResponseWriter, r *http.Request) {
	d.refuse(w, d.newRequest(r), missing("No page has this address."))
}

// missing says that something is not there.
func missing(detail string) error {
	return &problemError{ErrorModel: huma.ErrorModel{Status: http.StatusNotFound, Detail: detail}}
}

// refused reports whether the API said no: to a person who is gone, or to
// whoever may not ask any more.
func refused(err error) bool {
	var p *problemError
	return errors.As(err, &p) && p.Status < http.StatusInternalServerError
}
