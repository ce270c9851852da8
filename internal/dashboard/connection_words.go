package dashboard

import (
	"slices"
	"strings"
)

// standing is how a connection stands, in words and a colour.
type standing struct {
	tone  string // class: "good", "warn", "bad", ""
	label string
	cure  string // what to do; "" for nothing
	// reconnect is what the button to connect it again says; "" for none.
	reconnect string
}

// standings are told by the API's state.
var standings = map[string]standing{
	"connected": {"good", "Works", "", ""},
	"missing_scope": {"bad", "A permission is missing",
		"Connect it again and leave every box ticked. Until then nothing is done with this account.", "Reconnect"},
	"needs_reauth": {"bad", "Has to be connected again",
		"Its permission was taken back or has run out. Connect it again: links that were given out keep working.", "Reconnect"},
	"not_allowed": {"bad", "Kept out by an administrator",
		"Ask an administrator of the organisation to allow it. Once they have, connect it again.", "Reconnect"},
	"paused": {"warn", "Paused", "Nothing is done with this account. Connect it again to go on.", "Resume"},
	"disconnecting": {"warn", "Is being disconnected",
		"Links are being taken off events to come, then it is disconnected. Connect it again to stop that.", "Keep it connected"},
	"disconnected": {"", "Disconnected",
		"Connect the same account again, and its links and meetings are taken up where they were left.", "Connect again"},
}

// standingOf tells how a connection stands; of a state that is not in the table,
// that something is to be looked at.
func standingOf(state string) standing {
	if s, known := standings[state]; known {
		return s
	}
	return standing{"warn", "Something is wrong", "Connect it again.", "Reconnect"}
}

// scopeWords say what each permission allows. Several can mean the same.
var scopeWords = map[string]string{
	"calendar.events":                "read events and write the links on them",
	"calendar":                       "read and change calendars",
	"calendar.calendarlist.readonly": "see which calendars there are",
	"calendar.calendarlist":          "see which calendars there are",
	"calendar.readonly":              "read calendars",
	"Calendars.ReadWrite":            "read events and write the links on them",
	"User.Read":                      "see whose account it is",
	"openid":                         "see whose account it is",
	"profile":                        "see the name",
	"email":                          "see the e-mail address",
	"userinfo.email":                 "see the e-mail address",
	"userinfo.profile":               "see the name",
	"offline_access":                 "go on working while nobody is there",
	"meeting:write:meeting":          "make meetings",
	"meeting:read:meeting":           "read the meetings that it keeps",
	"meeting:update:meeting":         "move and rename meetings",
	"meeting:delete:meeting":         "delete meetings that no event needs any more",
	"meeting:read:list_meetings":     "see which meetings there are",
	"meeting:write":                  "make, change and delete meetings",
	"meeting:read":                   "see which meetings there are",
	"user:read:user":                 "see whose account it is",
	"user:read":                      "see whose account it is",
}

// permissions say what was granted, each once.
func permissions(scopes []string) []string {
	var out []string
	for _, scope := range scopes {
		name := strings.TrimSuffix(scope[strings.LastIndexByte(scope, '/')+1:], ":admin")
		words := scopeWords[name]
		if words == "" {
			words = "one more, which its provider calls " + name
		}
		if !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}
