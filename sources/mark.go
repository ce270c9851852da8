package sources

// Mark is our proof of ownership, written in the same request as what it
// marks. It is a private property of the event and survives copying, so it
// counts only when it names the event it stands on.
type Mark struct {
	Installation string // who wrote it
	EventHash    string // HashEvent of the event that it was written on
	Meeting      string // provider's meeting id as text; "static" for a fixed URL
	Location     uint64 // Fingerprint of the location that we wrote; zero: we did not write it
	Native       string // "meet" or "teams": what stood there before us, to be able to revert
}
