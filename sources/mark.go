package sources

import (
	"net/url"
	"strconv"
	"strings"
)

// Mark is our proof of ownership, written in the same request as what it
// marks. It is a private property of the event and survives copying, so it
// counts only when it names the event it stands on.
type Mark struct {
	Installation string // who wrote it
	EventHash    string // HashEvent of the event that it was written on
	Meeting      string // provider's meeting id as text; "static" for a fixed URL
	Location     uint64 // Fingerprint of the location that we wrote; zero: we did not write it
	Native       string // "meet" or "teams": what stood there before us, to be able to revert
	// NativeMeeting is that link's meeting code, so that the same link typed into
	// the text is not taken for somebody's choice once the native one is gone.
	NativeMeeting string
}

// markVersion leads every mark, so that a later form can be told apart.
const markVersion = "1"

// HashEvent names an event in a mark: 16 hexadecimal digits, the same for the
// same id everywhere. It is no secret and proves nothing but "not a copy".
func HashEvent(id string) string {
	digits := hashDigits(id)
	return string(digits[:])
}

func hashDigits(id string) (digits [16]byte) {
	const hex = "0123456789abcdef"
	sum := newDigest().text(id).sum()
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = hex[sum&15]
		sum >>= 4
	}
	return digits
}

// Zero reports whether there is no mark.
func (m Mark) Zero() bool { return m == Mark{} }

// Names reports whether the mark was written on the event with this id. A mark
// that does not came with a copy and proves nothing.
func (m Mark) Names(eventID string) bool {
	if m.EventHash == "" {
		return false
	}
	digits := hashDigits(eventID)
	return m.EventHash == string(digits[:])
}

// String writes the mark as it stands on an event, "" for the zero mark.
// ParseMark reads it back.
func (m Mark) String() string {
	if m.Zero() {
		return ""
	}
	var b strings.Builder
	b.WriteString(markVersion)
	field := func(key, value string) {
		if value != "" {
			b.WriteString(";" + key + "=" + url.QueryEscape(value))
		}
	}
	field("i", m.Installation)
	field("e", m.EventHash)
	field("m", m.Meeting)
	if m.Location != 0 {
		field("l", strconv.FormatUint(m.Location, 16))
	}
	field("n", m.Native)
	field("x", m.NativeMeeting)
	return b.String()
}

// ParseMark reads a mark and reports whether it is one of ours: of a version
// that is understood, with an installation and an event. Fields that a newer
// version may have added are passed over.
func ParseMark(s string) (Mark, bool) {
	version, rest, _ := strings.Cut(s, ";")
	if version != markVersion {
		return Mark{}, false
	}
	var m Mark
	for rest != "" {
		var part string
		part, rest, _ = strings.Cut(rest, ";")
		key, value, _ := strings.Cut(part, "=")
		if !m.set(key, value) {
			return Mark{}, false
		}
	}
	return m, m.Installation != "" && m.EventHash != ""
}

// set takes over one field and reports whether its value could be read.
func (m *Mark) set(key, value string) bool {
	if strings.ContainsAny(value, "%+") {
		plain, err := url.QueryUnescape(value)
		if err != nil {
			return false
		}
		value = plain
	}
	switch key {
	case "i":
		m.Installation = value
	case "e":
		m.EventHash = value
	case "m":
		m.Meeting = value
	case "l":
		sum, err := strconv.ParseUint(value, 16, 64)
		m.Location = sum
		return err == nil
	case "n":
		m.Native = value
	case "x":
		m.NativeMeeting = value
	}
	return true
}
