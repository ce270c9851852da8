package sources

import "strings"

// Shown is what an event shows, worked out from its text once per read by
// Inspect, so that planning need not look at text again.
type Shown struct {
	Block     BlockState
	BlockText uint64 // Fingerprint of our block as it stands; zero without one
	Location  uint64 // Fingerprint of the location; zero when it is empty
	// LocationLink is the meeting link that makes up the whole location, if any.
	LocationLink Link
	// Place is true when the location names more than a meeting link.
	Place bool
	// Links are the meeting links outside our block (location, description and
	// conference card, best source first), each meeting once.
	Links []Link
	// Override is the provider that the event's own words ask for: "zoom",
	// "meet", "teams", "none", or "" when they say nothing. Words says which.
	Override string
	Words    string
}

// BlockState says how our block stands in a description.
type BlockState string

// The states of our block.
const (
	BlockNone    BlockState = ""
	BlockWhole   BlockState = "whole"   // both marker lines stand, in order, once
	BlockDamaged BlockState = "damaged" // half of it is missing, or it stands twice
)

// Link is one meeting link.
type Link struct {
	Provider string // "zoom", "meet", "teams", "webex", …
	URL      string // unwrapped, as one would click it
	Meeting  string // the provider's meeting id where the URL tells it, digits only for Zoom; may be empty
}

// Inspect fills e.Shown from the event's text, conference card and mark. Calling
// it again changes nothing. A link that is the calendar's own (Native), now or
// before we took it away, is not among the Links: nobody chose it.
func Inspect(e *Event) {
	before, block, after, state := SplitBlock(e.Description)
	s := Shown{Block: state, Location: Fingerprint(e.Location)}
	if state != BlockNone {
		s.BlockText = Fingerprint(block)
	}
	own := ownLinks(e)
	add := func(links []Link) {
		for _, link := range links {
			if !own.hold(link) {
				s.Links = addLink(s.Links, link)
			}
		}
	}
	if e.Conference != "" {
		if link, ok := ParseLink(e.Conference); ok {
			add([]Link{link})
		}
	}
	if e.Location != "" {
		links := FindLinks(e.Location)
		s.LocationLink, s.Place = judgeLocation(e.Location, links)
		add(links)
	}
	add(FindLinks(before))
	if after != "" {
		add(FindLinks(after))
	}
	s.Override, s.Words = override(e.Title, e.Location, before, after)
	e.Shown = s
}

// native is the calendar's own link, as it stands and as the mark remembers it.
type native [2]Link

func ownLinks(e *Event) (own native) {
	if e.Native.URL != "" {
		own[0], _ = ParseLink(e.Native.URL)
	}
	if e.Mark.NativeMeeting != "" {
		own[1] = Link{Provider: e.Mark.Native, Meeting: e.Mark.NativeMeeting}
	}
	return own
}

func (n native) hold(link Link) bool {
	for _, own := range n {
		if own.Provider != "" && own.same(link) {
			return true
		}
	}
	return false
}

// NativeStays reports whether the calendar's own link has outlived our taking it
// off, as the mark remembers. Teams does where Graph keeps it, or where its block
// in the text could not be cut out with certainty; to try again and again would
// mail everybody each time. A link to another meeting is a new one.
func NativeStays(e *Event) bool {
	if e.Native.Provider != "teams" || e.Mark.Native != "teams" || !e.Mark.Names(e.ID) && !e.Mark.Names(e.SeriesID) {
		return false
	}
	link, _ := ParseLink(e.Native.URL)
	return link.Meeting == e.Mark.NativeMeeting
}

// judgeLocation tells a location that is nothing but a link from one that names
// a place.
func judgeLocation(location string, links []Link) (Link, bool) {
	text := strings.TrimSpace(plainText(location))
	if len(links) == 1 && !strings.ContainsAny(text, " \t\r\n,;") {
		if link, ok := ParseLink(text); ok {
			return link, false
		}
	}
	if text == "" {
		return Link{}, false
	}
	return Link{}, !spoken.nowhere[alone(text)]
}
