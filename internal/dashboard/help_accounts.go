package dashboard

import (
	"fmt"

	"slotward/internal/server"
	"slotward/reconciler/plan"
)

// stateWords say how an account stands.
var stateWords = map[string]string{
	"connected": "connected", "missing_scope": "a permission is missing", "needs_reauth": "has to be connected again",
	"not_allowed": "an administrator has to allow it", "paused": "paused", "disconnecting": "being disconnected", "disconnected": "disconnected",
}

// accountWords say which account it is and how it stands.
func accountWords(c server.Connection) string {
	text := connectionNames[c.Provider] + " (" + c.Email + "): " + stateWords[c.State] + "."
	if c.Detail != "" {
		text += " " + sentence(c.Detail)
	}
	return text
}

func expired(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"Connect the same account again, with every permission ticked: all its events and meetings are taken up as they were. Links that were given out work meanwhile.",
	}}
	for _, c := range f.accounts() {
		a.Now = append(a.Now, accountWords(c))
		if c.State == "needs_reauth" || c.State == "missing_scope" {
			a.Applies = true
		}
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No account is connected."}
	}
	a.Buttons = []named{f.conferencing(map[bool]string{true: "Reconnect", false: "Accounts"}[a.Applies])}
	return a
}

func wrongAccount(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"Disconnect the wrong account, then connect the right one. Before the provider's page, sign out there or choose “use another account”.",
		"Disconnecting leaves links and meetings as they are, unless they are to be taken off first. An account can be kept for one person only.",
	}, Buttons: []named{f.conferencing("Accounts")}}
	for _, c := range f.accounts() {
		a.Now = append(a.Now, connectionNames[c.Provider]+" is connected as "+c.Email+".")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No account is connected."}
	}
	return a
}

func colleague(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"Only the organiser's copy of an event is written: every guest sees what stands there. If your colleague uses Slotward, too, their link shows on your copy.",
		"To have your own link, be the organiser: make the event on your own calendar and invite them.",
	}}
	n := f.count(string(plan.NotOrganizer))
	a.Now = []string{"No event to come is organised by somebody else."}
	if n > 0 {
		a.Now = []string{number(n, "event to come is", "events to come are") + " organised by somebody else, and left."}
		a.Buttons = []named{f.meetings("Events that are left", "left")}
	}
	return a
}

func dailyLimit(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"Zoom lets each host make and change a number of meetings a day, counted in UTC. The soonest meetings go first, and the rest follow by themselves on the days after.",
	}}
	if b := f.budget; b != nil {
		a.Now = append(a.Now, fmt.Sprintf("Today %d of %d changes are spent, %d are left. There are new ones on %s.", b.Spent, b.Limit, b.Left, b.Resets))
		if b.Refused {
			a.Applies = true
			a.Now = append(a.Now, "Zoom itself says that it is enough for today: something else uses the same account as well.")
		}
	}
	n := f.count(string(plan.DailyLimit))
	if n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event waits", "events wait")+" for its turn.")
		a.Buttons = []named{f.meetings("Events that wait", "waiting")}
	} else {
		a.Now = append(a.Now, "No event waits because of it.")
	}
	return a
}

func organisation(f *facts) helpAnswer {
	a := helpAnswer{}
	if len(f.accounts("google")) > 0 || len(f.accounts("microsoft")) == 0 {
		a.Cure = append(a.Cure, "Google adds Meet to new events where the organisation, or you, turned that on: Google Calendar › Settings › Event settings › “Automatically add Google Meet video conferences”. Slotward takes it off where it puts Zoom.")
	}
	if accounts := f.accounts("microsoft"); len(accounts) > 0 {
		a.Cure = append(a.Cure,
			"Outlook adds Teams to every event where “Add online meeting to all meetings” is on: Outlook › Settings › Calendar › Events and invitations. It is better turned off, by you or by an administrator: each change that takes Teams off mails everybody who is invited.")
		a.Now = append(a.Now, "Outlook is connected as "+accounts[0].Email+".")
	}
	if n := f.count(string(plan.NativeKept)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event keeps", "events keep")+" the organisation's link beside ours.")
	} else {
		a.Now = append(a.Now, "No event to come keeps the organisation's link beside ours.")
	}
	a.Cure = append(a.Cure, "An event whose own words ask for Meet or Teams, “use Teams” or #meet, keeps that link.")
	return a
}

func removed(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"What is ours and is taken off by hand is put back once, since that is most often an accident. Taken off again within a day, it stays off.",
		"To have no link on an event, write #nolink in its title or text, or choose “No link” on its page.",
	}}
	n := f.count(string(plan.Repeated))
	if n > 0 {
		a.Applies = true
		a.Now = []string{number(n, "event is", "events are") + " without a link because it was taken off again. Choose Zoom on the event's page to have it back."}
		a.Buttons = []named{f.meetings("Events that are left", "left")}
	} else {
		a.Now = []string{"No event to come is without a link for that."}
	}
	return a
}

func notAllowed(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"An administrator of the account has to allow the app, or the account's scheduling of meetings. Where that is needed, connecting shows an address to send to them.",
	}, Buttons: []named{f.conferencing("Accounts")}}
	for _, c := range f.accounts() {
		if c.State == "not_allowed" {
			a.Applies = true
			a.Now = append(a.Now, accountWords(c))
		}
	}
	if n := f.count(string(plan.NotAllowed)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event waits", "events wait")+" for it.")
	}
	if n := f.count(string(plan.ZoomError), string(plan.RateLimited)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event waits", "events wait")+" because a provider refused or failed; it is tried again by itself.")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"Nobody refuses anything at the moment."}
	}
	return a
}
