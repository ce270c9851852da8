package plan

import "slotward/sources"

// Settings are the choices that shape the plan for one calendar, after the
// cascade installation → person → calendar.
type Settings struct {
	Prefer        []string // "zoom", "native", "static", "none", best first
	Static        string   // URL for "static"
	Share         string   // "slot" or "never"
	Reschedule    string   // "keep" or "renew"
	OnCancel      string   // "delete" or "keep"
	Foreign       string   // "respect", "replace" or "adopt"
	ReplaceNative bool
	Eligible      string // "guests" or "all"
	InPerson      string // "add" or "skip"
	Notify        sources.Notify
	Series        string // "fixed" or "open"
}
