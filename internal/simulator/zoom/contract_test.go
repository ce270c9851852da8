package zoom_test

import "testing"

// Every kind of successful answer is what the published schema says, strictly.
func TestAnswersMatchPublishedSchema(t *testing.T) {
	w := newWorld(t)
	one := w.create(`{"topic":"One","type":2,"start_time":"2026-12-01T10:00:00Z","duration":30,"timezone":"Europe/Berlin","agenda":"x"}`)
	if w.contract.Checked() == 0 {
		t.Skip("the schema is absent: set SLOTWARD_CONTRACTS to the folder with zoom-meetings.openapi.json")
	}
	open := w.create(`{"topic":"Open","type":3}`)
	fixed := w.create(`{"topic":"Fixed","type":8,"start_time":"2026-12-01T10:00:00Z","duration":30,"recurrence":{"type":2,"weekly_days":"3","end_times":4}}`)
	w.create(`{"topic":"Now","type":1,"settings":{"waiting_room":true,"auto_recording":"cloud"}}`)
	for _, id := range []int64{one, open, fixed} {
		w.ok("GET", path(id), "", 200)
		w.ok("PATCH", path(id), `{"topic":"Other","settings":{"custom_keys":[{"key":"k","value":"v"}]}}`, 204)
		w.ok("GET", path(id), "", 200)
	}
	w.ok("GET", "/v2/users/me/meetings?type=scheduled&page_size=2", "", 200)
	w.ok("GET", "/v2/meetings/1", "", 404)
	w.ok("POST", "/v2/users/me/meetings", `{"topic":7}`, 400)
	w.ok("DELETE", path(one), "", 204)
	w.tokens = w.scoped("meeting:update:status")
	w.ok("PUT", path(one)+"/status", `{"action":"recover"}`, 204)
	if n := w.contract.Checked(); n < 30 {
		t.Errorf("only %d answers were checked", n)
	}
}
