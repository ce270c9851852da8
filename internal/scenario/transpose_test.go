package scenario

import (
	"strings"
	"testing"
)

func TestEligible(t *testing.T) {
	for script, want := range map[string]string{
		"event ada/main a 2026-12-01T10:00 30m meet\n":                             "",
		"event ada/main a 2026-12-01T10:00 30m kind=focusTime\n":                   "no kinds of events",
		"event ada/main a 2026-12-01T10:00 30m title='kind=focusTime'\n":           "",
		"event ada/main a 2026-12-01T10:00 30m notes='is kind=focusTime locked'\n": "",
		"event ada/main a 2026-12-01T10:00 30m # kind=focusTime\n":                 "",
		"! connect ada google deny=calendar.events\n":                              "no boxes to untick",
		"connect ada zoom deny=meeting:write:meeting\n":                            "",
		"event ada/main a 2026-12-01T10:00 30m locked\n":                           "locks no events",
		"[google] event ada/main a 2026-12-01T10:00 30m locked\n":                  "",
		"[!microsoft] event ada/main a 2026-12-01T10:00 30m locked\n":              "",
		"[!faults] event ada/main a 2026-12-01T10:00 30m locked\n":                 "locks no events",
		"# Some story.\n# google: a reason\npass\n":                                "a reason",
	} {
		if got := eligible(script, "microsoft"); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", script, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for script, want := range map[string]bool{
		"person ada google microsoft zoom\n":                                        true,
		"calendar ada/team microsoft\n":                                             true,
		"calls microsoft.patch 1\n":                                                 true,
		"crash after microsoft.patch\n":                                             true,
		"person ada google zoom\n":                                                  false,
		"event ada/main microsoft 2026-12-01T10:00 30m title='microsoft'\n":         false,
		"event ada/main a 2026-12-01T10:00 30m link=https://teams.microsoft.com/\n": false,
		"calls all 3 # microsoft: 4\n":                                              false,
	} {
		if got := names(script, "microsoft"); got != want {
			t.Errorf("%s: %v", script, got)
		}
	}
}
