package zoom_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// list reads one page and returns its meetings' ids and the next token.
func (w *world) list(query string) (ids []int64, next string, all reply) {
	w.t.Helper()
	got := w.ok("GET", "/v2/users/me/meetings?"+query, "", 200)
	for _, item := range got.body["meetings"].([]any) {
		m := item.(map[string]any)
		for _, name := range []string{"password", "settings", "start_url"} {
			if m[name] != nil {
				w.t.Errorf("%s in a listing", name)
			}
		}
		ids = append(ids, int64(m["id"].(float64)))
	}
	next, _ = got.body["next_page_token"].(string)
	return ids, next, got
}

func (w *world) createMany(n int) (ids []int64) {
	for i := range n {
		ids = append(ids, w.create(fmt.Sprintf(`{"start_time":"2026-12-01T10:%02d:00Z"}`, i)))
	}
	return ids
}

func TestListingInPages(t *testing.T) {
	w := newWorld(t)
	want := w.createMany(7)
	var got []int64
	query, pages := "page_size=3", 0
	for {
		ids, next, _ := w.list(query)
		got, pages = append(got, ids...), pages+1
		if next == "" {
			break
		}
		query = "page_size=3&next_page_token=" + url.QueryEscape(next)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || pages != 3 {
		t.Errorf("%v in %d pages, not %v", got, pages, want)
	}
	if ids, _, all := w.list("page_size=3&page_number=3"); len(ids) != 1 || all.body["total_records"] != 7.0 || all.body["page_count"] != 3.0 {
		t.Errorf("page 3: %v", all.body)
	}
	_, next, _ := w.list("page_size=3")
	w.wait(15 * time.Minute)
	w.refused("GET", "/v2/users/me/meetings?next_page_token="+next, "", 400, 300)
	w.refused("GET", "/v2/users/me/meetings?page_size=301", "", 400, 300)
	w.refused("GET", "/v2/users/me/meetings?type=all", "", 400, 300)
	w.refused("GET", "/v2/users/me/meetings?from=today", "", 400, 300)
	w.list("page_size=300")
}

func TestWhatIsListed(t *testing.T) {
	w := newWorld(t)
	one := w.create(`{"start_time":"2026-12-01T10:00:00Z","agenda":"` + strings.Repeat("ü", 300) + `"}`)
	w.create(`{"type":1}`)
	w.create(`{"type":10}`)
	open := w.create(`{"type":3}`)
	past := w.create(`{"start_time":"2026-11-10T10:00:00Z"}`)
	w.create(`{"start_time":"2026-10-10T10:00:00Z"}`) // expired already
	gone := w.create(tomorrow)
	w.ok("DELETE", path(gone), "", 204)
	far := w.create(`{"start_time":"2027-11-10T10:00:00Z"}`)
	for query, want := range map[string][]int64{
		"":                              {open, past, one, far},
		"type=scheduled":                {open, past, one, far},
		"type=upcoming":                 {open, one},
		"type=upcoming_meetings":        {open, one},
		"type=previous_meetings":        {past},
		"type=live":                     nil,
		"from=2026-12-01&to=2026-12-01": {open, one},
		"from=2026-12-02&to=2027-12-01": {open, far},
	} {
		if got, _, _ := w.list(query); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %v, not %v", query, got, want)
		}
	}
	_ = w.s.StartMeeting(one)
	if got, _, all := w.list("type=live"); len(got) != 1 || got[0] != one {
		t.Errorf("live: %v", got)
	} else if agenda := all.body["meetings"].([]any)[0].(map[string]any)["agenda"].(string); agenda != strings.Repeat("ü", 250) {
		t.Errorf("agenda of %d bytes", len(agenda))
	}
}

func TestListFaults(t *testing.T) {
	w := newWorld(t)
	all := w.createMany(5)
	w.desk.Arm("zoom.list", "empty", 1)
	if ids, next, got := w.list("page_size=300"); len(ids) != 0 || next != "" || got.body["total_records"] != 0.0 {
		t.Errorf("empty: %v", got.body)
	}
	w.desk.Arm("zoom.list", "partial", 1)
	ids, next, _ := w.list("page_size=300")
	if len(ids) != 2 || next == "" {
		t.Fatalf("partial: %v %q", ids, next)
	}
	if got := w.call("GET", "/v2/users/me/meetings?page_size=300&next_page_token="+next, ""); got.status != 500 {
		t.Errorf("the later page: %d", got.status)
	}
	w.desk.Arm("zoom.list", "stale", 1)
	if ids, _, _ := w.list(""); len(ids) != 0 {
		t.Errorf("stale: %v", ids)
	}
	w.wait(time.Minute)
	late := w.create(tomorrow)
	w.desk.Arm("zoom.list", "stale", 1)
	if ids, _, _ := w.list(""); len(ids) != len(all) {
		t.Errorf("stale: %v", ids)
	}
	if ids, _, _ := w.list(""); len(ids) != len(all)+1 {
		t.Errorf("%d is not listed: %v", late, ids)
	}
}
