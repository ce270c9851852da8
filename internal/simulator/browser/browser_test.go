package browser_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"slotward/internal/simulator/browser"
)

const consentPage = `<html><style>p{color:red}</style><p>An app asks
<form method="post" action="/decide"><input type="hidden" name="state" value="s&amp;t">
<label><input type="radio" name="account" value="ada@acme.test" checked> Ada</label>
<select name="account"><option value="bob@acme.test">Bob</option></select>
<input type="checkbox" name="scope" value="https://x.test/auth/read" checked>
<input type="checkbox" name="scope" value="meeting:write" checked>
<input type="checkbox" name="scope" value="more">
<button name="decision" value="allow">Yes</button> <button name="decision" value="deny">No</button></form></html>`

// provider serves a link that sets a cookie, the page above, and an app that
// says what it was sent.
func provider(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /link", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "flow", Value: "1", Path: "/"})
		http.Redirect(w, r, "/consent", http.StatusFound)
	})
	mux.HandleFunc("GET /consent", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, consentPage) })
	mux.HandleFunc("POST /decide", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		http.Redirect(w, r, "/app?"+r.PostForm.Encode(), http.StatusFound)
	})
	mux.HandleFunc("GET /app", func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("flow"); err != nil {
			http.Error(w, "another browser", http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, "<p>"+r.URL.Query().Encode()+"</p>")
	})
	mux.HandleFunc("GET /refused", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no longer works", http.StatusGone) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestConnect(t *testing.T) {
	base := provider(t)
	for name, c := range map[string]struct {
		choice browser.Choice
		want   url.Values
	}{
		"everything": {browser.Choice{Account: "ada@acme.test"},
			url.Values{"state": {"s&t"}, "account": {"ada@acme.test"}, "decision": {"allow"}, "scope": {"https://x.test/auth/read", "meeting:write"}}},
		"unticked by its end": {browser.Choice{Account: "bob@acme.test", Untick: []string{"read"}},
			url.Values{"state": {"s&t"}, "account": {"bob@acme.test"}, "decision": {"allow"}, "scope": {"meeting:write"}}},
		"refused": {browser.Choice{Account: "ada@acme.test", Deny: true, Untick: []string{"read", "meeting:write"}},
			url.Values{"state": {"s&t"}, "account": {"ada@acme.test"}, "decision": {"deny"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := browser.Connect(t.Context(), base+"/link", c.choice)
			if err != nil || got.StatusCode != http.StatusOK || got.Words() != c.want.Encode() {
				t.Errorf("got %v %q, %v; want %q", got.Response, got.Words(), err, c.want.Encode())
			}
		})
	}
}

func TestOnlyWhatThePageOffers(t *testing.T) {
	base := provider(t)
	for want, choice := range map[string]browser.Choice{
		`does not offer the account "eve@acme.test"`: {Account: "eve@acme.test"},
		"has no box for write":                       {Account: "ada@acme.test", Untick: []string{"write"}},
	} {
		if _, err := browser.Connect(t.Context(), base+"/link", choice); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v; want %s", err, want)
		}
	}
}

// Some pages come after the account was chosen, and offer no other.
func TestAccountThatIsSettled(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_ = r.ParseForm()
			_, _ = io.WriteString(w, r.PostForm.Encode())
			return
		}
		_, _ = io.WriteString(w, `<form method="post"><input type="hidden" name="account" value="ada@acme.test"><button name="decision" value="deny">Back</button></form>`)
	}))
	t.Cleanup(server.Close)
	got, err := browser.Connect(t.Context(), server.URL, browser.Choice{Account: "ada@acme.test", Deny: true})
	if err != nil || got.Text != "account=ada%40acme.test&decision=deny" {
		t.Errorf("got %q, %v", got.Text, err)
	}
	if _, err := browser.Connect(t.Context(), server.URL, browser.Choice{Account: "bob@acme.test", Deny: true}); err == nil {
		t.Error("the page does not offer bob")
	}
}

func TestPagesThatAreNoConsentPages(t *testing.T) {
	base := provider(t)
	b := browser.New()
	refused, err := browser.Connect(t.Context(), base+"/refused", browser.Choice{})
	if err != nil || refused.StatusCode != http.StatusGone || refused.Words() != "no longer works" {
		t.Errorf("got %v, %v", refused, err)
	}
	if _, err := b.Decide(t.Context(), refused, browser.Choice{}); !errors.Is(err, browser.ErrNoForm) {
		t.Errorf("got %v; want %v", err, browser.ErrNoForm)
	}
}

func TestSentBackStaysThere(t *testing.T) {
	base := provider(t)
	to, err := browser.SentBack(t.Context(), base+"/consent", browser.Choice{Account: "ada@acme.test"})
	if err != nil || to.Path != "/app" || to.Query().Get("state") != "s&t" {
		t.Errorf("got %v, %v", to, err)
	}
}
