package zoom

// Pace says whether requests per second are limited.
type Pace int

// The paces. On a clock that stands still a limit per second never refills, so
// it is off there unless asked for.
const (
	PaceByClock Pace = iota // limited when the clock follows real time
	PaceOn
	PaceOff
)

// HookMode says how webhooks reach their endpoint.
type HookMode int

// The ways of delivering.
const (
	HooksOnTime   HookMode = iota
	HooksLate              // more than an hour after the fact
	HooksTwice             // every event two times
	HooksShuffled          // in any order among those due together
	HooksForged            // signed with another secret
)

// Switches are the points where the real service changes its mind, where its
// documents contradict each other, or where a test wants the rarer answer.
// The zero value is the usual service; Server.Switch alters them at run time.
type Switches struct {
	DeletesCount       bool // a delete costs one of the host's 100 writes a day
	DailyHeaders       bool // the daily 429 carries Daily-limit and an ISO Retry-After; else the bare headers of the light bucket
	QPS                Pace
	NoPasscode         bool     // new meetings get no passcode, and answers have no password member
	HidePasscode       bool     // answers leave the password member out although the link carries pwd=
	FullCreate         bool     // the 201 also has uuid, host_id and status, as real ones do and the published schema does not
	Language           string   // "fr": messages in French, except those of the two 429s
	Scope104           bool     // a missing scope has the older code 104 instead of 4711
	RefuseUnknownZones bool     // an unknown timezone is refused; else taken as it is
	OldAccessLives     bool     // after a refresh the earlier access token lives out its hour
	WeeksFromMonday    bool     // the weeks of a recurrence begin on Monday; else on Sunday
	LastOfShortMonths  bool     // a series on a day that a month lacks takes its last day; else it skips the month
	ClockBug           bool     // a series keeps its first occurrence's time in UTC across a change of the clocks
	OldLimits          bool     // a recurrence has the smaller intervals of older documents
	WholeSeriesPatch   bool     // a PATCH of a whole series without its recurrence is refused; else that stays as it is
	KeepDropped        bool     // a PATCH that repeats a series' recurrence leaves its deleted occurrences deleted; else they are there again
	NextInList         bool     // listings and reads show a series' next occurrence as its start; else its first
	Hooks              HookMode // how webhooks are delivered
	HookStringIDs      bool     // object.id is a string in every event; else only where real captures have it so
	HookKeepsStamp     bool     // a retried webhook keeps its first timestamp; else it is stamped anew
}

// Switch alters the switches.
func (s *Server) Switch(alter func(*Switches)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alter(&s.switches)
}
