package google

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// matching finds the records that a query asks for, in the order to be shown.
func (s *Server) matching(c *calendar, lq listQuery, q *request) []*record {
	var out []*record
	for _, r := range c.since(lq.from) {
		if lq.single {
			out = append(out, c.instancesFor(r, lq, s.now())...)
		} else if lq.admits(c, r) {
			out = append(out, r)
		}
	}
	out = slices.DeleteFunc(out, func(r *record) bool { return !lq.within(c, r) || !q.selects(r) })
	switch q.query.Get("orderBy") {
	case "startTime":
		slices.SortStableFunc(out, func(a, b *record) int { return a.start.instant(c.loc).Compare(b.start.instant(c.loc)) })
	case "updated":
		slices.SortStableFunc(out, func(a, b *record) int {
			return cmp.Or(a.updated.Compare(b.updated), cmp.Compare(a.seq, b.seq))
		})
	}
	return out
}

// admits decides about deleted events, without expansion.
//
//	what                              full reading     showDeleted   since token or updatedMin
//	live                              yes              yes           yes
//	cancelled single or series        no               yes           yes
//	cancelled occurrence, live series yes              yes           yes
//	exception of a cancelled series   no               yes           if it changed itself
//	exception dropped by its series   no               yes           yes
func (lq listQuery) admits(c *calendar, r *record) bool {
	if lq.incremental || lq.showDeleted || !lq.updatedMin.IsZero() {
		return true
	}
	if r.isInstance() {
		master := c.events[r.RecurringEventID]
		if master == nil {
			return !r.orphan && !r.cancelled()
		}
		return !r.orphan && !master.cancelled()
	}
	return !r.cancelled()
}

// instancesFor turns one record into what singleEvents=true shows of it:
// itself, or all occurrences of a series with their exceptions in place.
func (c *calendar) instancesFor(r *record, lq listQuery, now time.Time) []*record {
	deleted := lq.incremental || lq.showDeleted || !lq.updatedMin.IsZero()
	if !r.isSeries() {
		if master := c.events[r.RecurringEventID]; master != nil && master.seq > lq.from && !r.orphan {
			return nil // stands among the instances of its series
		}
		if r.cancelled() && !deleted {
			return nil
		}
		return []*record{r}
	}
	if r.cancelled() && !deleted {
		return nil
	}
	from, until := r.start.At, now.Add(farFuture)
	if !lq.timeMax.IsZero() {
		until = lq.timeMax
	}
	if !lq.timeMin.IsZero() {
		from = lq.timeMin.Add(-r.end.At.Sub(r.start.At) - 24*time.Hour)
	}
	out := c.expand(r, from, until)
	if !deleted {
		out = slices.DeleteFunc(out, (*record).cancelled)
	}
	return out
}

// expand returns the occurrences of a series with exceptions in their places.
// Exceptions moved into the range from outside are there too.
func (c *calendar) expand(master *record, from, until time.Time) []*record {
	var out []*record
	seen := map[string]bool{}
	for _, at := range occurrences(master, from, until, maxInstances) {
		r := virtual(master, at)
		if x := c.events[r.ID]; x != nil && x.RecurringEventID == master.ID && !x.orphan {
			if r = x; master.cancelled() {
				r = x.clone()
				r.Status = "cancelled"
			}
		}
		seen[r.ID] = true
		out = append(out, r)
	}
	for _, x := range c.exceptionsOf(master.ID) {
		if !seen[x.ID] && !x.orphan && !master.cancelled() {
			out = append(out, x)
		}
	}
	return out
}

// within applies the bounds in time, both exclusive: timeMin to the end of an
// event, timeMax to its start. A series is inside when any occurrence is.
func (lq listQuery) within(c *calendar, r *record) bool {
	if !lq.updatedMin.IsZero() && r.updated.Before(lq.updatedMin) {
		return false
	}
	if lq.timeMin.IsZero() && lq.timeMax.IsZero() {
		return true
	}
	inside := func(start, end moment) bool {
		return (lq.timeMin.IsZero() || end.instant(c.loc).After(lq.timeMin)) && (lq.timeMax.IsZero() || start.instant(c.loc).Before(lq.timeMax))
	}
	if !r.isSeries() || r.cancelled() {
		return inside(r.start, r.end)
	}
	return slices.ContainsFunc(c.expand(r, lq.lower(r), lq.upper()), func(i *record) bool { return inside(i.start, i.end) })
}

func (lq listQuery) lower(r *record) time.Time {
	if lq.timeMin.IsZero() {
		return r.start.At
	}
	return lq.timeMin.Add(-r.end.At.Sub(r.start.At) - 24*time.Hour)
}

func (lq listQuery) upper() time.Time {
	if lq.timeMax.IsZero() {
		return lq.timeMin.Add(farFuture)
	}
	return lq.timeMax.Add(24 * time.Hour)
}

// selects applies the remaining filters.
func (q *request) selects(r *record) bool {
	v := q.query
	if types := v["eventTypes"]; len(types) > 0 && !slices.Contains(types, r.EventType) {
		return false
	}
	if uid := v.Get("iCalUID"); uid != "" && r.ICalUID != uid {
		return false
	}
	if words := strings.Fields(strings.ToLower(v.Get("q"))); len(words) > 0 {
		hay := strings.ToLower(strings.Join([]string{r.Summary, r.Description, r.Location, r.Organizer.Email, r.Organizer.DisplayName, guestText(r)}, "\n"))
		if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(hay, w) }) {
			return false
		}
	}
	var private, shared map[string]string
	if r.Extended != nil {
		private, shared = r.Extended.Private, r.Extended.Shared
	}
	return holdsAll(private, v["privateExtendedProperty"]) && holdsAll(shared, v["sharedExtendedProperty"])
}

func guestText(r *record) string {
	var b strings.Builder
	for _, a := range r.Attendees {
		b.WriteString(a.Email + " " + a.DisplayName + "\n")
	}
	return b.String()
}

func holdsAll(have map[string]string, want []string) bool {
	for _, w := range want {
		k, v, _ := strings.Cut(w, "=")
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}
