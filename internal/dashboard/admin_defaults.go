package dashboard

import (
	"net/http"

	"slotward/internal/server"
)

// defaultsPage is the form of the installation's settings.
type defaultsPage struct {
	Fields   []choiceField
	ETag     string    // of the settings that the form was filled in on
	Wrong    int       // fields that are wrong
	Problem  string    // what is wrong besides; "" for nothing
	Foreseen *foreseen // nil: not asked for
	Changes  bool      // something was typed that is not saved
}

const settingsPath = "/api/v1/settings"

func (d *dashboard) routeAdminDefaults() {
	d.adminTemplate("admin_defaults", "part_fields", "part_preview", "part_later")
	d.admin("GET /admin/defaults", func(r *request) (answer, error) {
		choices, tag, err := r.defaults()
		return showDefaults(choices, &typedForm{}, defaultsPage{ETag: tag}, http.StatusOK), err
	})
	d.admin("POST /admin/defaults", d.chooseDefaults)
}

// defaults asks for the installation's settings, and for the tag of what was
// chosen for them.
func (r *request) defaults() ([]server.Choice, string, error) {
	var s server.Settings
	header, err := r.api.ask(http.MethodGet, settingsPath, nil, nil, &s)
	return s.Choices, header.Get("ETag"), err
}

// chooseDefaults saves what was chosen, or says what it would lead to. What was
// chosen while somebody else changed the same is not saved, but shown as it is now.
func (d *dashboard) chooseDefaults(r *request) (answer, error) {
	choices, tag, err := r.defaults()
	if err != nil {
		return answer{}, err
	}
	form, err := r.read(choices)
	if err != nil {
		return answer{}, err
	}
	page := defaultsPage{ETag: r.PostForm.Get("etag"), Changes: len(form.changes) > 0}
	change := server.SettingsChange{Settings: form.changes}
	var refused *problemError
	switch do := r.pressed(); {
	case do == "move", len(form.wrong) > 0:
	case do == "save":
		_, err = r.api.ask(http.MethodPatch, settingsPath, http.Header{"If-Match": {page.ETag}}, change, nil)
		if refused, err = refusal(err); err == nil && refused == nil {
			return done("/admin/defaults", "saved"), nil
		}
	default:
		var ahead outcome
		ahead, err = r.foresee(settingsPath+"/preview", change)
		refused, page.Foreseen = ahead.refused, &ahead.foreseen
	}
	switch {
	case err != nil:
		return answer{}, err
	case refused != nil && refused.Status == http.StatusPreconditionFailed:
		return showDefaults(choices, &typedForm{}, defaultsPage{ETag: tag, Problem: "Somebody else has changed the defaults meanwhile. These are the choices as they are now; nothing of yours was saved."}, refused.Status), nil
	case refused != nil:
		page.Problem, page.Foreseen = form.refused(refused), nil
		return showDefaults(choices, &form, page, refused.Status), nil
	case len(form.wrong) > 0:
		return showDefaults(choices, &form, page, http.StatusUnprocessableEntity), nil
	}
	return showDefaults(choices, &form, page, http.StatusOK), nil
}

// showDefaults fills in the fields, as they are or as they were typed.
func showDefaults(choices []server.Choice, form *typedForm, page defaultsPage, status int) answer {
	page.Fields, page.Wrong = form.fields(choices, bothNatives), len(form.wrong)
	a := showAdmin("admin_defaults", "/admin/defaults", "Defaults", page)
	a.status, a.whole = status, page.Foreseen == nil
	return a
}
