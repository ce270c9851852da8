package zoom

import (
	"strings"
	"testing"
)

// TestAgendaChange: a reference is put before what people wrote, which stays as
// far as Zoom's limit reaches.
func TestAgendaChange(t *testing.T) {
	long := strings.Repeat("é", maxAgenda)
	for _, text := range []string{"", "Bring the figures.", long} {
		agenda := WithReference("inst:abc", text)
		body, err := Change{Agenda: &agenda}.payload().bytes()
		if err != nil {
			t.Fatal(err)
		}
		if reference, ok := ReferenceOf(agenda); !ok || reference != "inst:abc" {
			t.Errorf("reference %q", reference)
		}
		if text != long && !strings.Contains(string(body), text) || len([]rune(agenda)) > maxAgenda {
			t.Errorf("%d characters: %.80s", len([]rune(agenda)), body)
		}
		if (Change{Agenda: &agenda}).Empty() {
			t.Error("an agenda is no change")
		}
	}
}
