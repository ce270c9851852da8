package google

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// pending reports whether a conference is still being made. Nil is not.
func (c *conference) pending() bool {
	return c != nil && c.CreateRequest != nil && c.CreateRequest.Status != nil && c.CreateRequest.Status.StatusCode == "pending"
}

// solution is the type of a conference's solution, "" when it says none.
func (c *conference) solution() string {
	if c == nil || c.Solution == nil || c.Solution.Key == nil {
		return ""
	}
	return c.Solution.Key.Type
}

// video is the address that a conference is joined at in a browser.
func (c *conference) video() string {
	if c == nil {
		return ""
	}
	for _, p := range c.EntryPoints {
		if p.EntryPointType == "video" {
			return p.URI
		}
	}
	return ""
}

// newMeet makes a Google Meet conference and its link.
func (s *Server) newMeet(requestID string) (*conference, string) {
	s.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "meet %d", s.made))
	letters := make([]byte, 10)
	for i := range letters {
		letters[i] = 'a' + sum[i]%26
	}
	code := string(letters[:3]) + "-" + string(letters[3:7]) + "-" + string(letters[7:])
	pin := fmt.Sprintf("%09d", 100000000+int(sum[20])*1000003%800000000)
	link := "https://meet.google.com/" + code
	return &conference{
		ConferenceID:  code,
		CreateRequest: &createRequest{RequestID: requestID, Key: &conferenceKey{"hangoutsMeet"}, Status: &conferenceStatus{"success"}},
		Solution: &conferenceSolution{Key: &conferenceKey{"hangoutsMeet"}, Name: "Google Meet",
			IconURI: "https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png"},
		EntryPoints: []entryPoint{
			{EntryPointType: "video", URI: link, Label: strings.TrimPrefix(link, "https://")},
			{EntryPointType: "more", URI: "https://tel.meet/" + code + "?pin=" + pin, PIN: pin},
			{EntryPointType: "phone", URI: "tel:+1-650-555-0142", Label: "+1 650-555-0142", PIN: pin, RegionCode: "US"},
		},
	}, link
}

// finishMeets makes the Meet links that were answered with "pending".
func (s *Server) finishMeets(c *calendar) {
	for _, id := range slices.Sorted(setOf(c.pending)) {
		delete(c.pending, id)
		r := c.events[id]
		if r == nil || r.cancelled() || !r.Conference.pending() {
			continue
		}
		next := r.clone()
		next.Conference, next.HangoutLink = s.newMeet(r.Conference.CreateRequest.RequestID)
		s.put(c, next, true)
		if next.organizer() == c.id {
			s.share(c, next)
		}
	}
}

// applyConference changes the conference of next as body asks. Clients that do
// not say version 1 have it ignored, whatever they send.
func (s *Server) applyConference(q *request, old, next *record, wanted event, body map[string]any) *apiError {
	sent, present := body["conferenceData"]
	if intParam(q.query, "conferenceDataVersion", 0) == 0 || !present {
		return nil
	}
	if sent == nil {
		next.Conference, next.HangoutLink = nil, ""
		return nil
	}
	if _, ok := sent.(map[string]any)["createRequest"]; ok && wanted.Conference.CreateRequest != nil {
		return s.requestMeet(q.calendar, old, next, wanted.Conference.CreateRequest)
	}
	return s.setConference(old, next, wanted.Conference)
}

func (s *Server) requestMeet(c *calendar, old, next *record, ask *createRequest) *apiError {
	if ask.RequestID == "" || ask.Key == nil || ask.Key.Type == "" {
		return invalid("Invalid conference data")
	}
	if !slices.Contains(c.solutions, ask.Key.Type) {
		return invalid("Invalid conference type value.")
	}
	if before := old.Conference; before != nil && before.CreateRequest != nil && before.CreateRequest.RequestID == ask.RequestID {
		return nil // the same request again is ignored
	}
	if s.behaviour.MeetPending {
		next.HangoutLink = ""
		next.Conference = &conference{CreateRequest: &createRequest{
			RequestID: ask.RequestID, Key: &conferenceKey{ask.Key.Type}, Status: &conferenceStatus{"pending"}}}
		return nil
	}
	next.Conference, next.HangoutLink = s.newMeet(ask.RequestID)
	return nil
}

// setConference writes a conference that the client describes itself.
func (s *Server) setConference(old, next *record, wanted *conference) *apiError {
	switch wanted.solution() {
	case "":
		return nil // silently stripped
	case "hangoutsMeet":
		link := wanted.video()
		if !strings.HasPrefix(link, "https://meet.google.com/") {
			return invalid("Invalid Value")
		}
		next.Conference, next.HangoutLink = wanted, link
		if old.Conference.video() == link {
			next.Conference = old.Conference
		}
		return nil
	case "addOn":
		if !s.behaviour.AddOnAllowed || !validCard(wanted) {
			return invalid("Invalid conference data")
		}
		next.Conference, next.HangoutLink = wanted, ""
		return nil
	}
	return invalid("Invalid conference type value.")
}

// validCard checks the limits of a conference card: at least one entry point,
// one of each kind but phone, "more" never alone, lengths.
func validCard(c *conference) bool {
	if len(c.EntryPoints) == 0 || utf8.RuneCountInString(c.Notes) > 2048 {
		return false
	}
	count := map[string]int{}
	for _, p := range c.EntryPoints {
		count[p.EntryPointType]++
		schemes := map[string]string{"video": "http", "more": "http", "phone": "tel:", "sip": "sip:"}
		scheme, known := schemes[p.EntryPointType]
		if !known || !strings.HasPrefix(p.URI, scheme) || len(p.URI) > 1300 || utf8.RuneCountInString(p.Label) > 512 {
			return false
		}
		for _, code := range []string{p.MeetingCode, p.AccessCode, p.Passcode, p.Password, p.PIN} {
			if utf8.RuneCountInString(code) > 128 {
				return false
			}
		}
	}
	return count["video"] <= 1 && count["sip"] <= 1 && count["more"] <= 1 && count["more"] < len(c.EntryPoints)
}
