package dashboard

import (
	"net/http"
	"slices"

	"slotward/internal/server"
)

// choicesPage is the form of a person's settings, or of a calendar's.
type choicesPage struct {
	Title    string
	Lead     string
	Action   string // where the form goes
	Back     string
	Calendar *keptCalendar // nil: the person's settings
	Fields   []choiceField
	ETag     string    // of what the form was filled in on
	Wrong    int       // fields that are wrong
	Problem  string    // what is wrong besides; "" for nothing
	Foreseen *foreseen // nil: not asked for
	Changes  bool      // something was typed that is not saved
	native   string    // what the calendars' own links are called
}

func (d *dashboard) routeChoices() {
	d.templateWith("choices", "part_preview", "part_later", "part_fields")
	d.page("GET /people/{person}/conferencing/settings", d.choices)
	d.action("POST /people/{person}/conferencing/settings", d.choose)
	d.page("GET /people/{person}/conferencing/calendars/{calendar}", d.calendarChoices)
	d.action("POST /people/{person}/conferencing/calendars/{calendar}", d.chooseCalendar)
}

// typedForm is a form as it was sent, read against what there is to choose.
type typedForm struct {
	drafts  map[string]*draft
	wrong   map[string]string
	changes map[string]string // what differs from what was chosen before
}

// read takes a form apart.
func (r *request) read(choices []server.Choice) (typedForm, error) {
	f := typedForm{drafts: map[string]*draft{}, wrong: map[string]string{}, changes: map[string]string{}}
	if err := r.ParseForm(); err != nil {
		return f, &problemError{}
	}
	for _, c := range choices {
		typed, wrong := r.typed(c)
		if typed == nil {
			continue
		}
		f.drafts[c.Key] = typed
		if wrong != "" {
			f.wrong[c.Key] = wrong
		}
		if typed.value != c.Own {
			f.changes[c.Key] = typed.value
		}
	}
	return f, nil
}

// fields are the settings with what was typed, in the order in which people read
// about them, for calendars whose own link is called native.
func (f *typedForm) fields(choices []server.Choice, native string) (fields []choiceField) {
	for _, c := range choices {
		fields = append(fields, fieldOf(c, f.drafts[c.Key], f.wrong[c.Key], native))
	}
	slices.SortStableFunc(fields, func(a, b choiceField) int { return readingOrder(a.Key) - readingOrder(b.Key) })
	return fields
}

// refused puts the API's words at the fields that they are about. What is about
// none of them is returned.
func (f *typedForm) refused(p *problemError) (rest string) {
	for key, words := range fieldErrors(p) {
		if _, typed := f.drafts[key]; typed {
			f.wrong[key] = words
		}
	}
	if len(f.wrong) == 0 {
		return p.Detail
	}
	return ""
}

// pressed is the button that sent a form.
func (r *request) pressed() string {
	if r.PostForm.Get("move") != "" {
		return "move"
	}
	return r.PostForm.Get("do")
}

func (d *dashboard) choicesFor(r *request) (server.Choices, error) {
	var all server.Choices
	err := r.api.get(r.me()+"/settings", nil, &all)
	return all, err
}

// meanwhile is what is wrong with a form that was filled in on what is not so any more.
const meanwhile = "Something of this was changed meanwhile, in another window or by somebody else. These are the choices as they are now; nothing of yours was saved."

// tag asks for the tag of what can be changed at an address of the API.
func (r *request) tag(path string) (string, error) {
	header, err := r.api.ask(http.MethodGet, path, nil, nil, nil)
	return header.Get("ETag"), err
}

// ifMatch makes a change hold only for what has a tag; "" for whatever there is.
func ifMatch(tag string) http.Header {
	if tag == "" {
		return nil
	}
	return http.Header{"If-Match": {tag}}
}

// outdated reports whether a form was filled in on what is not so any more.
func outdated(refused *problemError) bool {
	return refused != nil && refused.Status == http.StatusPreconditionFailed
}

// choices shows what a person can choose.
func (d *dashboard) choices(r *request) (answer, error) { return d.choicesNow(r, "", http.StatusOK) }

func (d *dashboard) choicesNow(r *request, problem string, status int) (answer, error) {
	tag, err := r.tag(r.me()) // before what the form shows: what changes in between is not overwritten unseen
	if err != nil {
		return answer{}, err
	}
	all, err := d.choicesFor(r)
	if err != nil {
		return answer{}, err
	}
	accounts, _, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	return r.showChoices(all.Settings, typedForm{}, choicesPage{ETag: tag, Problem: problem, native: nativesOf(accounts)}, status), nil
}

// choose saves what was chosen, or says what it would lead to.
func (d *dashboard) choose(r *request) (answer, error) {
	all, err := d.choicesFor(r)
	if err != nil {
		return answer{}, err
	}
	form, err := r.read(all.Settings)
	if err != nil {
		return answer{}, err
	}
	change := server.PersonChange{Settings: form.changes}
	accounts, _, err := r.accounts()
	if err != nil {
		return answer{}, err
	}
	page := choicesPage{ETag: r.PostForm.Get("etag"), Changes: len(form.changes) > 0, native: nativesOf(accounts)}
	var refused *problemError
	switch do := r.pressed(); {
	case do == "move", len(form.wrong) > 0:
	case do == "save":
		_, err = r.api.ask(http.MethodPatch, r.me(), ifMatch(page.ETag), change, nil)
		if refused, err = refusal(err); err == nil && refused == nil {
			return done(r.page("conferencing"), "saved"), nil
		}
	default:
		var ahead outcome
		ahead, err = r.foresee(r.me()+"/preview", change)
		refused, page.Foreseen = ahead.refused, &ahead.foreseen
	}
	switch {
	case err != nil:
		return answer{}, err
	case outdated(refused):
		return d.choicesNow(r, meanwhile, refused.Status)
	}
	return r.again(all.Settings, form, page, refused), nil
}

// again shows a form once more, with what is wrong.
func (r *request) again(choices []server.Choice, form typedForm, page choicesPage, refused *problemError) answer {
	status := http.StatusOK
	if refused != nil {
		page.Problem, page.Foreseen = form.refused(refused), nil
	}
	if refused != nil || len(form.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return r.showChoices(choices, form, page, status)
}

// showChoices fills in what does not depend on what was typed.
func (r *request) showChoices(choices []server.Choice, form typedForm, page choicesPage, status int) answer {
	page.Fields, page.Wrong = form.fields(choices, page.native), len(form.wrong)
	page.Back = r.page("conferencing")
	if page.Calendar == nil {
		page.Title, page.Action = "What events get", r.page("conferencing/settings")
		page.Lead = "These choices are for all calendars. A calendar can have its own, which come first."
	}
	a := show("choices", "conferencing", page.Title, page)
	a.status, a.whole = status, page.Foreseen == nil
	return a
}
