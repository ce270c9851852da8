package google

import (
	"slices"
	"time"
)

// Mail is what one write through the API made Google send. What people do on
// Google's own page sends mail too, but is not recorded.
type Mail struct {
	At         time.Time
	Calendar   string
	Event      string // id of the event, or of the instance
	Series     string // for instances: id of the series
	Kind       string // "invitation", "update", "cancellation"
	Updates    string // "all" or "externalOnly"
	Recipients []string
}

// mail records who is mailed about a write. Google counts every accepted write
// that asks for it, whether or not guests could see a difference.
func (s *Server) mail(q *request, r *record, kind string) {
	updates := q.query.Get("sendUpdates")
	if updates == "" && boolParam(q.query, "sendNotifications") {
		updates = "all" // the older parameter
	}
	if updates != "all" && updates != "externalOnly" {
		return
	}
	var to []string
	for _, a := range r.Attendees {
		if a.Resource || a.Email == q.account || a.Email == q.calendar.id {
			continue
		}
		if updates == "all" || !s.knows(a.Email) {
			to = append(to, a.Email)
		}
	}
	if len(to) == 0 {
		return
	}
	slices.Sort(to)
	s.mails = append(s.mails, Mail{At: s.now(), Calendar: q.calendar.id, Event: r.ID, Series: r.RecurringEventID, Kind: kind, Updates: updates, Recipients: to})
}
