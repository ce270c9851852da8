package dashboard

import (
	"strings"

	"slotward/internal/server"
)

// line is an entry of the journal as people read it.
type line struct {
	At, Clock string // for machines, for people
	Text      string // a sentence: who did what
	Why       string // "" for nothing to add
	Badge     badge  // of what did not go well; else zero
	Event     named  // of the event that it is about; Path "" for none
	Whose     named  // whose it is, among everybody's; Path "" for nobody, or one's own
	ID        int64
}

// deed is what an action is called: done, and as something to do.
type deed struct{ did, do string }

// deeds are what passes do; %s stands for the title.
var deeds = map[string]deed{
	"create":     {"made a Zoom meeting for %s", "make a Zoom meeting for %s"},
	"update":     {"changed the Zoom meeting of %s", "change the Zoom meeting of %s"},
	"write":      {"put its link on %s", "put its link on %s"},
	"claim":      {"found that %s shows its link already", "note that %s shows its link already"},
	"leave":      {"leaves %s without its link, since it was taken off again", "leave %s without its link, since it was taken off again"},
	"restore":    {"took the link off %s", "take the link off %s"},
	"release":    {"no longer keeps a link for %s", "no longer keep a link for %s"},
	"delete":     {"deleted the Zoom meeting of %s", "delete the Zoom meeting of %s"},
	"drop":       {"took one date out of the Zoom meeting of %s", "take one date out of the Zoom meeting of %s"},
	"adopt":      {"took up the Zoom meeting of %s that was there already", "take up the Zoom meeting of %s that is there already"},
	"abandon":    {"stopped looking for a Zoom meeting for %s that was never made", "stop looking for a Zoom meeting for %s that was never made"},
	"missing":    {"found that the Zoom meeting of %s is gone", "deal with the Zoom meeting of %s, which is gone"},
	"orphan":     {"found the Zoom meeting %s, which no event shows", "deal with the Zoom meeting %s, which no event shows"},
	"disconnect": {"disconnected %s", "disconnect %s"},
}

// changes are what people do; %s stands for the title.
var changes = map[string]string{
	"connect":    "connected %s",
	"disconnect": "disconnected %s",
	"pause":      "paused Slotward",
	"resume":     "let Slotward go on",
	"settings":   "changed the settings",
	"calendar":   "changed the calendar %s",
	"release":    "released what was held back",
	"renew":      "asked for a new link for %s",
	"rebuild":    "asked for what was made before to be taken up",
}

// outcomes are how it is said that something was not done.
var outcomes = map[string]struct {
	lead  string
	badge badge
}{
	"held":   {"has yet to ", badge{"Waits", "warn"}},
	"failed": {"could not ", badge{"Failed", "bad"}},
}

// say tells an entry in a sentence, to whoever has the name viewer.
func (r *request) say(e server.JournalEntry) line {
	who, detail := author(e)
	if who != "" && who == r.who.Name {
		who = "You"
	}
	l := line{At: e.At.UTC().Format("2006-01-02T15:04:05Z"), ID: e.ID, Why: sentence(detail)}
	if e.Event != "" {
		l.Event = named{titled(e.Title), r.meetingPath(e.Event)}
	}
	if e.Pass != "" {
		l.Text, l.Badge = "Slotward "+passed(e)+".", outcomes[e.Outcome].badge
		if l.Why == "" || e.Outcome == "done" {
			l.Why = strings.TrimSpace(e.ReasonText + " " + l.Why)
		}
		return l
	}
	l.Text, l.Why = changed(who, e, detail)
	return l
}

// passed is what a pass did, without who.
func passed(e server.JournalEntry) string {
	if e.Action == "brake" {
		return "held back removals until somebody releases them"
	}
	if o, wait := outcomes[e.Outcome]; wait {
		return o.lead + toDo(e.Action, e.Title)
	}
	d, known := deeds[e.Action]
	if !known {
		d = deed{did: "did this for %s: " + e.Action}
	}
	return strings.ReplaceAll(d.did, "%s", "“"+titled(e.Title)+"”")
}

