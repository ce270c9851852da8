package zoom

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// event is a webhook's body.
type event struct {
	Event   string         `json:"event"`
	Stamp   int64          `json:"event_ts"` // milliseconds
	Payload map[string]any `json:"payload"`
}

// stringIDs are the events whose object.id is a string in real captures.
var stringIDs = []string{"meeting.ended"}

// createdObject tells a meeting in full, but for its agenda.
func createdObject(m *meeting) map[string]any {
	object := identity(m)
	object["topic"], object["type"], object["duration"] = m.topic, int(m.kind), m.minutes
	object["timezone"], object["join_url"] = m.zone, m.joinURL()
	object["settings"] = map[string]any{"use_pmi": false, "alternative_hosts": ""}
	if m.password != "" {
		object["password"] = m.password
	}
	if !m.start.IsZero() {
		object["start_time"] = stamp(m.start)
	}
	if m.kind == fixSeries {
		object["recurrence"], object["occurrences"] = m.recurrence, m.occurrenceObjects(time.Time{}, true)
	}
	return object
}

func identity(m *meeting) map[string]any {
	return map[string]any{"id": m.id, "uuid": m.uuid, "host_id": m.host.id}
}

// heldObject tells that a meeting runs, or ran until end.
func heldObject(m *meeting, end time.Time) map[string]any {
	object := identity(m)
	object["topic"], object["type"], object["duration"], object["timezone"] = m.topic, int(m.kind), m.minutes, m.zone
	object["start_time"] = stamp(m.used)
	if !end.IsZero() {
		object["end_time"] = stamp(end)
	}
	return object
}

// occurrenceObject tells which occurrence something happened to.
func occurrenceObject(m *meeting, o *occurrence) map[string]any {
	object := identity(m)
	object["occurrences"] = []any{map[string]any{"occurrence_id": o.id, "start_time": stamp(o.start), "duration": o.minutes}}
	return object
}

// changedObject tells only what differs, now and before.
func changedObject(m, was *meeting) (now, old map[string]any) {
	now = map[string]any{"id": m.id, "uuid": m.uuid}
	old = map[string]any{"id": m.id, "uuid": was.uuid}
	differ := func(name string, a, b any) {
		if a != b {
			now[name], old[name] = a, b
		}
	}
	differ("topic", m.topic, was.topic)
	differ("type", int(m.kind), int(was.kind))
	differ("start_time", stamp(m.start), stamp(was.start))
	differ("duration", m.minutes, was.minutes)
	differ("timezone", m.zone, was.zone)
	differ("agenda", m.agenda, was.agenda)
	differ("password", m.password, was.password)
	differ("join_url", m.joinURL(), was.joinURL())
	return now, old
}

func (s *Server) emit(name string, m *meeting, object map[string]any) {
	s.send(name, m, map[string]any{"object": object})
}

func (s *Server) emitChange(name string, m *meeting, object, old map[string]any) {
	s.send(name, m, map[string]any{"scope": "all", "object": object, "old_object": old, "time_stamp": m.updated.UnixMilli()})
}

func (s *Server) emitOperation(name, operation string, m *meeting, object map[string]any) {
	s.send(name, m, map[string]any{"operation": operation, "object": object})
}

// send queues an event for every app that the host has let in. Our own writes
// come back this way too.
func (s *Server) send(name string, m *meeting, payload map[string]any) {
	payload["account_id"], payload["operator"], payload["operator_id"] = m.host.accountID, m.host.email, m.host.id
	if object, ok := payload["object"].(map[string]any); ok && (s.switches.HookStringIDs || slices.Contains(stringIDs, name)) {
		object["id"] = strconv.FormatInt(m.id, 10)
	}
	told := map[*client]bool{}
	for _, g := range s.grants(m.host) {
		if g.client.hook != nil && !told[g.client] {
			told[g.client] = true
			s.queue(g.client.hook, event{name, s.clock.Now().UnixMilli(), payload})
		}
	}
}

// emitDeauthorized tells an app that a user has removed it.
func (s *Server) emitDeauthorized(g *grant) {
	if g.client.hook == nil {
		return
	}
	now := s.clock.Now()
	s.queue(g.client.hook, event{"app_deauthorized", now.UnixMilli(), map[string]any{
		"account_id": g.account.accountID, "user_id": g.account.id, "client_id": g.client.id,
		"deauthorization_time": now.Format("2006-01-02T15:04:05.000Z"), "signature": s.letters(64), "event_ts": now.UnixMilli(),
	}})
}

// queue puts an event on its way, by the mode that is switched on.
func (s *Server) queue(hook *subscription, e event) {
	body, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("a webhook's body: %v", err)) // maps of plain values only
	}
	s.serial++
	d := delivery{hook: hook, body: body, due: s.clock.Now(), stamp: s.clock.Now(), id: fmt.Sprintf("req-%x", s.serial)}
	switch s.switches.Hooks {
	case HooksLate:
		d.due = d.due.Add(70 * time.Minute)
	case HooksForged:
		d.forged = true
	case HooksTwice:
		s.hooks.push(d)
	}
	s.hooks.push(d)
}
