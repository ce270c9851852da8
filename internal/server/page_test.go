package server

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestPageAsksForNothingElse(t *testing.T) {
	s := &server{Options: withDefaults(Options{}), page: newPage()}
	out := httptest.NewRecorder()
	s.show(out, 403, pageData{Title: `<b>"Ada" & Co`, Lines: []string{"<script>x</script>"}, Again: "https://x.test/oauth/zoom/start?ticket=a&b"})
	text := out.Body.String()
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(text)
	if style == nil {
		t.Fatal(text)
	}
	sum := sha256.Sum256([]byte(style[1]))
	policy := out.Header().Get("Content-Security-Policy")
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the policy %q refuses the page's own style %s", policy, want)
	}
	if strings.Contains(text, "<script") || strings.Contains(text, "<b>") || strings.Contains(text, "src=") || strings.Contains(text, "url(") || strings.Contains(text, "<link") {
		t.Error(text)
	}
	if !strings.Contains(text, "prefers-color-scheme: dark") || !strings.Contains(text, `lang="en"`) || out.Code != 403 {
		t.Error(out.Code, text)
	}
}