// changed is what somebody did, and what more there is to say of it.
func changed(who string, e server.JournalEntry, detail string) (text, why string) {
	title := "“" + titled(e.Title) + "”"
	switch e.Action {
	case "connect", "disconnect":
		title = account(e.Title)
	case "calendar":
		switch {
		case strings.Contains(detail, "enabled: off → on"):
			return actor(who) + " turned the calendar " + title + " on.", settingWords(detail)
		case strings.Contains(detail, "enabled: on → off"):
			return actor(who) + " turned the calendar " + title + " off.", settingWords(detail)
		}
		return actor(who) + " changed the calendar " + title + ".", settingWords(detail)
	case "settings":
		if e.Title == "installation" {
			return actor(who) + " changed the defaults of this installation.", settingWords(detail)
		}
		return actor(who) + " changed the settings.", settingWords(detail)
	case "choose":
		return actor(who) + " chose a link for " + title + ".", settingWords(detail)
	case "person":
		if was, is, role := roleWords(detail); role {
			return actor(who) + " made " + e.Title + " " + is + ".", "Before: " + was + "."
		}
		if who == "" && detail == "added by signing in" {
			return e.Title + " was added by signing in.", ""
		}
		return actor(who) + " " + strings.TrimSuffix(detail, ".") + " " + e.Title + ".", ""
	case "sign_in":
		if e.Person == 0 {
			return "The first link was opened.", "Whoever has it is an admin for twelve hours."
		}
		return strings.ReplaceAll(account(e.Title), " Calendar ", " account ") + " signed in for the first time.", ""
	case "token":
		return actor(who) + " " + strings.TrimSuffix(detail, ".") + " the API token " + title + ".", ""
	}
	if did, known := changes[e.Action]; known {
		return actor(who) + " " + strings.ReplaceAll(did, "%s", title) + ".", sentence(detail)
	}
	return actor(who) + " did this: " + strings.ReplaceAll(e.Action, "_", " ") + ", " + title + ".", sentence(detail)
}

// roleWords reads a change of somebody's role out of an entry's detail.
func roleWords(detail string) (was, is string, ok bool) {
	change, ok := strings.CutPrefix(strings.TrimSuffix(detail, "."), "role: ")
	was, is, found := strings.Cut(change, " → ")
	article := map[string]string{"admin": "an admin", "member": "a member"}
	return article[was], article[is], ok && found
}

func actor(who string) string {
	if who == "" {
		return "Somebody"
	}
	return who
}

// account names an account as the journal does, "google ada@acme.test", for people.
func account(title string) string {
	provider, email, _ := strings.Cut(title, " ")
	if name, ok := connectionNames[provider]; ok {
		return strings.TrimSpace(name + " " + email)
	}
	return title
}

// author takes who did something out of an entry's detail, where it stands last.
func author(e server.JournalEntry) (who, detail string) {
	if e.Pass != "" {
		return "", e.Detail
	}
	// A token is called whatever its maker likes, a comma and somebody's name included.
	const token = "the API token "
	if name, alone := strings.CutPrefix(e.Detail, "by "+token); alone {
		return token + name, ""
	}
	if before, name, found := strings.Cut(e.Detail, ", by "+token); found {
		return token + name, before
	}
	if name, alone := strings.CutPrefix(e.Detail, "by "); alone && !strings.Contains(name, ", by ") {
		return name, ""
	}
	if at := strings.LastIndex(e.Detail, ", by "); at >= 0 {
		return e.Detail[at+len(", by "):], e.Detail[:at]
	}
	return "", e.Detail
}

// toDo is an action as something to do: "make a Zoom meeting for “Kickoff”".
func toDo(action, title string) string {
	d, known := deeds[action]
	if !known {
		d = deed{do: action + " %s"}
	}
	return strings.ReplaceAll(d.do, "%s", "“"+titled(title)+"”")
}
