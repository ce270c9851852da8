package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.Defaults = map[string]string{"notify": "none", "share": "slot"} })
	ada, bob := w.person("ada"), w.person("bob")
	var got Settings
	w.ok(http.StatusOK, "PATCH", "/api/v1/settings", `{"settings":{"share":"never"}}`, &got)
	if got.Settings["share"] != "never" || got.Defaults["share"] != "slot" || got.Effective["share"] != "never" || got.Effective["notify"] != "none" {
		t.Errorf("%+v", got)
	}
	for _, p := range []Person{ada, bob} {
		if row := w.row(p.ID); row.Requested <= row.Done {
			t.Errorf("%s is not due", p.Email)
		}
	}
	got = Settings{}
	w.ok(http.StatusOK, "PATCH", "/api/v1/settings", `{"settings":{"share":""}}`, &got)
	if len(got.Settings) != 0 || got.Effective["share"] != "slot" {
		t.Errorf("%+v", got)
	}
	if j := w.journal("settings"); len(j) != 2 || j[0].Person != 0 {
		t.Errorf("%+v", j)
	}
}

func TestWrongSettingsNameFieldValueAndWhatIsAllowed(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	calendar := w.calendar(ada)
	_ = calendar
	for _, path := range []string{"/api/v1/settings", "/api/v1/people/ada@acme.test", "/api/v1/calendars/1"} {
		p := w.refused(http.StatusUnprocessableEntity, "invalid", "PATCH", path, `{"settings":{"share":"sometimes","colour":"red","reschedule":"keep"}}`)
		if len(p.Errors) != 2 {
			t.Fatalf("%s: %+v", path, p.Errors)
		}
		unknown, wrong := p.Errors[0], p.Errors[1]
		if wrong.Location != "body.settings.share" || wrong.Value != "sometimes" || !strings.Contains(wrong.Message, "slot") || !strings.Contains(wrong.Message, "never") {
			t.Errorf("%s: %+v", path, wrong)
		}
		if unknown.Location != "body.settings.colour" || !strings.Contains(unknown.Message, "share") {
			t.Errorf("%s: %+v", path, unknown)
		}
	}
	var got Settings
	w.ok(http.StatusOK, "GET", "/api/v1/settings", "", &got)
	if len(got.Settings) != 0 {
		t.Errorf("half of it was saved: %+v", got)
	}
}
