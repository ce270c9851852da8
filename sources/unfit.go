package sources

import (
	"fmt"
	"unicode/utf8"
)

// maxLocation is the longest location that is taken for one, in bytes.
const maxLocation = 4 << 10

// Unfit says why an event's text cannot be handled, "" when it can. description
// is how many characters the provider allows in a description; ours must find
// room beside what people wrote. The text names the field and what is wrong.
func Unfit(e *Event, description int) string {
	for _, field := range [...]struct{ name, text string }{{"title", e.Title}, {"location", e.Location}, {"description", e.Description}} {
		if at := controlCharacter(field.text); at >= 0 {
			return fmt.Sprintf("%s holds the control character U+%04X", field.name, field.text[at])
		}
	}
	if len(e.Location) > maxLocation {
		return fmt.Sprintf("location is %d bytes long, more than %d", len(e.Location), maxLocation)
	}
	room := description - maxBlock
	if len(e.Description) <= room {
		return ""
	}
	before, _, after, _ := SplitBlock(e.Description)
	if count := utf8.RuneCountInString(before) + utf8.RuneCountInString(after); count > room {
		return fmt.Sprintf("description leaves no room for the link: it has %d characters, and of the %d that fit %d are needed", count, description, maxBlock)
	}
	return ""
}

// controlCharacter finds the first character that belongs in no text, -1
// without one. White space of every kind is fine: mail programs write vertical tabs.
func controlCharacter(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' && !isSpace(c) || c == 0x7f {
			return i
		}
	}
	return -1
}
