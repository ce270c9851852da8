package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// stored gives ada a calendar with events, a meeting, a claim and decisions.
func (w *world) stored(ada Person, calendar store.Calendar, events int) {
	w.t.Helper()
	start := w.now().Add(24 * time.Hour)
	var listed []sources.Event
	for i := range events {
		e := sources.Event{
			ID: fmt.Sprintf("e%d", i), ETag: `"1"`, Kind: sources.Single, Title: fmt.Sprintf("Kickoff %d", i), OrganizedHere: true, Guests: 2,
			Location: "https://zoom.us/j/999?pwd=typed-s3cr3t or https://teams.live.com/meet/98?lang=en&p=typed-s3cr3t, see https://wiki.test/?p=12", Start: start.Add(time.Duration(i) * time.Hour), End: start.Add(time.Duration(i+1) * time.Hour),
			Native: sources.Native{Provider: "teams", URL: "https://teams.microsoft.com/meet/97?p=s3cr3t"},
			Description: "Bring cake. https://zoom.us/j/999?a=b&amp;pwd=typed-s3cr3t\n" + sources.RenderBlock(sources.Joining{
				Provider: "zoom", Meeting: "81234567890", URL: "https://zoom.us/j/81234567890?pwd=s3cr3t", Passcode: "s3cr3t-code", DialIn: []string{"+1 555,,s3cr3t#"},
			}),
		}
		sources.Inspect(&e)
		listed = append(listed, e)
	}
	if err := w.store.Request(w.t.Context(), ada.ID); err != nil {
		w.t.Fatal(err)
	}
	ref := sources.EventRef{Calendar: calendar.ID, Event: "e0"}
	w.write(store.Outcome{}, func(tx *store.Tx) error {
		if _, err := tx.SaveReading(calendar.ID, sources.Reading{Full: true, Token: "sync-s3cr3t", Events: listed}); err != nil {
			return err
		}
		if err := tx.PutMeeting(store.Meeting{
			ID: 81234567890, HostID: "h1", Reference: "i:r", Topic: "Kickoff 0", Type: zoom.Scheduled, Start: start, Minutes: 60,
			Joining: sources.Joining{Provider: "zoom", Meeting: "81234567890", URL: "https://zoom.us/j/81234567890?pwd=s3cr3t", Passcode: "s3cr3t-code"},
		}); err != nil {
			return err
		}
		if err := tx.PutClaim(store.Claim{Event: ref, Meeting: 81234567890}); err != nil {
			return err
		}
		return tx.SaveDecisions([]store.Decision{{Event: ref, Wanted: "zoom", Reason: "default", Meeting: 81234567890}})
	})
}

// hasSignedIn lets a person have signed in.
func (w *world) hasSignedIn(p Person) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.store.BindIdentity(ctx, store.Identity{Provider: "google", Account: "sub-1", Person: p.ID, Email: p.Email}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.CreateSession(ctx, store.Session{Secret: "session-s3cr3t", Person: p.ID, ExpiresAt: w.now().Add(time.Hour)}); err != nil {
		w.t.Fatal(err)
	}
}

func TestExportHasEverythingButSecrets(t *testing.T) {
	w := newWorld(t)
	ada, bob := w.person("ada"), w.person("bob")
	calendar := w.calendar(ada)
	w.calendar(bob)
	w.host(ada, "h1")
	const events = exportPage + 20
	w.stored(ada, calendar, events)
	w.hasSignedIn(ada)
	w.ok(http.StatusOK, "PATCH", "/api/v1/people/1", `{"settings":{"share":"never"}}`, nil)

	resp, content := w.send("GET", "/api/v1/people/1/export", "")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/json" ||
		resp.Header.Get("Content-Disposition") != `attachment; filename="slotward-1-2026-12-01.json"` {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	decoder := json.NewDecoder(strings.NewReader(content))
	decoder.DisallowUnknownFields()
	var got Export
	if err := decoder.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Format != 1 || got.Installation != w.store.Installation() || got.Person.Email != "ada@acme.test" || got.Person.Settings["share"] != "never" ||
		len(got.Connections) != 2 || got.Connections[1].Account != "h1@acme" || len(got.Calendars) != 1 || len(got.Events) != events ||
		len(got.SignsInWith) != 1 || got.SignsInWith[0].Account != "sub-1" || len(got.Sessions) != 1 || got.Sessions[0].ExpiresAt.IsZero() || len(got.Meetings) != 1 || got.Meetings[0].Reference != "i:r" || len(got.Claims) != 1 || len(got.Journal) == 0 {
		t.Errorf("%+v", got)
	}
	if got.Person.State != standsWell {
		t.Errorf("ada stands %q", got.Person.State)
	}
	e := got.Events[0]
	if e.Title != "Kickoff 0" || e.Reason != "default" || e.JoinURL != "https://zoom.us/j/81234567890" || !strings.Contains(e.Description, "Bring cake.") ||
		!strings.Contains(e.Location, "zoom.us/j/999") || !strings.HasSuffix(e.Location, "see https://wiki.test/?p=12") || e.NativeURL != "https://teams.microsoft.com/meet/97" || got.Claims[0].Event != e.ID {
		t.Errorf("%+v", e)
	}
	if strings.Contains(content, "s3cr3t") || strings.Contains(content, "bob@acme.test") {
		t.Error("a secret, or somebody else, is in it")
	}
	w.refused(http.StatusNotFound, "no_person", "GET", "/api/v1/people/99/export", "")
}

func TestExportOfWhatIsNotThereIsADocument(t *testing.T) {
	w := newWorld(t)
	w.person("ada")
	var got Export
	w.ok(http.StatusOK, "GET", "/api/v1/people/1/export", "", &got)
	if got.Events == nil || got.Meetings == nil || got.Unanswered == nil || got.Repairs == nil || len(got.Journal) != 1 {
		t.Errorf("%+v", got)
	}
}
