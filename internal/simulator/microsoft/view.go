package microsoft

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// lens is how one request looks at events.
type lens struct {
	prefer
	calendar *calendar
	account  string
	join     string // between the names of locations
	first    bool   // only the first location is named
}

func (s *Server) lens(c *calendar, account string, p prefer) lens {
	join := s.behaviour.LocationJoin
	if join == "" {
		join = "; "
	}
	return lens{prefer: p, calendar: c, account: account, join: join, first: s.behaviour.LocationFirst}
}

func (l lens) idOf(r *record) string {
	if l.immutable {
		return r.immutable
	}
	return r.id
}

// hides reports whether the lens sees only that the time is taken.
func (l lens) hides(r *record) bool {
	return (r.Sensitivity == "private" || r.Sensitivity == "confidential") && l.calendar.roles[l.account] < owner
}

const stampLayout = "2006-01-02T15:04:05.0000000Z"

// show renders a record with all its properties.
func (l lens) show(r *record) event {
	e := event{
		ETag: r.etag(), ID: l.idOf(r), ChangeKey: changeKey(r.seq), ICalUID: r.uidOf(), Kind: r.kind(),
		Created: r.created.Format(stampLayout), Modified: r.updated.Format(stampLayout),
		Categories: append([]string{}, r.Categories...), OriginalStartTimeZone: r.Start.Zone, OriginalEndTimeZone: r.End.Zone,
		ReminderMinutes: r.ReminderFirst, IsReminderOn: r.Reminder, Importance: r.Importance, Sensitivity: r.Sensitivity,
		IsAllDay: r.AllDay, IsCancelled: r.Cancelled, IsOrganizer: r.Organized, IsDraft: r.Draft, ResponseRequested: r.ResponseRequests,
		ShowAs: r.ShowAs, AllowProposals: r.AllowProposals, HideAttendees: r.HideAttendees,
		ResponseStatus: &r.Response, Start: r.Start.wire(r.AllDay, l.zone, l.loc), End: r.End.wire(r.AllDay, l.zone, l.loc),
		Organizer: &recipient{r.Organizer}, Attendees: []attendee{}, Locations: []location{}, OnlineMeetingProvider: "unknown",
		Body: &body{"html", ""}, Location: &location{LocationType: "default", UniqueIDType: "unknown"},
		WebLink: "https://outlook.office365.com/owa/?itemid=" + strings.ReplaceAll(r.id, "=", "%3D") + "&exvsurl=1&path=/calendar/item",
	}
	if r.Transaction != "" {
		e.TransactionID = &r.Transaction
	}
	if r.master != 0 {
		master := l.idOf(l.calendar.events[r.master])
		original := r.original.Format("2006-01-02T15:04:05Z")
		e.SeriesMasterID, e.OriginalStart = &master, &original
	}
	if l.hides(r) {
		e.Subject, e.Sensitivity = "Private Appointment", "private"
		return e
	}
	e.Subject, e.Recurrence, e.Categories = r.Subject, r.Recurrence, append([]string{}, r.Categories...)
	e.Attendees, e.Locations = append(e.Attendees, l.attendees(r)...), append(e.Locations, r.Locations...)
	e.Location = l.joined(r.Locations)
	e.BodyPreview = preview(r.Body)
	e.Body = &body{r.Body.ContentType, r.Body.Content}
	if l.text && r.Body.ContentType == "html" {
		e.Body = &body{"text", plain(r.Body.Content, true)}
	}
	e.IsOnlineMeeting, e.OnlineMeeting, e.OnlineMeetingProvider = r.Online != nil, r.Online, r.Provider
	return e
}

// occurrence renders an occurrence as delta gives it.
func (l lens) bare(r *record) bare {
	return bare{
		Type: eventType, ETag: r.etag(), ID: l.idOf(r), SeriesMasterID: l.idOf(l.calendar.events[r.master]), Kind: r.kind(),
		Start: r.Start.wire(r.AllDay, l.zone, l.loc), End: r.End.wire(r.AllDay, l.zone, l.loc),
	}
}

func (l lens) removed(r *record) removed {
	out := removed{Type: eventType, ID: l.idOf(r)}
	out.Removed.Reason = "deleted"
	return out
}

func (l lens) attendees(r *record) []attendee {
	if !r.HideAttendees || r.Organized {
		return r.Attendees
	}
	return slices.DeleteFunc(slices.Clone(r.Attendees), func(a attendee) bool { return a.EmailAddress.Address != l.calendar.owner })
}

// joined is what location says of several locations.
func (l lens) joined(all []location) *location {
	if len(all) == 0 {
		return &location{LocationType: "default", UniqueIDType: "unknown"}
	}
	out := all[0]
	if len(all) == 1 || l.first {
		return &out
	}
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.DisplayName
	}
	out = location{DisplayName: strings.Join(names, l.join), LocationType: "default", UniqueIDType: "private"}
	out.UniqueID = out.DisplayName
	return &out
}

// preview is the beginning of a body without its tags.
func preview(b body) string {
	text := b.Content
	if b.ContentType == "html" {
		text = plain(text, false)
	}
	runes := []rune(strings.TrimSpace(text))
	return string(runes[:min(len(runes), 255)])
}

// plain is an HTML body as text. With links, Exchange writes where each leads in
// angle brackets behind its words.
func plain(content string, links bool) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(content))
	skip, href := 0, ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(out.String())
		case html.TextToken:
			if skip == 0 {
				out.WriteString(strings.NewReplacer("\r", "", "\n", " ").Replace(html.UnescapeString(string(tokens.Raw()))))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, more := tokens.TagName()
			token := string(name)
			switch token {
			case "a":
				if links && href != "" {
					out.WriteString("<" + href + ">")
				}
				for href = ""; more; {
					var key, value []byte
					if key, value, more = tokens.TagAttr(); string(key) == "href" {
						href = string(value)
					}
				}
			case "br", "div", "p", "tr", "hr":
				if out.Len() > 0 && !strings.HasSuffix(out.String(), "\n") {
					out.WriteString("\r\n")
				}
			case "style", "script", "head", "title":
				skip += map[bool]int{true: -1, false: 1}[strings.HasPrefix(string(tokens.Raw()), "</")]
			}
		}
	}
}

func zeroTime() string { return time.Time{}.Format("2006-01-02T15:04:05Z") }
