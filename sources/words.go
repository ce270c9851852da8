package sources

import "strings"

// phrase is one way of asking for a provider in words.
type phrase struct {
	words  string // lower case, single blanks
	wanted string // "zoom", "meet", "teams" or "none"
	where  where
}

// where says in which surroundings a phrase counts.
type where int

const (
	// inClause: "weekly on Google Meet", unless a word before it takes it back
	// or a word after it makes it a part of something else.
	inClause where = iota
	// asOrder: "use Teams", only where a clause begins or after a word of asking.
	asOrder
	// asWhole: the location is nothing but this.
	asWhole
)

// phrases are tried in this order at each place of a text; the longest way of
// saying a thing stands before the shorter.
var phrases = buildPhrases()

// names are the ways to write a provider's name. Alone, "meet" is a verb.
var names = map[string][]string{
	"meet":  {"google meet", "google hangouts", "gmeet"},
	"teams": {"microsoft teams", "ms teams", "msteams", "teams"},
	"zoom":  {"zoom"},
}

func buildPhrases() []phrase {
	out := []phrase{
		{"on the phone", "none", inClause}, {"over the phone", "none", inClause}, {"by the phone", "none", inClause},
		{"by phone", "none", inClause}, {"via phone", "none", inClause}, {"over phone", "none", inClause}, {"phone only", "none", inClause},
		{"by telephone", "none", inClause},
		{"in person", "none", inClause}, {"in-person", "none", inClause}, {"face to face", "none", inClause}, {"face-to-face", "none", inClause},
		{"no link", "none", asOrder}, {"no video link", "none", asOrder}, {"no meeting link", "none", asOrder}, {"no video", "none", asOrder},
		{"no video call", "none", asOrder}, {"without link", "none", asOrder}, {"without a link", "none", asOrder}, {"no zoom link", "none", asOrder},
		{"no zoom", "none", asOrder},
		{"phone", "none", asWhole}, {"phone call", "none", asWhole}, {"telephone", "none", asWhole},
		{"zoom", "zoom", asWhole}, {"zoom call", "zoom", asWhole}, {"zoom meeting", "zoom", asWhole},
		{"google meet", "meet", asWhole}, {"gmeet", "meet", asWhole}, {"hangouts", "meet", asWhole},
		// "Microsoft Teams Meeting" is what Outlook writes by itself: nobody's wish.
		{"teams", "teams", asWhole}, {"ms teams", "teams", asWhole}, {"microsoft teams", "teams", asWhole}, {"teams call", "teams", asWhole},
	}
	for _, wanted := range [...]string{"meet", "teams", "zoom"} {
		for _, name := range names[wanted] {
			for _, lead := range [...]string{"on", "via", "over", "through", "using", "by"} {
				out = append(out, phrase{lead + " " + name, wanted, inClause})
			}
			for _, lead := range [...]string{"use", "join on", "join via", "meet on", "call on", "please use"} {
				out = append(out, phrase{lead + " " + name, wanted, asOrder})
			}
		}
	}
	return out
}

// tags are the short forms; they count anywhere but inside a longer word.
var tags = map[string]string{
	"#meet": "meet", "#googlemeet": "meet", "#gmeet": "meet", "#teams": "teams", "#msteams": "teams", "#zoom": "zoom",
	"#nolink": "none", "#no-link": "none", "#nozoom": "none", "#phone": "none", "#inperson": "none", "#in-person": "none",
}

// takenBack are words before a phrase in its clause that make it something else
// than a wish: a denial, a memory, or a subject to talk about.
var takenBack = wordSet(`not never no don't dont doesn't won't can't cannot couldn't isn't aren't wasn't without instead than unlike avoid stop stopped
	used was were had did met talked spoke said chatted discussed happened previously formerly last previous yesterday earlier
	notes note minutes recording recordings recap summary transcript follow-up about discuss discussing regarding re training train guide
	how why what whether problem problems issue issues trouble troubleshoot bug bugs outage depends focus lesson tips
	or either maybe perhaps if hope nice someday migrate migrating move moving switch switching comparing compare`)

// goesOn are words that may follow a phrase in its clause; any other makes it
// part of something else ("on Teams channel", "via Zoom lens").
var goesOn = wordSet(`at today tomorrow tonight please pls thanks only instead this next every each now again then and with for as because since so when until
	call calls meeting meetings video session sync
	monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
	lunch dinner breakfast coffee workshop interview visit needed required necessary`)

// subject are words after a phrase that make its clause speak about the provider.
var subject = wordSet(`how why what whether`)

// asks are words that may stand right before an order.
var asks = wordSet(`please pls let's lets just we'll will must should kindly then and so let's`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
