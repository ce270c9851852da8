package server

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

// Event is an event as last read, what is wanted for it, and why.
type Event struct {
	ID         string        `json:"id" doc:"<calendar>:<the provider's id>" example:"3:4kq7v0f8m1"`
	Calendar   int64         `json:"calendar" example:"3"`
	Title      string        `json:"title" example:"Kickoff"`
	Kind       string        `json:"kind" enum:"single,series,exception"`
	Start      time.Time     `json:"start,omitzero" doc:"Of the first occurrence for a series; absent: never read."`
	End        time.Time     `json:"end,omitzero" doc:"Absent: it has none, or a series that goes on."`
	Next       time.Time     `json:"next_start,omitzero" doc:"When it takes place next; of a series told only of one event and in a person's upcoming events, absent when nothing of it is left."`
	NextEnd    time.Time     `json:"next_end,omitzero" doc:"When that ends."`
	AllDay     bool          `json:"all_day,omitempty" doc:"It takes whole days."`
	TimeZone   string        `json:"time_zone,omitempty" example:"Europe/Berlin"`
	Gone       string        `json:"gone,omitempty" doc:"tombstone: the calendar says that it was deleted. absent: a complete listing no longer has it."`
	Wanted     string        `json:"wanted" doc:"zoom, native, static, none, or leave." example:"zoom"`
	Reason     string        `json:"reason" doc:"Why; a code that stays the same between versions. Empty before the first pass." example:"default"`
	ReasonText string        `json:"reason_text" doc:"The reason in words."`
	Detail     string        `json:"detail,omitempty" doc:"The words, link or setting that decided."`
	Since      time.Time     `json:"since,omitzero" doc:"Since when the reason stands."`
	Meeting    int64         `json:"meeting,omitempty" doc:"The Zoom meeting that the event shows or will show." example:"81234567890"`
	JoinURL    string        `json:"join_url,omitempty" doc:"The meeting's link, without the passcode that the calendar's own link carries." example:"https://zoom.us/j/81234567890"`
	SharesWith []Shared      `json:"shares_with,omitempty" doc:"The other events that show the same meeting; told of one event, and in a person's upcoming events."`
	State      string        `json:"state" enum:"ready,planned,waiting,attention,left,over" doc:"ready: it shows what it should. planned: the next pass sees to it. waiting: it has its turn by itself. attention: somebody has to do something first. left: it is not to be touched. over: it has ended, or is gone." example:"ready"`
	Shows      string        `json:"shows" doc:"Whose link the event shows as last read: zoom, meet, teams, webex, static, …, or none." example:"zoom"`
	NextStep   string        `json:"next_step" doc:"What happens next, in words."`
	Until      time.Time     `json:"until,omitzero" doc:"When the event is looked at again by itself; absent: at the next change."`
	Choice     *EventChoice  `json:"choice,omitempty" doc:"The provider that somebody chose for this very event; absent: nobody did."`
	Renewal    *EventRenewal `json:"renewal,omitempty" doc:"Somebody asked for a new link, which is still to come; absent: nobody did."`
	// Why is told of an event that is asked for by its id or by a text.
	Why *Explanation `json:"why,omitempty" doc:"Which choices led to it and what was done; told of one event, and of those that a text was looked for."`
}

// Shared is another event that shows the same meeting.
type Shared struct {
	Event string    `json:"event" example:"3:4kq7v0f8m2"`
	Title string    `json:"title" example:"Planning"`
	Start time.Time `json:"start,omitzero" doc:"When it begins; absent: it has no fixed time."`
}

// Events is a page of events.
type Events struct {
	Events   []Event `json:"events"`
	Next     string  `json:"next,omitempty" doc:"Send it as cursor to get the next page; absent on the last one."`
	Previous string  `json:"previous,omitempty" doc:"Send it as cursor to get the page before; told of a person's upcoming events."`
}

func eventOf(v store.EventView) Event {
	e, d := v.Event.Event, v.Decision
	out := Event{
		ID: eventID(sources.EventRef{Calendar: v.Calendar, Event: e.ID}), Calendar: v.Calendar,
		Title: e.Title, Kind: string(e.Kind), Start: e.Start, End: e.End, TimeZone: e.TimeZone, Gone: string(e.Gone),
		Next: v.Next, NextEnd: v.NextEnd, AllDay: e.AllDay,
		Wanted: d.Wanted, Reason: d.Reason, ReasonText: reasonText(d.Reason), Detail: d.Detail, Since: d.Since, Until: d.Until,
		Meeting: d.Meeting, JoinURL: bareLink(v.JoinURL), Shows: shows(&e),
	}
	for _, w := range v.Wishes {
		switch w.Kind {
		case store.WishProvider:
			out.Choice = &EventChoice{w.Provider, w.At, w.By}
		case store.WishRenewal:
			out.Renewal = &EventRenewal{w.At, w.By}
		}
	}
	for _, other := range v.Shares {
		out.SharesWith = append(out.SharesWith, Shared{eventID(other.Event), other.Title, other.Start})
	}
	out.NextStep, out.State = nextStep(out), stateOf(out)
	return out
}

