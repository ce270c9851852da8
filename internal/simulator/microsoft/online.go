package microsoft

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	teams    = "teamsForBusiness"
	noneOfUs = "unknown"
)

// teamsLink finds a link by which a Teams meeting is joined.
var teamsLink = regexp.MustCompile(`https://teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet)/[^\s"'<>]+`)

// joinLink is the Teams link in a body, "" when there is none.
func joinLink(b body) string {
	text := b.Content
	if b.ContentType == "html" {
		text = html.UnescapeString(text)
	}
	return teamsLink.FindString(text)
}

// meeting is a Teams meeting with the block that tells of it.
type meeting struct {
	url, id, passcode string
	personal          bool
	old               bool
	language          string
	organizer, tenant string
}

// newMeeting makes a Teams meeting; every one has a link of its own.
func (s *Server) newMeeting(c *calendar, language string, old bool) meeting {
	s.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "teams %d", s.made))
	digits := fmt.Sprintf("%012d", int64(sum[0])<<32|int64(sum[1])<<24|int64(sum[2])<<16|int64(sum[3])<<8|int64(sum[4]))[:12]
	a := s.accounts[c.owner]
	m := meeting{
		id:       digits[:3] + " " + digits[3:6] + " " + digits[6:9] + " " + digits[9:],
		passcode: hex.EncodeToString(sum[5:8]), personal: a.personal, old: old, language: language, organizer: a.oid, tenant: a.tid,
	}
	thread := "meeting_" + strings.ToUpper(hex.EncodeToString(sum[8:24]))
	switch {
	case a.personal:
		m.url = "https://teams.live.com/meet/9" + digits + "?p=" + hex.EncodeToString(sum[5:14])
	case old:
		context := url.QueryEscape(`{"Tid":"` + a.tid + `","Oid":"` + a.oid + `"}`)
		m.url = "https://teams.microsoft.com/l/meetup-join/19%3a" + thread + "%40thread.v2/0?context=" + strings.ToLower(context[:3]) + context[3:]
	default:
		m.url = "https://teams.microsoft.com/meet/" + digits + "?p=" + hex.EncodeToString(sum[5:14])
	}
	return m
}

// info is a meeting as Graph describes it.
func (m meeting) info() *onlineMeeting {
	if m.personal {
		return &onlineMeeting{JoinURL: m.url}
	}
	return &onlineMeeting{JoinURL: m.url, ConferenceID: strings.ReplaceAll(m.id, " ", "")[:9], TollNumber: "+49 69 5050 0000", QuickDial: "tel:+4969505000"}
}

// append puts the meeting's block at the end of a body.
func (m meeting) append(b body) body {
	block := m.block()
	if b.ContentType == "text" {
		return body{"text", b.Content + "\r\n" + plain(block, true)}
	}
	content := wrapHTML(b.Content)
	if b.Content == "" {
		content = wrapHTML("<br>")
	}
	if at := strings.LastIndex(strings.ToLower(content), "</body>"); at >= 0 {
		return body{"html", content[:at] + block + content[at:]}
	}
	return body{"html", content + block}
}

// wrapHTML makes a whole document of a fragment, as Exchange does.
func wrapHTML(content string) string {
	if content == "" || strings.Contains(strings.ToLower(content), "<html") {
		return content
	}
	return "<html><head></head><body>" + content + "</body></html>"
}

// addTeams makes next an online meeting with a new link and its block.
func (s *Server) addTeams(c *calendar, next *record, language string, old bool) {
	if s.accounts[c.owner].personal && s.behaviour.PersonalSkype {
		next.Online, next.Provider = &onlineMeeting{JoinURL: "https://join.skype.com/" + opaque(fmt.Sprint("skype ", next.num, s.seq), 12)}, "skypeForConsumer"
		return
	}
	m := s.newMeeting(c, language, old)
	next.Body, next.Block = m.append(next.Body), m.block()
	next.Online, next.Provider = m.info(), teams
}

const teamsPlace = "Microsoft Teams Meeting"

func withTeamsPlace(all []location) []location {
	if slices.ContainsFunc(all, func(l location) bool { return l.DisplayName == teamsPlace }) {
		return all
	}
	return append(slices.Clone(all), location{DisplayName: teamsPlace, LocationType: "default", UniqueID: teamsPlace, UniqueIDType: "private"})
}

// settle applies the rule by which Exchange knows an online meeting: a Teams
// link in the body makes one, a body written without one ends it, and asking
// for a meeting where no link is mints a new one. "Make it none" is ignored.
// sentBody and asked say what of that a client has sent.
func (s *Server) settle(c *calendar, old, next *record, sentBody, asked bool) {
	link := joinLink(next.Body)
	switch {
	case link != "" && (sentBody || old == nil):
		if next.Online == nil || next.Online.JoinURL != link {
			next.Online, next.Provider = &onlineMeeting{JoinURL: link}, teams
		}
		return
	case sentBody && old != nil && old.Provider == teams && old.Online != nil && !asked:
		s.cut(next, old)
		return
	}
	if asked && (next.Online == nil || sentBody) && next.Provider != "skypeForConsumer" {
		if !slices.Contains(c.providers, teams) {
			return
		}
		s.addTeams(c, next, "en", false)
		if s.behaviour.TeamsLocation {
			next.Locations = withTeamsPlace(next.Locations)
		}
	}
}

// cut ends the online meeting of an event whose block was cut out of its body.
func (s *Server) cut(next, old *record) {
	switch s.behaviour.AfterCut {
	case TeamsStays:
	case TeamsReturns:
		m := meeting{url: old.Online.JoinURL, id: "000 000 000 000", passcode: "000000", language: "en"}
		next.Body, next.Block = m.append(next.Body), m.block()
	default:
		next.Online = nil
		if !s.behaviour.ProviderStays {
			next.Provider = noneOfUs
		}
	}
}
