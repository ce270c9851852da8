package zoom

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"time"

	"slotward/internal/simulator/website"
)

// meetingsShown is what the page of an account shows.
type meetingsShown struct {
	Host      host
	Zone, Now string
	Meetings  []row
	Apps      []App
	// The form for a new meeting.
	Date, Time string
}

// done are the words for what was done.
var done = map[string]string{
	"scheduled": "The meeting is scheduled.", "started": "The meeting is running.", "ended": "The meeting has ended.",
	"edited": "The meeting was changed.", "same": "Nothing was different, so nothing was changed.",
	"deleted": "The meeting was deleted.", "removed": "The app can no longer use this account.",
}

// coming are the host's meetings that run, are to come, or can be held at any time.
func (s *Server) coming(h host) []row {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	var found []*meeting
	for _, m := range s.meetings {
		under := !m.start.IsZero() && m.start.Add(time.Duration(m.minutes)*time.Minute).After(now)
		if m.host.email == h.Email && m.alive(now) && (under || upcoming(m, now)) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b *meeting) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.id, b.id)) })
	var out []row
	for _, m := range found {
		out = append(out, h.row(m, now))
	}
	return out
}

// one is a live meeting of the host.
func (s *Server) one(h host, id int64) (row, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, now := s.meetings[id], s.clock.Now()
	if m == nil || m.host.email != h.Email || !m.alive(now) {
		return row{}, false
	}
	return h.row(m, now), true
}

func (s *Server) showMeetings(w http.ResponseWriter, r *http.Request, h host) {
	s.writeMeetings(w, http.StatusOK, h, website.Page{Done: done[r.URL.Query().Get("done")]})
}

func (s *Server) writeMeetings(w http.ResponseWriter, status int, h host, p website.Page) {
	now := s.clock.Now().In(h.zone)
	next := now.Truncate(time.Hour).Add(time.Hour)
	p.Brand, p.Title = brand, "Meetings of "+h.Name
	p.Content = meetingsShown{
		Host: h, Zone: h.zone.String(), Now: now.Format("Mon 2 Jan 2006, 15:04"), Meetings: s.coming(h), Apps: s.Apps(h.Email),
		Date: next.Format(time.DateOnly), Time: next.Format("15:04"),
	}
	meetingsPage.Write(w, status, p)
}

func (s *Server) showMeeting(w http.ResponseWriter, r *http.Request, h host) {
	query := r.URL.Query()
	s.writeMeeting(w, http.StatusOK, h, number(query.Get("id")), website.Page{Done: done[query.Get("done")]})
}

func (s *Server) writeMeeting(w http.ResponseWriter, status int, h host, id int64, p website.Page) {
	m, found := s.one(h, id)
	if !found {
		website.WriteNothing(w, brand, "This account has no such meeting any more.")
		return
	}
	p.Brand, p.Title = brand, m.Topic
	p.Content = struct {
		row
		Zone, Back string
	}{m, h.zone.String(), h.address("", nil)}
	meetingPage.Write(w, status, p)
}

// deeds are what a host can do with a meeting; each returns the key of the words
// for it.
var deeds = map[string]func(*Server, int64, row, website.Form) (string, error){
	"start": func(s *Server, id int64, _ row, _ website.Form) (string, error) { return "started", s.StartMeeting(id) },
	"end":   func(s *Server, id int64, _ row, _ website.Form) (string, error) { return "ended", s.EndMeeting(id) },
	"delete": func(s *Server, id int64, _ row, _ website.Form) (string, error) {
		return "deleted", s.DeleteMeeting(id)
	},
	"edit": (*Server).edit,
}

// do does what a form asks for.
func (s *Server) do(w http.ResponseWriter, r *http.Request, h host) {
	form, err := website.ReadForm(w, r, h.zone)
	words, deed := "", r.PathValue("deed")
	switch {
	case err != nil:
	case deed == "schedule":
		words, err = s.scheduleByHand(h, form)
	case deed == "remove":
		words, err = "removed", s.RemoveApp(h.Email, form.Get("app"))
	case deeds[deed] == nil:
		website.WriteNothing(w, brand, "There is no such page.")
		return
	default:
		id := number(form.Get("id"))
		m, found := s.one(h, id)
		if !found {
			website.WriteNothing(w, brand, "This account has no such meeting any more.")
			return
		}
		if words, err = deeds[deed](s, id, m, form); err != nil && deed == "edit" {
			s.writeMeeting(w, website.Status(err), h, id, website.Page{Problem: "That did not work: " + err.Error() + "."})
			return
		}
	}
	if err != nil {
		s.writeMeetings(w, website.Status(err), h, website.Page{Problem: "That did not work: " + err.Error() + "."})
		return
	}
	http.Redirect(w, r, h.address("", url.Values{"done": {words}}), http.StatusSeeOther)
}

func (s *Server) scheduleByHand(h host, form website.Form) (string, error) {
	start, err := form.Start(false)
	if err != nil {
		return "", err
	}
	minutes, err := form.Minutes(false)
	if err != nil {
		return "", err
	}
	_, err = s.Make(h.Email, form.Get("topic"), start, minutes)
	return "scheduled", err
}

// edit changes what differs from what the form showed: an app may have changed
// the rest meanwhile.
func (s *Server) edit(id int64, m row, form website.Form) (string, error) {
	var c Change
	changed := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return form.Get(name) != form.Get("was_"+name) })
	}
	if topic := form.Get("topic"); changed("topic") {
		c.Topic = &topic
	}
	if changed("date", "time") && !m.Open {
		start, err := form.Start(false)
		if err != nil {
			return "", err
		}
		c.Start = &start
	}
	if changed("minutes") {
		minutes, err := form.Minutes(false)
		if err != nil {
			return "", err
		}
		c.Minutes = &minutes
	}
	if c == (Change{}) {
		return "same", nil
	}
	return "edited", s.EditMeeting(id, c)
}
