package server

import (
	"net/http"
	"strings"
	"testing"
)

func TestTokensOverTheAPI(t *testing.T) {
	w := newWorld(t)
	var made NewToken
	w.ok(http.StatusCreated, "POST", "/api/v1/tokens", `{"name":" nightly/backup script "}`, &made)
	if made.Name != "nightly/backup script" || !strings.HasPrefix(made.Secret, "slotward_") {
		t.Fatalf("%s, a secret of %d bytes", made.Name, len(made.Secret))
	}
	w.refused(http.StatusConflict, "exists", "POST", "/api/v1/tokens", `{"name":"nightly/backup script"}`)
	w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/tokens", `{"name":"  "}`)
	for _, name := range []string{".", ".."} { // there would be no address to delete it at
		w.refused(http.StatusUnprocessableEntity, "invalid", "POST", "/api/v1/tokens", `{"name":"`+name+`"}`)
	}
	var list Tokens
	w.ok(http.StatusOK, "GET", "/api/v1/tokens", "", &list)
	if len(list.Tokens) != 2 || list.Tokens[0].Name != "nightly/backup script" {
		t.Errorf("%+v", list)
	}
	mine := w.token
	w.token = made.Secret
	w.ok(http.StatusOK, "GET", "/api/v1/people", "", nil)
	w.token = mine
	w.ok(http.StatusNoContent, "DELETE", "/api/v1/tokens/nightly%2Fbackup%20script", "", nil)
	w.refused(http.StatusNotFound, "no_token", "DELETE", "/api/v1/tokens/nightly%2Fbackup%20script", "")
	w.token = made.Secret
	w.refused(http.StatusUnauthorized, "token", "GET", "/api/v1/people", "")
	w.token = mine
	if j := w.journal("token"); len(j) != 2 || j[0].Detail != "made, by the API token tests" || j[1].Title != "nightly/backup script" {
		t.Errorf("%+v", j)
	}
	if strings.Contains(w.log.String(), made.Secret) {
		t.Error("the secret is in the log")
	}
}

func TestASecretIsShownOnce(t *testing.T) {
	w := newWorld(t)
	resp, said := w.keyed("k1", "/api/v1/tokens", `{"name":"ci"}`)
	if resp.StatusCode != http.StatusCreated || !strings.Contains(said, "slotward_") {
		t.Fatalf("%d", resp.StatusCode)
	}
	resp, said = w.keyed("k1", "/api/v1/tokens", `{"name":"ci"}`)
	if resp.StatusCode != http.StatusConflict || !strings.Contains(said, "problem:done") || strings.Contains(said, "slotward_") {
		t.Errorf("%d %s", resp.StatusCode, said)
	}
}
