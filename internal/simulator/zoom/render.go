package zoom

import (
	"fmt"
	"strings"
	"time"
)

// listedAgenda is how many characters of an agenda a listing shows.
const listedAgenda = 250

// stamp writes a time the way Zoom does.
func stamp(t time.Time) string { return t.UTC().Format(instantLayout) }

// created is the body of a 201. The published schema has no uuid, host_id and
// status there; real answers do.
func (s *Server) created(m *meeting) map[string]any {
	body := s.full(m, true)
	if !s.switches.FullCreate {
		delete(body, "uuid")
		delete(body, "host_id")
		delete(body, "status")
	}
	return body
}

// full is a meeting with everything that Zoom tells its host.
func (s *Server) full(m *meeting, previous bool) map[string]any {
	body := map[string]any{
		"uuid": m.uuid, "id": m.id, "host_id": m.host.id, "host_email": m.host.email, "assistant_id": "",
		"topic": m.topic, "type": int(m.kind), "status": m.status(), "duration": m.minutes, "timezone": m.zone,
		"agenda": m.agenda, "created_at": stamp(m.created), "start_url": s.startURL(m), "join_url": m.joinURL(),
		"chat_join_url": fmt.Sprintf("https://us02web.zoom.us/launch/jc/%d", m.id), "pre_schedule": m.preSchedule,
		"creation_source": m.source(), "settings": m.effective(),
	}
	if m.password != "" && !s.switches.HidePasscode {
		body["password"] = m.password
		body["h323_password"] = m.password
		body["pstn_password"] = digits(m.password)
	}
	if m.pwd != "" {
		body["encrypted_password"] = m.pwd
	}
	if !m.start.IsZero() {
		body["start_time"] = stamp(s.starts(m))
	}
	if m.kind == fixSeries {
		body["recurrence"] = m.recurrence
		body["occurrences"] = m.occurrenceObjects(s.clock.Now(), previous)
	}
	return body
}

func (m *meeting) status() string {
	if m.started {
		return "started"
	}
	return "waiting"
}

func (m *meeting) source() string {
	if m.app != "" {
		return "open_api"
	}
	return "web_portal"
}

func (m *meeting) occurrenceObjects(now time.Time, previous bool) []any {
	out := []any{}
	for _, o := range m.occurrences {
		if !previous && o.start.Before(now) {
			continue
		}
		if len(out) == shownOccurrences {
			break
		}
		state := "available"
		if o.deleted {
			state = "deleted"
		}
		out = append(out, map[string]any{
			"occurrence_id": o.id, "start_time": stamp(o.start), "duration": o.minutes, "status": state,
		})
	}
	return out
}

// digits is a passcode for telephones.
func digits(passcode string) string {
	var out strings.Builder
	for _, c := range passcode {
		fmt.Fprintf(&out, "%d", c%10)
	}
	return out.String()
}

// pageObject is one page of a listing.
func (s *Server) pageObject(ids []int64, number, size, total int, next string) map[string]any {
	items := []any{}
	for _, id := range ids {
		items = append(items, s.listed(s.meetings[id]))
	}
	return map[string]any{
		"page_count": (total + size - 1) / size, "page_number": number, "page_size": size,
		"total_records": total, "next_page_token": next, "meetings": items,
	}
}

// listed is a meeting in a listing: no passcode, no settings, agenda cut.
func (s *Server) listed(m *meeting) map[string]any {
	agenda := m.agenda
	if runes := []rune(agenda); len(runes) > listedAgenda {
		agenda = string(runes[:listedAgenda])
	}
	item := map[string]any{
		"uuid": m.uuid, "id": m.id, "host_id": m.host.id, "topic": m.topic, "type": int(m.kind),
		"duration": m.minutes, "timezone": m.zone, "agenda": agenda, "created_at": stamp(m.created), "join_url": m.joinURL(),
	}
	if !m.start.IsZero() {
		item["start_time"] = stamp(s.starts(m))
	}
	return item
}

// userObject is a user's profile.
func userObject(a *account) map[string]any {
	given, family, _ := strings.Cut(a.name, " ")
	licence, state := 2, "active"
	if a.plan == Free {
		licence = 1
	}
	if a.inactive {
		state = "inactive"
	}
	return map[string]any{
		"id": a.id, "account_id": a.accountID, "account_number": a.number, "email": a.email,
		"first_name": given, "last_name": family, "display_name": a.name, "type": licence, "status": state,
		"timezone": a.zone, "pmi": a.pmi, "use_pmi": false, "verified": 1, "role_id": "2", "role_name": "Member",
		"personal_meeting_url": fmt.Sprintf("https://us02web.zoom.us/j/%d", a.pmi), "language": "en-US",
		"dept": "", "cluster": "us02", "created_at": stamp(a.created), "pronouns_option": 1,
	}
}
