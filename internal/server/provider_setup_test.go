package server

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// try tests a provider and says what came of it.
func (w *world) try(provider string) ProviderTest {
	w.t.Helper()
	var out ProviderTest
	w.ok(http.StatusOK, "POST", "/api/v1/providers/"+provider+"/test", "", &out)
	if out.Detail == "" || (out.Cure == "") != (out.Result == "works") {
		w.t.Errorf("%s is not told: %+v", provider, out)
	}
	if text := out.Detail + out.Cure; strings.Contains(text, clientSecret) || strings.Contains(text, "wrong-secret") {
		w.t.Errorf("%s: the secret is told: %s", provider, text)
	}
	return out
}

func TestTryingZoom(t *testing.T) {
	w := newZoomWorld(t)
	if got := w.try("zoom"); got.Result != "works" {
		t.Errorf("%+v", got)
	}
	w.auth.ClientSecret = "wrong-secret"
	if got := w.try("zoom"); got.Result != "refused" || !strings.Contains(got.Detail, "client secret") {
		t.Errorf("a wrong secret: %+v", got)
	}
	w.auth.ClientSecret = clientSecret
	w.zoom.AddClient("elsewhere", clientSecret, nil, "https://elsewhere.test/oauth/zoom/callback")
	w.auth.ClientID = "elsewhere"
	if got := w.try("zoom"); got.Result != "refused" || !strings.Contains(got.Detail, "redirect address is not registered") {
		t.Errorf("an address that is not registered: %+v", got)
	}
	w.auth.TokenURL = "http://127.0.0.1:1/token"
	if got := w.try("zoom"); got.Result != "unreachable" || !strings.Contains(got.Cure, "firewall") {
		t.Errorf("nobody there: %+v", got)
	}
	if got := w.try("google"); got.Result != "not_configured" || !strings.Contains(got.Cure, "google.client_id") {
		t.Errorf("not configured: %+v", got)
	}
}

func TestTryingGoogle(t *testing.T) {
	g := newGoogleWorld(t)
	if got := g.try("google"); got.Result != "works" {
		t.Errorf("%+v", got)
	}
	g.auth.ClientSecret = "wrong-secret"
	if got := g.try("google"); got.Result != "refused" || !strings.Contains(got.Detail, "client id or secret is wrong") {
		t.Errorf("a wrong secret: %+v", got)
	}
	g.auth.ClientSecret = clientSecret
	g.google.AddClient("elsewhere", clientSecret, "https://elsewhere.test/oauth/google/callback")
	g.auth.ClientID = "elsewhere"
	if got := g.try("google"); got.Result != "refused" || !strings.Contains(got.Detail, "redirect address is not registered") {
		t.Errorf("an address that is not registered: %+v", got)
	}
	g.auth.TokenURL = "http://127.0.0.1:1/token"
	if got := g.try("google"); got.Result != "unreachable" {
		t.Errorf("nobody there: %+v", got)
	}
}

func TestHowAProviderIsSetUp(t *testing.T) {
	w := newZoomWorld(t)
	w.options.Setups = map[string]Setup{"zoom": {
		Where: "Zoom App Marketplace", Scopes: w.auth.Scopes(),
		Fields: []Field{{Key: "zoom.client_id", Set: true, Cure: "set it"}, {Key: "zoom.client_secret", Cure: "set that"}},
	}}
	w.http.Config.Handler = New(w.options)
	var got ProviderSetup
	w.ok(http.StatusOK, "GET", "/api/v1/providers/zoom/setup", "", &got)
	if got.RedirectURI != w.http.URL+"/oauth/zoom/callback" || !got.Configured || got.Where == "" || len(got.Fields) != 2 || got.Fields[1].Set ||
		!slices.Contains(got.Scopes, "meeting:write:meeting") {
		t.Errorf("%+v", got)
	}
	w.refused(http.StatusUnprocessableEntity, "", "GET", "/api/v1/providers/bank/setup", "")
}
