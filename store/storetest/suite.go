package storetest

import "testing"

// cases are what every database must do, in the words of what is promised.
var cases = []struct {
	name string
	run  func(*world)
}{
	{"people: made, found, changed, removed", people},
	{"people: one person per e-mail address", oneEmail},
	{"people: somebody is an admin as long as there is anybody", admins},
	{"people: removing one frees everything", removal},
	{"settings: set, removed, unchanged", settings},
	{"settings: decided on what they are", settingsDecided},
	{"connections: taken up again", reconnect},
	{"connections: one account, one person", oneAccount},
	{"connections: state is written once", connectionState},
	{"connections: disconnecting erases tokens only", disconnect},
	{"calendars: listed again writes nothing", calendarsAgain},
	{"calendars: one keeper", oneKeeper},

	{"tokens: twenty at once refresh once", refreshOnce},
	{"tokens: a crash after the rotation is found out", refreshCrash},
	{"tokens: a refused refresh re-reads the row", refreshOvertaken},
	{"tokens: a dead refresher's lease runs out", refreshDead},
	{"tokens: a refresh outlives its caller", refreshOutlives},
	{"tokens: a token that is still good is not refreshed", refreshNotNeeded},
	{"tokens: no secret lies in the clear", nothingClear},

	{"queue: requests before schedule, then by time", queueOrder},
	{"queue: a request during a pass is not lost", queueRequest},
	{"queue: two handles, one lease", queueRace},
	{"queue: a lease begins when the person was found due", queueClockMoves},
	{"queue: a lease that ran out is taken over", queueTakeover},
	{"queue: an interrupted pass writes nothing more", queueInterrupt},
	{"queue: a lease is lost in the middle of a pass", leaseLost},
	{"queue: bookkeeping is no state", queueRows},
	{"queue: a process that comes back reclaims its leases", queueReclaim},

	{"reading: upsert, unchanged, tombstone, absent, back", readingMerge},
	{"reading: a series takes its exceptions along", readingSeries},
	{"reading: an exception's echo ends with its series", readingLateException},
	{"reading: exceptions are kept while they matter", readingExceptions},
	{"reading: nothing changed, nothing written", readingQuiet},
	{"reading: the token is saved when it must be", readingToken},
	{"reading: our own echo changes nothing", readingEcho},
	{"reading: what stopped mattering vanishes", readingGarbage},
	{"reading: odd bytes, doubles and a huge text", readingPoison},
	{"reading: another person's calendar is not found", readingForeign},

	{"work: meetings and claims", meetings},
	{"work: a meeting belongs to one person", meetingForeign},
	{"work: repairs", repairs},
	{"work: wishes", wishes},
	{"work: wishes end with their events", wishesEnd},
	{"work: strangers", strangers},
	{"work: meetings elsewhere", elsewhere},
	{"work: intents", intents},
	{"work: budget", budget},
	{"work: decisions", decisions},
	{"work: journal", journal},
	{"work: the journal, in pages", journalPages},
	{"journal: a text is found however far back it stands", journalSearched},
	{"work: brake and audit", marks},
	{"work: all or nothing around a crash", crashes},

	{"views: pages, texts, times", views},
	{"views: pages of meetings", meetingPages},
	{"keys: a request is done once", keysOnce},
	{"keys: twenty at once, one does it", keysRace},
	{"views: what is coming, in pages", coming},
	{"views: what is coming at one time, in pages", comingTies},
	{"views: events that share a meeting", shared},
	{"views: whole links for their owner", joining},
	{"views: events by reason", counts},
	{"views: API tokens", apiTokens},
	{"views: OAuth flows are good once", flows},

	{"sessions: made, seen, ended", sessions},
	{"sessions: limits", sessionLimits},
	{"sessions: a person's role is the one of now", sessionRole},
	{"identities: one account, one person", identities},

	{"sealing: another key costs tokens and mirror, no more", otherKey},
	{"sealing: the right key back mends it", keyBack},
	{"sealing: a rotated key opens everything", rotatedKey},
	{"sealing: a row of an unknown key is read again", halfRotated},

	{"opening: the installation keeps its id", installation},
	{"opening: a newer store is refused", newer},
	{"opening: a half-restored store is refused", halfRestored},
	{"opening: somebody else's tables are refused", foreignTables},
	{"opening: many at once", openTogether},
	{"opening: ready, and ready again", ready},
}

// Run runs every case, each on a database of its own.
func Run(t *testing.T, database Database) {
	database(t) // skips all at once where there is no such database
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(newWorld(t, database)) })
	}
}
