package dashboard

import "slotward/reconciler/plan"

// questions are what people ask, in the order in which they ask it most.
var questions = []struct {
	id, text string
	answer   func(*facts) helpAnswer
}{
	{"no-link", "There is no link on my event", noLink},
	{"nothing", "Nothing happens at all", nothingHappens},
	{"native", "The Google Meet or Teams link is still there", nativeStays},
	{"twice", "There are two links, or a link was made twice", twice},
	{"moved", "I changed the event, but the link did not change", notChanged},
	{"not-deleted", "A Zoom meeting was not deleted", notDeleted},
	{"expired", "A connection has expired, or a permission is missing", expired},
	{"wrong-account", "I connected the wrong account", wrongAccount},
	{"colleague", "It is my colleague's event", colleague},
	{"daily-limit", "The daily limit is reached", dailyLimit},
	{"organisation", "My organisation adds its own video conferencing to every event", organisation},
	{"removed", "I took the link off and it came back, or does not come back", removed},
	{"refused", "Zoom or an administrator does not allow it", notAllowed},
}

// withoutLink are the reasons for which an event has no link of ours, in the
// order in which they are told.
var withoutLink = []plan.Reason{
	plan.NoGuests, plan.NotOrganizer, plan.AllDay, plan.WrongKind, plan.Declined, plan.InPerson, plan.ForeignLink, plan.BeforeStart, plan.CalendarOff,
	plan.Paused, plan.Later, plan.ReadOnly, plan.Invalid, plan.OtherInstallation, plan.NoProvider, plan.DailyLimit, plan.NotLinked, plan.NeedsReauth,
	plan.NeedsScope, plan.NotAllowed, plan.Unread, plan.Adopting, plan.Unanswered, plan.ZoomError, plan.CalError, plan.RateLimited, plan.Conflict,
}

func noLink(f *facts) helpAnswer {
	a := helpAnswer{
		Search:  true,
		Cure:    []string{"Search for the event: its page says which rule decided, which setting led to it, and what comes next."},
		Buttons: []named{f.meetings("Events that need somebody", "attention"), f.meetings("Events that are left", "left")},
	}
	for _, reason := range withoutLink {
		if n := f.count(string(reason)); n > 0 {
			a.Now = append(a.Now, number(n, "event", "events")+": "+reason.Explain())
		}
	}
	if n := f.count(""); n > 0 {
		a.Now = append(a.Now, number(n, "event was", "events were")+" not looked at yet: the next look at the calendars sees to that.")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No event to come is without a link for a reason that is known."}
	}
	return a
}

func nothingHappens(f *facts) helpAnswer {
	a := helpAnswer{Check: true}
	if f.person.Paused {
		a.Now = append(a.Now, "Slotward is paused: links that were given out are followed, and no new ones are made.")
		a.Buttons = append(a.Buttons, f.conferencing("Resume"))
	}
	switch {
	case len(f.accounts("google", "microsoft")) == 0:
		a.Now = append(a.Now, "No calendar account is connected.")
		a.Buttons = append(a.Buttons, f.conferencing("Connect a calendar"))
	case len(f.on()) == 0:
		a.Now = append(a.Now, "No calendar is turned on.")
		a.Buttons = append(a.Buttons, f.conferencing("Choose calendars"))
	}
	if len(f.accounts("zoom")) == 0 {
		a.Now = append(a.Now, "No Zoom account is connected: events get the next in the order of preference, or wait.")
		a.Buttons = append(a.Buttons, f.conferencing("Connect Zoom"))
	}
	if f.person.LastError != "" {
		a.Now = append(a.Now, "The last look at the calendars did not work: "+sentence(f.person.LastError))
	}
	for _, c := range f.on() {
		if c.Error != "" {
			a.Now = append(a.Now, "The calendar “"+c.Name+"” could not be read: "+sentence(c.Error))
		}
	}
	if n := f.count(string(plan.Adopting)); n > 0 {
		a.Now = append(a.Now, plan.Adopting.Explain())
	}
	a.Applies = len(a.Now) > 0
	if f.person.LastPass.IsZero() {
		a.Now = append(a.Now, "The calendars were never looked at.")
	} else {
		a.Now = append(a.Now, "The calendars were looked at last on "+moment(f.person.LastPass, f.at.now, f.at.zone)+".")
	}
	return a
}

