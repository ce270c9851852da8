package slotward_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"slotward/internal/server"
	"slotward/internal/simulator"
	"slotward/internal/simulator/browser"
	"slotward/internal/simulator/microsoft"
)

// press sends a form in a browser, and returns the page that it leads to.
func press(t *testing.T, b *browser.Browser, address string, form url.Values) browser.Page {
	t.Helper()
	resp, err := b.HTTP.PostForm(address, form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return browser.Page{Response: resp, Text: string(text)}
}

func opened(t *testing.T, b *browser.Browser, address string) browser.Page {
	t.Helper()
	p, err := b.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// signedIn signs in with a Microsoft account, from whatever the browser is now.
func signedIn(t *testing.T, b *browser.Browser, base, account, connect string) browser.Page {
	t.Helper()
	form := url.Values{"connect": {connect}}
	if token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(opened(t, b, base+"/sign-in").Text); token != nil {
		form.Set("csrf", token[1])
	}
	p, err := b.Decide(t.Context(), press(t, b, base+"/sign-in/microsoft", form), browser.Choice{Account: account})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The first sign-in is by the link that serve prints; who signs in from there with
// Microsoft is an admin, others are let in by the configuration.
func TestSigningInWithMicrosoft(t *testing.T) {
	sim := microsoft.New(microsoft.Options{Clock: simulator.RealClock(), Desk: simulator.NewDesk()})
	s := httptest.NewServer(sim)
	t.Cleanup(s.Close)
	sim.SetURL(s.URL)
	const bob, eve = "bob@globex.test", "eve@client.test"
	for _, email := range []string{ada, bob, eve} {
		if err := sim.AddAccount(email, email); err != nil {
			t.Fatal(err)
		}
	}
	clients, daemon := serving(t, append(data(t), "SLOTWARD_MICROSOFT_CLIENT_ID="+appID, "SLOTWARD_MICROSOFT_CLIENT_SECRET="+appSecret,
		"SLOTWARD_MICROSOFT_LOGIN_URL="+s.URL, "SLOTWARD_MICROSOFT_GRAPH_URL="+s.URL, "SLOTWARD_SIGN_IN_ALLOW=globex.test"))
	base := strings.TrimPrefix(clients[0], "SLOTWARD_URL=")
	sim.AddClient(appID, appSecret, base+"/oauth/microsoft/callback")

	link := regexp.MustCompile(`http://\S+/first\?ticket=(\S+)`).FindStringSubmatch(daemon.out.String())
	if link == nil {
		t.Fatalf("serve prints no link: %s", daemon.out.String())
	}
	b := browser.New()
	contains(t, opened(t, b, link[0]).Words(), "Set up Slotward")
	press(t, b, base+"/first", url.Values{"ticket": {link[1]}})
	contains(t, opened(t, b, base+"/sign-in").Words(), "becomes an admin of this installation")
	signedIn(t, b, base, ada, "true")
	second := browser.New()
	contains(t, opened(t, second, link[0]).Words(), "no longer works")
	signedIn(t, second, base, bob, "")
	contains(t, signedIn(t, browser.New(), base, eve, "").Words(), "You may not sign in here yet", eve)

	var list server.People
	ask(t, clients, http.MethodGet, "/api/v1/people", nil, &list)
	got := map[string]string{}
	for _, p := range list.People {
		var connections server.Connections
		ask(t, clients, http.MethodGet, "/api/v1/people/"+p.Email+"/connections", nil, &connections)
		got[p.Email] = string(p.Role)
		for _, c := range connections.Connections {
			got[p.Email] += " " + c.Provider + ":" + c.State
		}
	}
	if len(got) != 2 || got[ada] != "admin microsoft:connected" || got[bob] != "member" {
		t.Errorf("%v", got)
	}
	if strings.Contains(daemon.errs.String(), link[1]) || strings.Contains(daemon.errs.String(), "eyJ") {
		t.Error("the log holds a secret")
	}
}
