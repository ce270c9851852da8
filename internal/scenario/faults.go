package scenario

import (
	"slices"
	"time"
)

// randomFault is what may go wrong with one operation of a provider.
type randomFault struct {
	provider, operation string
	kinds               []string
}

// randomFaults are what may go wrong at any time without changing the end, by
// operation. Answers of the token endpoints are never lost: a lost refresh
// token ends the connection, as it does at the real provider.
var randomFaults = []randomFault{
	{"google", "google.list", []string{"503", "reset", "lost", "html", "garbled", "429", "partial", "410"}},
	{"google", "google.patch", []string{"503", "reset", "lost", "html", "garbled", "429", "412"}},
	{"google", "google.get", []string{"503", "reset", "html"}},
	{"google", "google.token", []string{"503", "reset"}},
	{"microsoft", "microsoft.delta", []string{"503", "reset", "lost", "html", "garbled", "429", "partial", "410"}},
	{"microsoft", "microsoft.patch", []string{"503", "reset", "lost", "html", "garbled", "429", "412"}},
	{"microsoft", "microsoft.get", []string{"503", "reset", "html"}},
	{"microsoft", "microsoft.token", []string{"503", "reset"}},
	{"zoom", "zoom.create", []string{"503", "reset", "lost", "html", "garbled", "429"}},
	{"zoom", "zoom.update", []string{"503", "reset", "lost", "429"}},
	{"zoom", "zoom.delete", []string{"503", "reset", "lost", "429"}},
	{"zoom", "zoom.get", []string{"503", "reset", "garbled", "429"}},
	{"zoom", "zoom.list", []string{"503", "reset", "garbled", "429", "partial"}},
	{"zoom", "zoom.token", []string{"503", "reset"}},
}

// unsettle arms a few random faults before work is done, unless the script has
// faults of its own on the way.
func (w *world) unsettle() {
	w.scripted, w.armed = w.armed, false
	if w.random == nil || w.scripted {
		return
	}
	for _, desk := range w.desks {
		desk.Disarm() // what has not struck by now is over
	}
	likely := slices.DeleteFunc(slices.Clone(randomFaults), func(f randomFault) bool { return !w.inPlay(f.provider) })
	for range w.random.IntN(4) {
		f := likely[w.random.IntN(len(likely))]
		w.desks[f.provider].Arm(f.operation, f.kinds[w.random.IntN(len(f.kinds))], 1+w.random.IntN(2))
	}
}

// inPlay reports whether the story has calendars at a provider. Zoom is always there.
func (w *world) inPlay(provider string) bool {
	for _, c := range w.calendars {
		if c.owner != nil && c.provider == provider {
			return true
		}
	}
	return provider == "zoom"
}

// shaken reports whether something may go wrong at any time that the script
// does not tell of.
func (w *world) shaken() bool { return w.random != nil || w.killer != nil }

// healing bounds how far the clock may run on for what random faults delayed:
// an unanswered create is given up after five minutes.
const healing = 12 * time.Minute

// schedule is how often people are looked at in scenarios.
const schedule = 15 * time.Minute

// calm ends random faults before a check and lets the daemon get over them.
func (w *world) calm() error {
	if !w.shaken() || !w.acted || w.scripted || w.armed {
		return nil
	}
	w.acted = false
	for _, desk := range w.desks {
		desk.Disarm()
	}
	killed := w.bereft
	w.bereft = false
	if killed { // the request for the last pass may have died with the process
		if err := w.up(); err != nil {
			return err
		}
		if err := w.resync(); err != nil {
			return err
		}
	}
	end := w.clock.Now().Add(healing)
	for {
		s, err := w.client.status()
		if err != nil {
			return err
		}
		if !s.NextAt.After(w.clock.Now()) || s.NextAt.After(end) {
			return nil
		}
		// Who is due between two times of the schedule is due because something failed.
		if s.NextAt.Truncate(schedule).Equal(s.NextAt) && !killed {
			if waits, err := w.client.unanswered(); err != nil || !waits {
				return err
			}
		}
		if err := w.setClock(s.NextAt); err != nil {
			return err
		}
		if err := w.idle(); err != nil {
			return err
		}
	}
}
