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
	Chosen       Reason = "chosen"
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
	NativeKept        Reason = "native_kept"        // its native link could not be taken off: ours stands beside it
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
	NotLinked   Reason = "not_connected"
	Adopting    Reason = "adopting" // what was made before is being looked for first
)

// Why something is done to a meeting.
const (
	ZoomGone Reason = "zoom_gone" // its row goes: it was deleted in Zoom
	Renewed  Reason = "renewed"   // somebody asked for another in its place
)

// explanations say each reason in one sentence, in the order in which Reasons
// lists them.
var explanations = [...]struct {
	reason Reason
	text   string
}{
	{Default, "It gets the provider that the settings prefer."},
	{Fallback, "The provider that the settings prefer cannot be used now, so the next one in line is taken."},
	{Chosen, "Somebody chose this for the event."},
	{Override, "Its own words ask for this."},
	{CalendarOff, "Its calendar is turned off; a link that it already has stays."},
	{Paused, "The person is paused and the event has no link of ours."},
	{Cancelled, "It was cancelled or deleted."},
	{Past, "It has ended."},
	{Later, "It is further ahead than links are made; it gets its link when it comes near."},
	{NotOrganizer, "Somebody else organises it, and only the organiser's copy is written."},
	{ReadOnly, "It may not be written: it is locked, or only shown as free or busy."},
	{AllDay, "It lasts all day."},
	{WrongKind, "It is not a meeting: out of office, focus time, a birthday or the like."},
	{Declined, "The calendar's owner declined it."},
	{ForeignLink, "Somebody put another meeting link on it."},
	{NoGuests, "Nobody else is invited."},
	{InPerson, "It has a place, and the settings leave meetings in person alone."},
	{BeforeStart, "It was made before its calendar was turned on, and only new events were asked for."},
	{Invalid, "Something about the event itself is faulty."},
	{OtherInstallation, "Another installation of Slotward keeps it."},
	{NoProvider, "None of the providers that the settings prefer can be used."},
	{NativeKept, "It shows our link beside the calendar's own, which could not be taken off; trying again would mail everybody."},
	{Repeated, "Our block was removed again right after it was repaired, so it is left off."},
	{DailyLimit, "Zoom's limit of writes for today is reached; the soonest meetings went first."},
	{BrakeHeld, "Too many links would go at once on weak evidence; somebody has to release it."},
	{Unanswered, "Zoom never said whether the meeting was made; it is being looked for."},
	{ZoomError, "Zoom refused or failed."},
	{CalError, "The calendar's provider refused or failed."},
	{RateLimited, "The provider wants no more requests for a while."},
	{Conflict, "Somebody kept changing it while it was written."},
	{NeedsReauth, "The account has to be reconnected."},
	{NeedsScope, "The account has to be reconnected with every permission ticked."},
	{NotAllowed, "An administrator has to allow it first: the app, the account, or its scheduling of meetings."},
	{NotLinked, "No Zoom account is connected."},
	{Adopting, "What was made before is being looked for; until it is found nothing is made or deleted."},
	{Unread, "Its calendar could not be read or may not be written, so nothing is done for it."},
	{ZoomGone, "The meeting was deleted in Zoom."},
	{Renewed, "Somebody asked for a new link."},
}

// Reasons lists every reason there is.
func Reasons() []Reason {
	out := make([]Reason, len(explanations))
	for i, e := range explanations {
		out[i] = e.reason
	}
	return out
}

// Explain says the reason in one sentence for people; "" if it is not one of Reasons.
func (r Reason) Explain() string {
	for _, e := range explanations {
		if e.reason == r {
			return e.text
		}
	}
	return ""
}
