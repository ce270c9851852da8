package microsoft_test

import (
	"html"
	"strings"
	"testing"

	"slotward/internal/simulator/microsoft"
)

func TestTheBlockMakesTheMeeting(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Notes: "<p>Agenda</p>", Teams: true, Guests: []string{eve}})
	path := "/me/events/" + id
	r := w.ok("GET", path, nil)
	link := r.str("onlineMeeting/joinUrl")
	content := r.str("body/content")
	if r.at("isOnlineMeeting") != true || r.str("onlineMeetingProvider") != "teamsForBusiness" || !strings.HasPrefix(link, "https://teams.microsoft.com/meet/") {
		t.Fatal(r.text)
	}
	if !strings.Contains(content, html.EscapeString(link)) || !strings.Contains(content, "me-email-text") || !strings.Contains(content, "<p>Agenda</p>") {
		t.Fatal(content)
	}
	if r.str("location/displayName") != "Microsoft Teams Meeting" {
		t.Fatal(r.text)
	}

	// Asking for none is ignored, and a body that keeps the block keeps the link.
	r = w.ok("PATCH", path, object{"isOnlineMeeting": false, "onlineMeetingProvider": "unknown"})
	if r.str("onlineMeeting/joinUrl") != link {
		t.Fatal("isOnlineMeeting:false is ignored:", r.text)
	}
	r = w.ok("PATCH", path, object{"body": object{"contentType": "html", "content": strings.Replace(content, "Agenda", "Plan", 1)}})
	if r.str("onlineMeeting/joinUrl") != link {
		t.Fatal(r.text)
	}

	r = w.ok("PATCH", path, object{"body": object{"contentType": "html", "content": "<p>Plan</p>"}, "isOnlineMeeting": false})
	if r.at("isOnlineMeeting") != false || r.at("onlineMeeting") != nil || r.str("onlineMeetingProvider") != "unknown" {
		t.Fatal("without the block there is no meeting:", r.text)
	}

	// Asking for one mints a new link and puts a block below what stands there.
	r = w.ok("PATCH", path, object{"isOnlineMeeting": true})
	again := r.str("onlineMeeting/joinUrl")
	if again == "" || again == link || !strings.Contains(r.str("body/content"), html.EscapeString(again)) || !strings.Contains(r.str("body/content"), "<p>Plan</p>") {
		t.Fatal(r.text)
	}
	if r = w.ok("PATCH", path, object{"isOnlineMeeting": true}); r.str("onlineMeeting/joinUrl") != again {
		t.Fatal("asking again changes nothing:", r.text)
	}
	r = w.ok("PATCH", path, object{"body": object{"contentType": "html", "content": "<p>x</p>"}, "isOnlineMeeting": true})
	if third := r.str("onlineMeeting/joinUrl"); third == again || third == "" {
		t.Fatal("no block and asked for: a new one:", r.text)
	}

	// A link that somebody pastes makes an online meeting as well.
	pasted := "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%22x%22%7d"
	r = w.ok("PATCH", path, object{"body": object{"contentType": "text", "content": "join " + pasted + " now"}})
	if r.str("onlineMeeting/joinUrl") != pasted {
		t.Fatal(r.text)
	}
}

func TestWhatCuttingTheBlockMayDo(t *testing.T) {
	for _, tc := range []struct {
		name     string
		set      func(*microsoft.Behaviour)
		on       bool
		provider string
		block    bool
	}{
		{"it goes", func(*microsoft.Behaviour) {}, false, "unknown", false},
		{"its provider stays", func(b *microsoft.Behaviour) { b.ProviderStays = true }, false, "teamsForBusiness", false},
		{"it stays", func(b *microsoft.Behaviour) { b.AfterCut = microsoft.TeamsStays }, true, "teamsForBusiness", false},
		{"it returns", func(b *microsoft.Behaviour) { b.AfterCut = microsoft.TeamsReturns }, true, "teamsForBusiness", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			w.Configure(tc.set)
			id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Teams: true})
			link := w.event(ada, id).TeamsLink
			r := w.ok("PATCH", "/me/events/"+id, object{"body": object{"contentType": "html", "content": "<p>mine</p>"}})
			if r.at("isOnlineMeeting") != tc.on || r.str("onlineMeetingProvider") != tc.provider || strings.Contains(r.str("body/content"), link) != tc.block {
				t.Fatal(r.text)
			}
			if tc.on && r.str("onlineMeeting/joinUrl") != link {
				t.Fatal("another link:", r.text)
			}
		})
	}
}

