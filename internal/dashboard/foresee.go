package dashboard

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"slotward/internal/server"
)

// foreseenPart is the element of a page that tells what a change would lead to.
const foreseenPart = "foreseen"

// refreshHeader marks that a page is asked for what is new on it, by app.js: what
// a change would lead to is no part of that, and is not asked again for it.
const refreshHeader = "Slotward-Refresh"

// boostedHeader marks that a whole page is asked for by a script, which looks
// again by itself: it need not wait for what is being worked out.
const boostedHeader = "HX-Boosted"

// foreseen is what a change would lead to, for the part "preview".
type foreseen struct {
	server.Preview
	Unknown string // why it cannot be told; "" when it can
	Later   *later // it is not told yet; nil: it is, or it cannot be
}

// later is where it is looked again what a change would lead to.
type later struct {
	Path string     // of the page
	Form url.Values // sent again; nil: the page is asked for
	CSRF string     // of that form
	Busy bool       // nothing was asked, because too much is being worked out
	// Beside is another element that comes with what is told; "" for none.
	Beside string
}

// with has an element of the page come with what is told: what is offered only then.
func (f foreseen) with(beside string) foreseen {
	if f.Later != nil {
		f.Later.Beside = beside
	}
	return f
}

// Nothing reports whether nothing would come of it.
func (f foreseen) Nothing() bool { return len(f.Goes) == 0 && f.Waiting == 0 && f.Release == 0 }

// change is a request to one of the API's previews.
type change struct {
	path string
	body any // nil: none
}

// outcome is what a change would lead to; refused: why it would not be made.
type outcome struct {
	foreseen
	refused *problemError
}

// unknown is what is told where a change that would be refused is one that
// cannot be told of.
func (o outcome) unknown() foreseen {
	if o.refused != nil {
		o.Unknown = o.refused.Detail
	}
	return o.foreseen
}

// foresee asks what a change would lead to. What takes long is told later, what
// cannot be told just now, because a provider does not answer, is no error; a
// change that would be refused is.
func (r *request) foresee(path string, body any) (outcome, error) {
	all, err := r.foreseeAll(change{path, body})
	if err != nil {
		return outcome{}, err
	}
	return all[0], nil
}

// foreseeAll is foresee for changes that are told of together.
func (r *request) foreseeAll(changes ...change) ([]outcome, error) {
	out := make([]outcome, len(changes))
	questions := make([]question, len(changes))
	for i, c := range changes {
		questions[i] = question{who: r.who, path: c.path}
		if c.body != nil {
			body, err := json.Marshal(c.body)
			if err != nil {
				return nil, err
			}
			questions[i].body = string(body)
		}
	}
	r.foresaw = true
	var answers []*inquiry
	told := false
	if r.Header.Get(refreshHeader) == "" {
		answers, told = r.foresight.look(r.Context(), questions, r.Header.Get(boostedHeader) == "")
	}
	if !told {
		r.awaited = answers != nil
		for i := range out {
			out[i].Later = r.later(answers == nil)
		}
		return out, nil
	}
	for i, a := range answers {
		var err error
		if out[i], err = outcomeOf(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// later is how this very page is asked for once more.
func (r *request) later(busy bool) *later {
	if r.Method != http.MethodPost {
		return &later{Path: r.URL.RequestURI(), Busy: busy}
	}
	form := url.Values{}
	for name, values := range r.PostForm {
		if name != "csrf" {
			form[name] = values
		}
	}
	return &later{Path: r.URL.RequestURI(), Form: form, CSRF: r.who.CSRF, Busy: busy}
}

// outcomeOf tells what the API says from what it refuses, and from what it cannot
// say just now.
func outcomeOf(a *inquiry) (out outcome, err error) {
	out.Preview = a.told
	var p *problemError
	switch {
	case !errors.As(a.err, &p) || p.Status == http.StatusNotFound:
		return out, a.err
	case p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusConflict:
		out.refused = p
	default:
		out.Unknown = p.Detail
	}
	return out, nil
}

// looksAgain reports whether only what was not told yet is asked for, by htmx.
func (r *request) looksAgain() bool { return r.Header.Get("HX-Target") == foreseenPart }
