package reconciler

import "time"

// retryDelays says how long to wait after so many failed passes in a row.
var retryDelays = []time.Duration{
	5 * time.Second,  //  0:05 after the first failure
	15 * time.Second, //  0:20
	30 * time.Second, //  0:50
	time.Minute,      //  1:50
	2 * time.Minute,  //  3:50
	5 * time.Minute,  //  8:50
	10 * time.Minute, // 18:50
	15 * time.Minute, // 33:50, and then every 15 minutes
}

// retryDelay returns the wait after failures passes in a row have failed.
func retryDelay(failures int) time.Duration {
	return retryDelays[min(max(failures, 1), len(retryDelays))-1]
}

const (
	// parkedFor is how long something that a provider refuses again and again is
	// left alone, unless the event changes before.
	parkedFor = 6 * time.Hour
	// askAgain is how long a meeting whose link people typed is not asked for again
	// when Zoom did not know it, or did not tell.
	askAgain = 24 * time.Hour
	// runningFor is how long a meeting that is running is left alone.
	runningFor = 10 * time.Minute
	// longestWait bounds what a provider may ask us to wait.
	longestWait = 24 * time.Hour
	// actionTime bounds one action with all its requests; it is also how long a
	// pass that is told to stop may go on.
	actionTime = 2 * time.Minute
	// createGrace is how long the meeting of an unanswered create may take to
	// show up in the host's list before the create counts as never done.
	createGrace = 5 * time.Minute
	// tokenAge is how old a sync token may get before the calendar is listed in
	// full again, which also heals whatever an incremental read may have missed.
	tokenAge = 7 * 24 * time.Hour
	// mostDrift is how far a clock that is being adjusted may go back unnoticed.
	mostDrift = time.Minute
	// replans bounds how often one pass plans again because the world moved.
	replans = 4
	// provedFor is how long absences that were verified need not be verified again.
	provedFor = time.Hour
	// proofs bounds the absent events that are read one by one before a brake holds.
	proofs = 20
)
