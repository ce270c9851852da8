package microsoft

import "time"

// AfterCut is what becomes of a Teams meeting when its block is cut out of the
// body. Nobody outside knows for sure.
type AfterCut string

// The values of AfterCut.
const (
	TeamsGoes    AfterCut = ""        // the event is no online meeting any more
	TeamsStays   AfterCut = "stays"   // the body is as written, the meeting remains
	TeamsReturns AfterCut = "returns" // the block is put back at the end of the body
)

// Behaviour switches what Microsoft does one way or the other, or what nobody
// outside can tell. The zero value is Microsoft on an ordinary day.
type Behaviour struct {
	// ImmutableNames makes the methods by which people act and look name events
	// by their immutable ids. Both forms are understood at any time.
	ImmutableNames bool

	// Delta.

	// EmptyFirstPage makes the first page of every round empty, with more to come.
	EmptyFirstPage bool
	// PageSize is how much a page holds when nobody says; zero: 10.
	PageSize int
	// PageCap, when above zero, is the most that any page holds.
	PageCap int
	// Reversed gives the items of a round newest change first; no order is promised.
	Reversed bool
	// Replays names a changed event once for every change it went through.
	Replays bool
	// DeltaLag is how long a change stays invisible to delta.
	DeltaLag time.Duration
	// FullOccurrences gives occurrences all their properties, as documented.
	// Otherwise they carry only id, series, type, start and end.
	FullOccurrences bool
	// NoMasters leaves the masters of series out of every round, as documented;
	// MastersMissing only out of incremental ones.
	NoMasters, MastersMissing bool
	// TolerantDelta ignores query options that delta does not support.
	// Otherwise they are refused.
	TolerantDelta bool
	// EventsDelta serves events/delta, which is documented for the beta only.
	EventsDelta bool
	// TokenLifetime is how long delta tokens are honoured; zero: until they are
	// expired by ExpireTokens.
	TokenLifetime time.Duration
	// GoneCode is the code of a 410: SyncStateNotFound (the zero value),
	// SyncStateInvalid, ResyncRequired. GoneLocation adds where to begin anew.
	GoneCode     string
	GoneLocation bool
	// ExceptionID gives an occurrence that becomes an exception a new id.
	ExceptionID bool

	// Events.

	// AfterCut is what cutting the block does; ProviderStays leaves
	// onlineMeetingProvider at teamsForBusiness after it went, instead of "unknown".
	AfterCut      AfterCut
	ProviderStays bool
	// TeamsLocation adds "Microsoft Teams Meeting" to the locations of events
	// whose Teams meeting Graph makes.
	TeamsLocation bool
	// AutoTeamsAPI applies "add online meeting to all meetings" to events made
	// through Graph, too.
	AutoTeamsAPI bool
	// PersonalSkype gives personal accounts that ask for Teams a Skype link.
	PersonalSkype bool
	// KeepsHTML stores HTML bodies as they were sent. Otherwise one that is not
	// a whole document becomes one.
	KeepsHTML bool
	// Touches lets Exchange touch an event once more after every PATCH: its
	// change key is another one than was answered.
	Touches bool
	// LocationJoin stands between the names of several locations in location;
	// "" is "; ". LocationFirst names only the first.
	LocationJoin  string
	LocationFirst bool
	// PropertyMails mails attendees about a PATCH of nothing but extended properties.
	PropertyMails bool
	// NothingSilent mails attendees about categories, reminders and showAs, too.
	NothingSilent bool
	// NoViewExpand refuses $expand of extended properties on calendarView.
	NoViewExpand bool
	// KeepDeclined keeps declined invitations on the calendar.
	KeepDeclined bool
	// CopiesDropProperties leaves extended properties off copies and split series.
	CopiesDropProperties bool

	// Limits.

	// Concurrency is how many requests may be in flight for one app and mailbox:
	// zero means Microsoft's 4, a negative number no limit. ConcurrencyPerApp
	// counts an app's mailboxes together.
	Concurrency       int
	ConcurrencyPerApp bool
	// Quota is requests per app and mailbox in ten minutes: zero means
	// Microsoft's 10,000, a negative number no limit.
	Quota int
	// RefuseGzip answers 415 to compressed requests; GzipAnswers compresses
	// answers for clients that accept it.
	RefuseGzip, GzipAnswers bool

	// Subscriptions.

	// PlainCallbacks accepts http:// addresses for notifications, which
	// Microsoft never does.
	PlainCallbacks bool
	// MaxSubscription caps the life of subscriptions; zero: 10,080 minutes.
	// Older documentation says 4,230.
	MaxSubscription time.Duration
	// SubscriptionQuota is how many a mailbox may have; zero: 1,000.
	SubscriptionQuota int
	// TokenBound stops delivery when the access token that a subscription was
	// made or renewed with expires, until it is authorised again.
	TokenBound bool
	// NoCalendarSubscriptions refuses subscriptions to a single calendar.
	NoCalendarSubscriptions bool

	// Sign-in.

	// LongScopes names granted permissions with the resource before them.
	LongScopes bool
	// Withheld permissions are never granted, whatever is consented to.
	Withheld []string
}
