package sources

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
