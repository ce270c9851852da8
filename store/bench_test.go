package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/store/seal"
	"slotward/store/storetest"
)

// benchStore opens a fresh store with one person and one calendar.
func benchStore(b *testing.B) (*store.Store, store.Lease, int64, string) {
	b.Helper()
	ctx := b.Context()
	key, err := seal.New()
	check(b, err)
	dsn := storetest.SQLite(b)
	s, err := store.Open(ctx, store.Options{DSN: dsn, Sealer: key, Now: storetest.NewClock().Now})
	check(b, err)
	b.Cleanup(func() { _ = s.Close() })
	p, err := s.CreatePerson(ctx, "Ada", "ada@acme.test")
	check(b, err)
	c, err := s.Connect(ctx, store.Connection{Person: p.ID, Provider: "google", Account: "a"}, store.Token{})
	check(b, err)
	ks, err := s.SaveCalendars(ctx, c.ID, []sources.Calendar{{ID: "main"}})
	check(b, err)
	l, err := s.Claim(ctx, "bench", time.Hour)
	check(b, err)
	return s, l, ks[0].ID, strings.TrimPrefix(dsn, "sqlite:")
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// typical makes events as a calendar has them: a title, a few lines of text.
func typical(n, version int) []sources.Event {
	start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	events := make([]sources.Event, n)
	for i := range events {
		events[i] = sources.Event{
			ID: fmt.Sprintf("event%022d", i), ICalUID: fmt.Sprintf("event%022d@google.com", i), ETag: fmt.Sprintf(`"%016d"`, version),
			Kind: sources.Single, Title: "Weekly sync with the customer", Start: start.Add(time.Duration(i) * time.Hour),
			End: start.Add(time.Duration(i)*time.Hour + 30*time.Minute), TimeZone: "Europe/Berlin", Guests: 3, OrganizedHere: true,
			Description: strings.Repeat("What we talk about. ", 10), Native: sources.Native{Provider: "meet", URL: "https://meet.google.com/abc-defg-hij"},
			Created: start, Updated: start,
		}
	}
	return events
}

func save(b *testing.B, s *store.Store, l store.Lease, k int64, r sources.Reading) {
	b.Helper()
	check(b, s.Write(b.Context(), l, func(x *store.Tx) error {
		_, err := x.SaveReading(k, r)
		return err
	}))
}

// BenchmarkFirstReading merges 10,000 new events; bytes/event is what they take on disk.
func BenchmarkFirstReading(b *testing.B) {
	events := typical(10_000, 1)
	for b.Loop() {
		b.StopTimer()
		s, l, k, path := benchStore(b)
		before := s.RowsWritten()
		b.StartTimer()
		save(b, s, l, k, sources.Reading{Full: true, Token: "1", Events: events})
		b.StopTimer()
		b.ReportMetric(float64(s.RowsWritten()-before), "rows/op")
		check(b, s.Close())
		info, err := os.Stat(path)
		check(b, err)
		b.ReportMetric(float64(info.Size())/float64(len(events)), "disk-B/event")
		b.StartTimer()
	}
	b.ReportAllocs()
}

// BenchmarkReadMirror reads 10,000 events back, as every pass does.
func BenchmarkReadMirror(b *testing.B) {
	s, l, k, _ := benchStore(b)
	save(b, s, l, k, sources.Reading{Full: true, Token: "1", Events: typical(10_000, 1)})
	b.ReportAllocs()
	for b.Loop() {
		events, err := s.Events(context.Background(), l.Person)
		if err != nil || len(events) != 10_000 {
			b.Fatal(len(events), err)
		}
	}
}

// BenchmarkQuietFullReading merges 10,000 events that are as they were: no row is written.
func BenchmarkQuietFullReading(b *testing.B) {
	s, l, k, _ := benchStore(b)
	r := sources.Reading{Full: true, Token: "1", Events: typical(10_000, 1)}
	save(b, s, l, k, r)
	before := s.RowsWritten()
	r.Full, r.Events = true, r.Events[:10_000]
	b.ReportAllocs()
	for b.Loop() {
		save(b, s, l, k, r)
	}
	b.ReportMetric(float64(s.RowsWritten()-before)/float64(b.N), "rows/op")
}

// BenchmarkPage merges an incremental page of 250 changed events into a mirror
// of 10,000; BenchmarkPageDecode only decodes the JSON of such a page.
func BenchmarkPage(b *testing.B) {
	s, l, k, _ := benchStore(b)
	save(b, s, l, k, sources.Reading{Full: true, Token: "1", Events: typical(10_000, 1)})
	version := 1
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		version++
		events := typical(250, version)
		b.StartTimer()
		save(b, s, l, k, sources.Reading{Token: "2", Events: events})
	}
}

func BenchmarkPageDecode(b *testing.B) {
	var page wirePage
	for _, e := range typical(250, 1) {
		when := func(t time.Time) wireTime { return wireTime{DateTime: t.Format(time.RFC3339), TimeZone: e.TimeZone} }
		page.Items = append(page.Items, wireEvent{
			Kind: "calendar#event", ID: e.ID, ICalUID: e.ICalUID, ETag: e.ETag, Status: "confirmed", Summary: e.Title, Description: e.Description,
			HTMLLink: "https://www.google.com/calendar/event?eid=" + e.ID, Created: e.Created, Updated: e.Updated, EventType: "default",
			Creator: wirePerson{Email: "ada@acme.test", Self: true}, Organizer: wirePerson{Email: "ada@acme.test", Self: true},
			Start: when(e.Start), End: when(e.End), HangoutLink: e.Native.URL,
			Attendees: []wirePerson{{Email: "ada@acme.test", Self: true}, {Email: "bob@client.test"}, {Email: "eve@client.test"}},
		})
	}
	text, err := json.Marshal(page)
	check(b, err)
	b.ReportAllocs()
	for b.Loop() {
		var into wirePage
		check(b, json.Unmarshal(text, &into))
	}
	b.ReportMetric(float64(len(text))/250, "JSON-B/event")
}

// wirePage is what a calendar provider's page looks like, less what is rare.
type wirePage struct {
	Items []wireEvent `json:"items"`
}

type wireEvent struct {
	Kind        string       `json:"kind"`
	ID          string       `json:"id"`
	ICalUID     string       `json:"iCalUID"`
	ETag        string       `json:"etag"`
	Status      string       `json:"status"`
	Summary     string       `json:"summary"`
	Description string       `json:"description"`
	HTMLLink    string       `json:"htmlLink"`
	Created     time.Time    `json:"created"`
	Updated     time.Time    `json:"updated"`
	Creator     wirePerson   `json:"creator"`
	Organizer   wirePerson   `json:"organizer"`
	Start       wireTime     `json:"start"`
	End         wireTime     `json:"end"`
	HangoutLink string       `json:"hangoutLink"`
	EventType   string       `json:"eventType"`
	Attendees   []wirePerson `json:"attendees"`
}

type wireTime struct {
	DateTime string `json:"dateTime"`
	TimeZone string `json:"timeZone"`
}

type wirePerson struct {
	Email string `json:"email"`
	Self  bool   `json:"self"`
}
