package server

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"slotward/store"
)

func TestPeople(t *testing.T) {
	w := newWorld(t)
	resp, _ := w.send("POST", "/api/v1/people", `{"name":" Ada ","email":"Ada@Acme.test"}`)
	if resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status)
	}
	where := resp.Header.Get("Location")
	var byID, byEmail Person
	w.ok(http.StatusOK, "GET", where, "", &byID)
	w.ok(http.StatusOK, "GET", "/api/v1/people/ADA@acme.test", "", &byEmail)
	if byID.ID != byEmail.ID || byID.Email != "ada@acme.test" || byID.Name != "Ada" || byID.Settings == nil {
		t.Errorf("%+v, %+v", byID, byEmail)
	}
	w.person("bob")
	var list People
	w.ok(http.StatusOK, "GET", "/api/v1/people", "", &list)
	if len(list.People) != 2 {
		t.Errorf("%+v", list)
	}
	w.ok(http.StatusNoContent, "DELETE", where, "", nil)
	w.refused(http.StatusNotFound, "no_person", "GET", where, "")
	if got := w.journal("person"); len(got) != 2 || got[0].Detail != "added, by the API token tests" {
		t.Errorf("%+v", got) // what was known of ada is gone, but for her removal
	}
}

func TestPeopleRefused(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	for name, c := range map[string]struct {
		status       int
		class, body  string
		where, wants string
	}{
		"twice":         {409, "exists", `{"name":"A","email":"ADA@acme.test"}`, "", "ada@acme.test"},
		"no address":    {422, "invalid", `{"name":"A","email":"ada"}`, "body.email", "like ada@acme.test"},
		"named address": {422, "invalid", `{"name":"A","email":"A <a@b.test>"}`, "body.email", "like ada@acme.test"},
		"blank name":    {422, "invalid", `{"name":"  ","email":"a@b.test"}`, "body.name", "empty"},
		"no name":       {422, "", `{"email":"a@b.test"}`, "", ""},
		"unknown field": {422, "", `{"name":"A","email":"a@b.test","admin":true}`, "", ""},
		"no JSON":       {400, "", `{`, "", ""},
		"nothing":       {400, "", ``, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			p := w.refused(c.status, c.class, "POST", "/api/v1/people", c.body)
			if !strings.Contains(p.Detail, c.wants) {
				t.Errorf("detail %q lacks %q", p.Detail, c.wants)
			}
			if c.where != "" && (len(p.Errors) == 0 || p.Errors[0].Location != c.where) {
				t.Errorf("the field is not named: %+v", p.Errors)
			}
		})
	}
	w.t = t
	p := w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/people/eve@acme.test", "")
	if !strings.Contains(p.Detail, "eve@acme.test") || !strings.Contains(p.Detail, "GET /api/v1/people") {
		t.Errorf("no cure: %q", p.Detail)
	}
}

func TestPauseAndSettingsInterrupt(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	lease, err := w.store.Claim(t.Context(), "pass", 1e9)
	if err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/people/" + strconv.FormatInt(ada.ID, 10)
	var got Person
	w.ok(http.StatusOK, "PATCH", path, `{"paused":true,"settings":{"share":"never"}}`, &got)
	if !got.Paused || got.Settings["share"] != "never" {
		t.Errorf("%+v", got)
	}
	if err := w.store.CheckLease(t.Context(), lease); err == nil {
		t.Error("the running pass may go on")
	}
	row := w.row(ada.ID)
	if row.Requested <= row.Done || w.woken.Load() == 0 {
		t.Errorf("nobody is due: %+v, woken %d", row, w.woken.Load())
	}
	if p, s := w.journal("pause"), w.journal("settings"); len(p) != 1 || len(s) != 1 || !strings.HasPrefix(s[0].Detail, "share: default → never") {
		t.Errorf("%+v %+v", p, s)
	}
	rows := w.store.RowsWritten()
	w.ok(http.StatusOK, "PATCH", path, `{"paused":true,"settings":{"share":"never"}}`, &got)
	if w.row(ada.ID) != row || w.store.RowsWritten() != rows {
		t.Error("a change that is none changes something")
	}
	got = Person{}
	w.ok(http.StatusOK, "PATCH", path, `{"paused":false,"settings":{"share":""}}`, &got)
	if got.Paused || len(got.Settings) != 0 || len(w.journal("resume")) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestRelease(t *testing.T) {
	w := newWorld(t)
	ada := w.person("ada")
	w.refused(http.StatusConflict, "nothing_held", "POST", "/api/v1/people/ada@acme.test/release", "")
	w.write(store.Outcome{}, func(tx *store.Tx) error { return tx.SetHeld("f00d") })
	var held Person
	w.ok(http.StatusOK, "GET", "/api/v1/people/ada@acme.test", "", &held)
	if held.Held != "f00d" {
		t.Errorf("%+v", held)
	}
	before := w.row(ada.ID).Requested
	// What was looked at is not what is held any more.
	w.refused(http.StatusPreconditionFailed, "changed", "POST", "/api/v1/people/ada@acme.test/release?held=beef", "")
	if p, err := w.store.Person(t.Context(), ada.ID); err != nil || p.Released != "" || w.row(ada.ID).Requested != before {
		t.Errorf("%+v %v", p, err)
	}
	var got Released
	w.ok(http.StatusAccepted, "POST", "/api/v1/people/ada@acme.test/release?held=f00d", "", &got)
	p, err := w.store.Person(t.Context(), ada.ID)
	if err != nil || p.Released != "f00d" || got.Released != "f00d" || w.row(ada.ID).Requested == before {
		t.Errorf("%+v %+v %v", p, got, err)
	}
	w.refused(http.StatusConflict, "nothing_held", "POST", "/api/v1/people/ada@acme.test/release", "")
}
