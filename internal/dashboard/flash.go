package dashboard

import "net/url"

// flashes are what a form's redirect can say was done, by the value of its
// parameter "done". A page says nothing that is not in this table.
var flashes = map[string]string{
	"person-added":   "Added. Send them a link to connect their calendar and Zoom.",
	"person-paused":  "Paused. Nothing new is done for this person; links that were given out stay.",
	"person-resumed": "Resumed. Events get their links again.",
	"person-role":    "Saved. From now on the person may do that, and no more.",
	"person-removed": "The person is removed. Their accounts are disconnected; meetings and links stay as they are.",
	"token-deleted":  "The token is deleted. It does not work any more.",

	"saved": "Saved. The next pass goes by it.",

	"connected":    "The account is connected.",
	"disconnected": "The account is disconnected. Its permission was taken back, and its tokens are erased here.",
	"reverting":    "Links are being taken off events to come. When that is done, the account is disconnected.",
	"paused":       "Paused, all accounts and calendars. No event gets a new link until you resume.",
	"resumed":      "Resumed. Events get their links again.",
	"found":        "The providers were asked; these are the calendars that there are.",
	"deleted":      "Everything about that person is deleted. Links on events and meetings in Zoom stay as they are.",
	"kept":         "Saved. Those calendars are kept from now on.",
	"all-events":   "Good. The events already there get their links, the soonest first.",
	"only-new":     "Good. Only events made from now on get links.",
	"chosen":       "Chosen for this meeting. The next pass goes by it.",
	"renewed":      "A new link is on its way; the one it has works until then.",
	"released":     "Released. What was held back is done in the next pass.",

	"checked-none":   "The calendars were looked at: everything is as it should be.",
	"checked-some":   "The calendars were looked at, and what was to do is done.",
	"checked-held":   "The calendars were looked at. Something waits: the activity says what and why.",
	"checked-failed": "The calendars were looked at, and something did not work: the activity says what and why.",
	"checking":       "The calendars are being looked at. That takes a while; reload this page to see what came of it.",
}

// flashOf is what was just done, in words; "" for nothing.
func flashOf(query url.Values) string { return flashes[query.Get("done")] }

// done returns an address that says what was done.
func done(path, what string) answer { return goTo(path + "?" + url.Values{"done": {what}}.Encode()) }
