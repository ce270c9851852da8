package dashboard

import (
	"net/http"
	"testing"

	"slotward/internal/server"
	"slotward/reconciler/plan"
	"slotward/sources"
	"slotward/store"
)

func TestHelpAnswersFromWhatIsSo(t *testing.T) {
	w := newWorld(t)
	ada, calendar := w.person("ada")
	w.usual(ada, calendar)
	who := as(ada, server.Member)
	w.get(who, "/people/me/help").says(http.StatusOK, "1 event: Nobody else is invited.", "1 event: Zoom's limit of writes for today is reached", "1 event waits for its turn.",
		"No Zoom account is connected", "Google is connected as ada@acme.test.", "The calendars were looked at last on Tue 1 December, 09:00.",
		"No event to come is organised by somebody else.", "“ada's” was never read.", "Nothing is held back.")
	w.get(who, "/people/me/help?q=quarterly").says(http.StatusOK, "Events with “quarterly”", "Quarterly numbers Wed 2 December, 11:00 Needs somebody The account has to be reconnected. Next: Waits until the person reconnects")
	w.get(who, "/people/me/help?q=retro").says(http.StatusOK, "Retro Mon 30 November, 09:00 Over It has ended.")
	w.get(who, "/people/me/help?q=nowhere").says(http.StatusOK, "No event on a calendar that is kept has this in its title.")

	connections, err := w.store.Connections(t.Context(), ada.ID)
	w.ok(err)
	w.ok(w.store.SetConnectionState(t.Context(), connections[0].ID, store.NeedsReauth, "the permission was taken back"))
	_, err = w.store.UpdatePerson(t.Context(), ada.ID, func(p *store.Person) error { p.Paused = true; return nil })
	w.ok(err)
	w.ok(w.store.Request(t.Context(), ada.ID))
	w.write(func(tx *store.Tx) error {
		w.ok(tx.SetHeld("f00d"))
		ref := sources.EventRef{Calendar: calendar.ID, Event: "kickoff"}
		return tx.SaveDecisions([]store.Decision{{Event: ref, Person: ada.ID, Wanted: "zoom", Reason: string(plan.NativeKept)}})
	})
	w.get(who, "/people/me/help").says(http.StatusOK, "Google (ada@acme.test): has to be connected again. The permission was taken back.", "Reconnect", "Slotward is paused",
		"Removals are held back, because so many would go at once.", "1 event shows our link beside the calendar's own", "4 events were not looked at yet")
}

func TestHelpForWhoeverHasNothing(t *testing.T) {
	w := newWorld(t)
	p, err := w.store.CreatePerson(t.Context(), "bob", "bob@acme.test")
	w.ok(err)
	w.get(as(p, server.Member), "/people/me/help").says(http.StatusOK, "No calendar account is connected.", "No account is connected.", "The calendars were never looked at.")
	if p := w.get(as(p, server.Admin), "/people/99/help"); p.status != http.StatusNotFound {
		t.Errorf("help for nobody is answered %d", p.status)
	}
}
