package sources

// Joining is how to get into a meeting: what our block and the location show.
type Joining struct {
	Provider string // "zoom" or "static"
	Meeting  string // meeting id as text; "static" for a fixed URL
	URL      string
	Passcode string
	DialIn   []string
}