func TestTemplatesAndLanguages(t *testing.T) {
	w := newWorld(t)
	w.must(w.AddAccount("ida@outlook.com", "Ida"))
	for _, tc := range []struct {
		account string
		n       microsoft.NewEvent
		link    string
		words   []string
	}{
		{ada, microsoft.NewEvent{OldTemplate: true}, "https://teams.microsoft.com/l/meetup-join/19%3ameeting_", []string{"Click here to join the meeting", "me-email-headline", `lang="en-US"`}},
		{ada, microsoft.NewEvent{Language: "de"}, "https://teams.microsoft.com/meet/", []string{"Jetzt an der Besprechung teilnehmen", "meet_invite_block.action.join_link"}},
		{ada, microsoft.NewEvent{Language: "ja", OldTemplate: true}, "https://teams.microsoft.com/l/meetup-join/", []string{"会議に参加するにはここをクリックしてください"}},
		{ada, microsoft.NewEvent{Language: "ja"}, "https://teams.microsoft.com/meet/", []string{"今すぐ会議に参加する"}},
		{"ida@outlook.com", microsoft.NewEvent{}, "https://teams.live.com/meet/", []string{"Join the meeting now"}},
	} {
		tc.n.Title, tc.n.Start, tc.n.Teams = "x", at("2026-12-02T10:00:00Z"), true
		id, err := w.Insert(tc.account, tc.n)
		w.must(err)
		e := w.event(tc.account, id)
		if !strings.HasPrefix(e.TeamsLink, tc.link) {
			t.Error(e.TeamsLink)
		}
		for _, word := range append(tc.words, html.EscapeString(e.TeamsLink), strings.Repeat("_", 80)) {
			if !strings.Contains(e.Description, word) {
				t.Errorf("no %q in %s", word, e.Description)
			}
		}
		if strings.ContainsAny(e.Description, "{}") {
			t.Error("a place was not filled in:", e.Description)
		}
	}
}

func TestOnlineMeetingsByDefault(t *testing.T) {
	w := newWorld(t)
	w.must(w.SetAutoTeams(ada, true))
	if e := w.event(ada, w.insert(microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve}})); e.TeamsLink == "" {
		t.Error("a meeting made by hand has none")
	}
	if e := w.event(ada, w.insert(microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z")})); e.TeamsLink != "" {
		t.Error("an appointment has one")
	}
	draft := object{"subject": "api", "start": object{"dateTime": "2026-12-02T10:00:00", "timeZone": "UTC"}, "end": object{"dateTime": "2026-12-02T11:00:00", "timeZone": "UTC"},
		"attendees": []object{{"emailAddress": object{"address": eve}}}}
	if r := w.ok("POST", "/me/events", draft); r.at("isOnlineMeeting") != false {
		t.Error(r.text)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.AutoTeamsAPI, b.TeamsLocation = true, true })
	if r := w.ok("POST", "/me/events", draft); r.at("isOnlineMeeting") != true || r.str("location/displayName") != "Microsoft Teams Meeting" {
		t.Error(r.text)
	}
	w.must(w.SetConferenceTypes(ada))
	id := w.insert(microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z")})
	if r := w.ok("PATCH", "/me/events/"+id, object{"isOnlineMeeting": true}); r.at("isOnlineMeeting") != false {
		t.Error("a calendar without online meetings made one:", r.text)
	}
	w.must(w.AddAccount("ida@outlook.com", "Ida"))
	w.Configure(func(b *microsoft.Behaviour) { b.PersonalSkype = true })
	id, err := w.Insert("ida@outlook.com", microsoft.NewEvent{Start: at("2026-12-02T10:00:00Z"), Teams: true})
	w.must(err)
	if e := w.event("ida@outlook.com", id); e.Provider != "skypeForConsumer" {
		t.Error(e)
	}
}
