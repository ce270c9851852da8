package frame

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestNoticeEscapesAndAllowsOnlyOurOwn(t *testing.T) {
	f := New("/slotward", "https://accounts.google.com")
	w := httptest.NewRecorder()
	err := f.Notice(w, http.StatusForbidden, nil, Notice{
		Title: `<b>"Ada" & Co`, Lines: []string{"<script>x</script>"}, Again: "https://x.test/oauth/zoom/start?ticket=a&b",
	})
	if err != nil {
		t.Fatal(err)
	}
	body := w.Body.String()
	if w.Code != http.StatusForbidden || strings.Contains(body, "<script>x") || strings.Contains(body, "<b>") ||
		!strings.Contains(body, `href="https://x.test/oauth/zoom/start?ticket=a&amp;b"`) {
		t.Errorf("%d %s", w.Code, body)
	}
	policy := w.Header().Get("Content-Security-Policy")
	if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "form-action 'self' https://accounts.google.com;") {
		t.Errorf("policy %q", policy)
	}
	for _, attribute := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		if address := attribute[1]; !strings.HasPrefix(address, "/slotward/") && !strings.HasPrefix(address, "#") &&
			!strings.HasPrefix(address, "data:image/") && !strings.HasPrefix(address, "https://x.test/") {
			t.Errorf("the page asks for %s", address)
		}
	}
}

// What is to be sent to somebody else is copied with a button, or by hand.
func TestAnAddressToHandOnIsCopied(t *testing.T) {
	w := httptest.NewRecorder()
	if err := New("").Notice(w, http.StatusForbidden, nil, Notice{Title: "Ask", Copy: "https://login.test/consent?a=b&c=d"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<code>https://login.test/consent?a=b&amp;c=d</code>`, `class="copies" data-copy="https://login.test/consent?a=b&amp;c=d">Copy the address</button>`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in %s", want, w.Body)
		}
	}
}

func TestAssetsAreServedUnderTheirHash(t *testing.T) {
	f := New("")
	for name, a := range f.assets {
		for path, want := range map[string]int{
			"/static/" + a.hash + "/" + name:  http.StatusOK,
			"/static/other/" + name:           http.StatusNotFound,
			"/static/" + a.hash + "/x" + name: http.StatusNotFound,
		} {
			w := httptest.NewRecorder()
			f.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != want || want == http.StatusOK && w.Body.Len() != len(a.plain) {
				t.Errorf("%s: %d, %d bytes", path, w.Code, w.Body.Len())
			}
		}
	}
}
