package ics

import (
	"strconv"
	"strings"
	"time"
)

// responses are Google's words for PARTSTAT.
var responses = map[string]string{
	"ACCEPTED":  "accepted",
	"DECLINED":  "declined",
	"TENTATIVE": "tentative",
}

// details reads what does not decide when the event takes place.
func (e *Event) details(ps properties) {
	switch strings.ToUpper(ps.text("STATUS")) {
	case "CANCELLED":
		e.Cancelled = true
	case "TENTATIVE":
		e.Tentative = true
	}
	e.Free = strings.EqualFold(ps.text("TRANSP"), "TRANSPARENT")
	switch strings.ToUpper(ps.text("CLASS")) {
	case "PRIVATE", "CONFIDENTIAL":
		e.Private = true
	}
	e.Meet = ps.text("X-GOOGLE-CONFERENCE")
	if at, err := time.Parse(clockForm+"Z", ps.text("CREATED")); err == nil {
		e.Created = at
	}
	e.sequence, _ = strconv.Atoi(ps.text("SEQUENCE")) // absent or odd: zero
	if p, ok := ps.first("ORGANIZER"); ok {
		e.Organizer = attendee(p)
	}
	for _, p := range ps.all("ATTENDEE") {
		e.Attendees = append(e.Attendees, attendee(p))
	}
}

func attendee(p property) Attendee {
	a := Attendee{Name: p.parameter("CN"), Response: "needsAction"}
	if scheme, address, ok := strings.Cut(p.Value, ":"); ok && strings.EqualFold(strings.TrimSpace(scheme), "mailto") {
		a.Email = strings.ToLower(strings.TrimSpace(address))
	} else if address := p.parameter("EMAIL"); address != "" {
		a.Email = strings.ToLower(address)
	}
	if !strings.Contains(a.Email, "@") {
		a.Email = ""
	}
	if said, ok := responses[strings.ToUpper(p.parameter("PARTSTAT"))]; ok {
		a.Response = said
	}
	switch strings.ToUpper(p.parameter("CUTYPE")) {
	case "RESOURCE", "ROOM":
		a.Resource = true
	}
	// Google writes rooms as ordinary attendees with an address of this kind.
	if strings.HasSuffix(a.Email, "@resource.calendar.google.com") {
		a.Resource = true
	}
	a.Optional = strings.EqualFold(p.parameter("ROLE"), "OPT-PARTICIPANT")
	return a
}
