package google_test

import (
	"fmt"
	"testing"
	"time"

	"slotward/internal/simulator/google"
)

// TestTenThousandEvents reads a big calendar whole in four pages.
func TestTenThousandEvents(t *testing.T) {
	w := newWorld(t)
	svc := w.api(ada)
	began := time.Now()
	all := make([]google.NewEvent, 10000)
	for i := range all {
		all[i] = google.NewEvent{Title: fmt.Sprint("event ", i), Start: at("2026-12-02T10:00:00Z").Add(time.Duration(i) * time.Minute), Guests: []string{eve}}
	}
	_, err := w.SeedMany(ada, all)
	w.must(err)
	t.Log("seeded after", time.Since(began))
	n, token, pages := 0, "", 0
	for next := ""; pages == 0 || next != ""; pages++ {
		page, err := svc.Events.List(ada).MaxResults(2500).PageToken(next).Do()
		w.must(err)
		n, next, token = n+len(page.Items), page.NextPageToken, page.NextSyncToken
	}
	t.Log("read after", time.Since(began))
	if n != 10000 || pages != 4 {
		t.Fatalf("%d events on %d pages", n, pages)
	}
	page, err := svc.Events.List(ada).SyncToken(token).Do()
	if err != nil || len(page.Items) != 0 {
		t.Fatal(err)
	}
	t.Log("unchanged after", time.Since(began))
}
