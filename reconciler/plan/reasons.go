package plan

// Reason is why an action was taken, held back or not needed. Every event has
// one at any time; the codes are part of the API.
type Reason string

// Why an event is left or what it gets (DESIGN §3).
const (
	CalendarOff  Reason = "calendar_off"
	Paused       Reason = "paused"
	Cancelled    Reason = "cancelled"
	Past         Reason = "past"
	Later        Reason = "later"
	NotOrganizer Reason = "not_organizer"
	ReadOnly     Reason = "read_only"
	AllDay       Reason = "all_day"
	WrongKind    Reason = "kind"
	Declined     Reason = "declined"
	Override     Reason = "override"
	ForeignLink  Reason = "foreign_link"
	NoGuests     Reason = "no_guests"
	InPerson     Reason = "in_person"
	BeforeStart  Reason = "before_start"
	Default      Reason = "default"
	Fallback     Reason = "fallback"

	Invalid           Reason = "invalid"            // the event itself is faulty; Detail says how
	OtherInstallation Reason = "other_installation" // its mark is another installation's
	NoProvider        Reason = "no_provider"        // nothing in the preference is usable
	Repeated          Reason = "left_after_repair"  // our block was removed again right after it was repaired
)

// Why something waits.
const (
	DailyLimit  Reason = "daily_limit"
	BrakeHeld   Reason = "brake"
	Unanswered  Reason = "unanswered_create" // a create whose answer is unknown; being looked for
	ZoomError   Reason = "zoom_error"
	CalError    Reason = "calendar_error"
	RateLimited Reason = "rate_limited"
	Conflict    Reason = "conflict" // changed by somebody while we wrote, three times
	NeedsReauth Reason = "needs_reauth"
	NeedsScope  Reason = "missing_scope"
	NotAllowed  Reason = "not_allowed" // Zoom does not let this account schedule
	Unread      Reason = "unread"      // its calendar could not be read
)
