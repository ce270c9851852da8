package plan

import (
	"time"

	"slotward/sources"
	"slotward/zoom"
)

// Kind of an action, in the order in which actions are applied: an event never
// shows a dead link, because deletes come last.
type Kind string

// The kinds of actions.
const (
	Adopt   Kind = "adopt"   // record a meeting that the host listing proves to be ours
	Abandon Kind = "abandon" // close an intent whose meeting never came to be
	Create  Kind = "create"  // make a Zoom meeting
	Update  Kind = "update"  // patch a Zoom meeting
	Write   Kind = "write"   // write link and mark on an event
	Claimed Kind = "claim"   // record that an event that shows the link already claims it; no request
	Leave   Kind = "leave"   // record that people took our block off again and it stays off; no request
	Restore Kind = "restore" // take our link off an event; ask for the native one if Native is set
	Release Kind = "release" // end a claim; no request
	Delete  Kind = "delete"  // delete a Zoom meeting
	Drop    Kind = "drop"    // delete one occurrence of a Zoom meeting: the one at Start
)

// Action is one thing to do. It names a slot rather than a meeting where the
// meeting is yet to be made; apply resolves it after the creates.
type Action struct {
	Kind    Kind
	Slot    Slot
	Meeting int64            // zero: the meeting that Slot's create makes
	Event   sources.EventRef // write, claim, restore, release
	Title   string           // of the event or topic of the meeting, for people
	Start   time.Time        // for ordering and for people
	Reason  Reason

	Draft     zoom.Draft         // create, without its reference
	Change    zoom.Change        // update; adopt: what people made by hand is changed as it is adopted
	ByHand    bool               // adopt: people made it, and it has no reference of ours yet unless Reference says so
	Events    []sources.EventRef // create, adopt: who will claim it; delete: who must have stopped showing it
	Past      []sources.EventRef // delete: who claims it still, and is over
	Reference string             // adopt, abandon
	Found     zoom.Meeting       // adopt: what the listing showed
	Static    string             // write: the fixed URL (prefer=static), instead of a meeting
	Repair    bool               // write: puts back what people took off
	Replace   bool               // write: the calendar's own link goes
	Native    bool               // restore: ask the calendar for its own link
}

// Plan is what to do, in order, and why everything else is left.
type Plan struct {
	Actions []Action
	// Held are actions that are wanted but may not be done now, soonest first.
	Held []Held
	// Decisions has exactly one entry per event of the world, in the order of
	// calendar id and event id.
	Decisions []Decision
	// Brake is set when too much would be taken away on weak evidence.
	Brake *Brake
	// NeedsListing is true when the host's meetings must be listed before this
	// person can be planned fully (unanswered intent, marks without a meeting).
	NeedsListing bool
	// NeedsProof are meetings behind links that people put on events. Zoom has to
	// be asked whose they are before those links can be adopted (foreign=adopt).
	NeedsProof []int64
	// Gone are events whose mark names a meeting that the host does not have any
	// more; Orphans are meetings of ours that no event names. Only when adopting.
	Gone    []sources.EventRef
	Orphans []zoom.Meeting
}

// Held is an action that waits.
type Held struct {
	Action Action
	Reason Reason    // daily_limit, brake, …
	Until  time.Time // when it will be tried again; zero: when somebody acts
}

// Decision says for one event what is wanted and why.
type Decision struct {
	Event   sources.EventRef
	Wanted  string // "zoom", "native", "static", "none", "leave"
	Reason  Reason
	Detail  string    // the words, link or setting that decided; for people
	Meeting int64     // the meeting that it shows or will show; zero: none yet
	Until   time.Time // when this is looked at again by itself; zero: at the next change
}

// Brake is a stop before mass deletion.
type Brake struct {
	Fingerprint string // names this very set of removals; a release of it covers any part of it
	Removals    int    // deletes and unlinks counted
	Limit       int
	Absent      []sources.EventRef // events whose absence led to it, to be verified
	NeedsProof  bool               // not verified in this pass yet: verify and plan again before holding
}