// unreadEvent is what can be told of an event on a calendar that is off and so
// is never read: whatever it is, it is left.
func unreadEvent(ref sources.EventRef) Event {
	out := Event{
		ID: eventID(ref), Calendar: ref.Calendar, Kind: string(sources.Single),
		Wanted: "leave", Reason: string(plan.CalendarOff), ReasonText: reasonText(string(plan.CalendarOff)), Shows: "none",
	}
	out.NextStep, out.State = nextStep(out), stateOf(out)
	return out
}

// eventID is an event's name in the API: its calendar and the provider's id.
func eventID(ref sources.EventRef) string {
	if ref.Event == "" {
		return ""
	}
	return strconv.FormatInt(ref.Calendar, 10) + ":" + ref.Event
}

// parseEventID is eventID's inverse.
func parseEventID(id string) (sources.EventRef, bool) {
	calendar, event, found := strings.Cut(id, ":")
	number, err := strconv.ParseInt(calendar, 10, 64)
	return sources.EventRef{Calendar: number, Event: event}, found && err == nil && event != ""
}

// shows names the provider of the link that an event shows: ours first, then a
// typed one, then the calendar's own.
func shows(e *sources.Event) string {
	switch {
	case e.Shown.Block != sources.BlockNone && e.Mark.Meeting == "static":
		return "static"
	case e.Shown.Block != sources.BlockNone:
		return "zoom"
	case e.Shown.LocationLink.Provider != "":
		return e.Shown.LocationLink.Provider
	case len(e.Shown.Links) > 0:
		return e.Shown.Links[0].Provider
	case e.Native.Provider != "":
		return e.Native.Provider
	}
	return "none"
}

// secretParameters are what a link can carry that lets its bearer in: the passcode,
// which Teams calls p, and Zoom's tokens of registrants and hosts.
var secretParameters = []string{"pwd", "tk", "zak", "p", "passcode", "password"}

// bareLink takes out of a join link what lets its bearer in without being
// asked: an answer of the API can end up in logs and tickets, a calendar event
// is read by its guests.
func bareLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	query := u.Query()
	for _, name := range secretParameters {
		query.Del(name)
	}
	u.RawQuery, u.Fragment, u.User = query.Encode(), "", nil
	return u.String()
}

// reasonText is a reason in words; "" for none.
func reasonText(code string) string {
	return plan.Reason(code).Explain()
}

// nextSteps says what happens next to an event that waits or is left for a reason.
var nextSteps = map[plan.Reason]string{
	plan.Later:       "gets its link when it comes near",
	plan.Paused:      "waits until the person is resumed",
	plan.CalendarOff: "nothing until its calendar is turned on",
	plan.DailyLimit:  "has its turn within the limit that Zoom sets for a day, after the soonest meetings",
	plan.BrakeHeld:   "waits until somebody releases the held removals",
	plan.Unanswered:  "Zoom's meetings are searched for it; it is made anew if it is not found",
	plan.ZoomError:   "tried again soon",
	plan.CalError:    "tried again soon",
	plan.RateLimited: "tried again when the provider allows it",
	plan.Conflict:    "planned again in the next pass",
	plan.NeedsReauth: "waits until the person reconnects the account",
	plan.NeedsScope:  "waits until the person reconnects and grants the missing permission",
	plan.NotLinked:   "waits until the person connects Zoom",
	plan.NotAllowed:  "waits until an administrator allows it",
	plan.Unread:      "waits until its calendar can be read",
	plan.Invalid:     "nothing until the event is corrected",
	plan.NoProvider:  "waits until one of the preferred providers can be used",
	plan.Cancelled:   "nothing: it is over",
	plan.Past:        "nothing: it is over",
}

// nextStep says in words what happens next to an event.
func nextStep(e Event) string {
	if e.Reason == "" {
		return "planned in the next pass"
	}
	if step, ok := nextSteps[plan.Reason(e.Reason)]; ok {
		return step
	}
	switch {
	case e.choiceComes():
		return "is planned again with what was chosen in the next pass"
	case e.Renewal != nil && e.Detail != "" && e.Reason != string(plan.Chosen):
		return "keeps its link until a new one can be made"
	case e.Renewal != nil:
		return "gets its new link in the next pass"
	}
	switch {
	case e.Wanted == "leave" || e.Wanted == e.Shows:
		return "nothing until something changes"
	case e.Wanted == "native" && (e.Shows == "meet" || e.Shows == "teams"):
		return "nothing until something changes"
	case e.Wanted == "none":
		return "our link is taken off in the next pass, if it is there"
	case e.Wanted == "native":
		return "gets the calendar's own link in the next pass"
	}
	return "gets its link in the next pass"
}

// yielding are the reasons that a choice stands above.
var yielding = []plan.Reason{
	plan.Chosen, plan.Override, plan.ForeignLink, plan.NoGuests, plan.InPerson, plan.BeforeStart, plan.Default, plan.Fallback,
}

// choiceComes reports whether what was chosen, or taken back, is not in what is
// decided yet. An occurrence may have its series' choice.
func (e *Event) choiceComes() bool {
	switch {
	case !slices.Contains(yielding, plan.Reason(e.Reason)):
		return false
	case e.Choice == nil:
		return e.Reason == string(plan.Chosen) && e.Kind != string(sources.Exception)
	}
	return e.Reason != string(plan.Chosen) || e.Wanted != e.Choice.Provider
}