func nativeStays(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"Where Slotward puts a Zoom link, it takes the calendar's own link off, unless the setting “The calendar's own link” says that it stays.",
		"Teams is taken off by cutting its text out of the invitation. Where somebody wrote inside that text, it stays, because each try mails everybody who is invited.",
	}, Buttons: []named{f.conferencing("Settings")}}
	if n := f.count(string(plan.NativeKept)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event shows", "events show")+" our link beside the calendar's own, which could not be taken off.")
	}
	if n := f.count(string(plan.Fallback)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event has", "events have")+" another link than preferred: "+plan.Fallback.Explain())
	}
	if n := f.wanted["native"] - f.count(string(plan.Fallback)); n > 0 {
		a.Now = append(a.Now, number(n, "event is", "events are")+" to show the calendar's own link, by choice, by the event's own words or by the settings.")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No event keeps the calendar's own link beside ours."}
	}
	return a
}

func twice(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"One event never gets two links from Slotward, and one meeting on two calendars is one.",
		"A second link comes from elsewhere: Zoom's add-on for the calendar, a booking tool, or the organisation's own conferencing. Let only one of them add links.",
		"Two events at the same time share one Zoom meeting, because Zoom lets one host hold one meeting at a time on most plans. A setting changes that.",
	}, Buttons: []named{f.conferencing("Settings")}}
	if n := f.count(string(plan.ForeignLink)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event carries", "events carry")+" a link that somebody, or another tool, put there; it is respected.")
	}
	if n := f.count(string(plan.NativeKept)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event shows", "events show")+" our link beside the calendar's own.")
	}
	if n := f.count(string(plan.OtherInstallation)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event is", "events are")+" kept by another installation of Slotward: let only one keep a calendar.")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No event to come carries a link besides ours, as far as was read."}
	}
	return a
}

func notChanged(f *facts) helpAnswer {
	a := helpAnswer{Check: true, Cure: []string{
		"A moved event keeps its link, and the Zoom meeting moves with it: whoever has the link can use it. The setting “When an event moves” changes that.",
		"For one event only, its page has the button “A new link”.",
	}, Buttons: []named{f.conferencing("Settings")}}
	for _, c := range f.on() {
		text := "“" + c.Name + "” was never read."
		if !c.ReadAt.IsZero() {
			text = "“" + c.Name + "” last told of a change on " + moment(c.ReadAt, f.at.now, f.at.zone) + "."
		}
		if c.Error != "" {
			a.Applies = true
			text = "“" + c.Name + "” cannot be read: " + sentence(c.Error)
		}
		a.Now = append(a.Now, text)
	}
	if n := f.count(string(plan.Conflict)); n > 0 {
		a.Applies = true
		a.Now = append(a.Now, number(n, "event", "events")+": "+plan.Conflict.Explain())
	}
	if len(a.Now) == 0 {
		a.Now = []string{"No calendar is turned on."}
	}
	return a
}

func notDeleted(f *facts) helpAnswer {
	a := helpAnswer{Cure: []string{
		"A Zoom meeting goes with the last event that shows it: while another event at that time uses it, it stays.",
		"It stays, too, where the setting “When an event is cancelled” says so, and a meeting that Slotward did not make is never deleted.",
	}, Buttons: []named{{"What would be done", f.page("preview")}}}
	if f.person.Held != "" {
		a.Applies = true
		a.Now = append(a.Now, "Removals are held back, because so many would go at once. Look at them, and release them if they are right.")
	}
	for _, c := range f.accounts("zoom") {
		if c.State != "connected" {
			a.Applies = true
			a.Now = append(a.Now, "Zoom cannot be asked: "+accountWords(c))
		}
	}
	if f.person.Paused {
		a.Now = append(a.Now, "Slotward is paused; cancellations of events that have a link are followed all the same.")
	}
	if len(a.Now) == 0 {
		a.Now = []string{"Nothing is held back."}
	}
	return a
}
