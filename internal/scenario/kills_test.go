package scenario_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"slotward/internal/contract"
	"slotward/internal/scenario"
)

// kills is how often the daemon has to be killed for the test to hold, unless
// the environment names another number.
const kills = 200

// TestKilledAtRandom tells random stories in which the daemon is killed at
// random requests and commits, again and again, on either calendar service.
// Whatever came of that, in the end each slot in use has one meeting, every event shows exactly the right link,
// and nothing is left to do.
func TestKilledAtRandom(t *testing.T) {
	want := kills
	if n, err := strconv.Atoi(os.Getenv("SLOTWARD_TEST_KILLS")); err == nil {
		want = n
	} else if testing.Short() {
		want = kills / 5
	}
	var mu sync.Mutex
	total, seed := 0, int64(0)
	next := func() (int64, bool) {
		mu.Lock()
		defer mu.Unlock()
		seed++
		return seed, total < want && !t.Failed()
	}
	var tellers sync.WaitGroup
	for range 4 {
		tellers.Go(func() {
			for seed, more := next(); more; seed, more = next() {
				n := tellStory(t, seed)
				mu.Lock()
				total += n
				mu.Unlock()
			}
		})
	}
	tellers.Wait()
	t.Logf("killed %d times in %d stories", total, seed)
}

// tellStory plays one random story and returns how often the daemon was killed.
func tellStory(t *testing.T, seed int64) int {
	script := newStory(seed).tell()
	file := filepath.Join(t.TempDir(), fmt.Sprintf("killed_%d.txt", seed))
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Error(err)
		return 0
	}
	res := scenario.Run(file, scenario.Options{
		Binary: binary, Kills: seed, Calendar: []string{"google", "microsoft"}[seed%2],
		Contract: contract.ForTest(t), Database: os.Getenv("SLOTWARD_TEST_POSTGRES"),
	})
	if res.Failure != "" {
		t.Errorf("seed %d: %s\n%s\n%s", seed, res.Failure, script, res.Output)
	}
	return res.Kills
}

// story writes a scenario and keeps account of what must come of it.
type story struct {
	random *rand.Rand
	lines  []string
	slots  map[string]string // of the events that stand, by name
	made   int
}

func newStory(seed int64) *story {
	return &story{random: rand.New(rand.NewPCG(uint64(seed), 1)), slots: map[string]string{}}
}

func (s *story) say(format string, args ...any) {
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

// tell makes things happen, lets the daemon work on some of them, and says
// what must be true in the end.
func (s *story) tell() string {
	s.say("now 2026-12-01T08:00:00Z")
	s.say("person ada google zoom")
	s.say("zoom make ada own %s 30m", slot(0))
	s.say("event ada/main weekly 2026-12-02T07:00 30m guests=x@client.test repeat='FREQ=WEEKLY;COUNT=5'")
	for range 30 {
		s.happen()
		if s.random.IntN(2) == 0 {
			s.say("pass")
		}
		if s.random.IntN(6) == 0 {
			s.say("wait %ds", 1+s.random.IntN(90))
		}
	}
	s.say("pass")
	s.say("wait 12m")
	s.conclude()
	return strings.Join(s.lines, "\n") + "\n"
}

// slot is one of a few half hours, so that events meet.
func slot(n int) string { return fmt.Sprintf("2026-12-03T%02d:%02d", 9+n/2, n%2*30) }

// happen is one thing that somebody does.
func (s *story) happen() {
	at := slot(s.random.IntN(6))
	name, ok := s.any()
	switch s.random.IntN(8) {
	case 0, 1, 2:
		s.made++
		name = fmt.Sprintf("e%d", s.made)
		s.say("event ada/main %s %s 30m guests=x@client.test%s", name, at, []string{"", " meet"}[s.random.IntN(2)])
		s.slots[name] = at
	case 3, 4:
		if ok {
			s.say("move %s %s", name, at)
			s.slots[name] = at
		}
	case 5:
		if ok {
			s.say("cancel %s", name)
			delete(s.slots, name)
		}
	case 6:
		if ok {
			s.say("edit %s title='Title %d'", name, s.random.IntN(100))
		}
	case 7:
		if ok {
			s.made++
			copied := fmt.Sprintf("e%d", s.made)
			s.say("copy %s %s %s", name, copied, at)
			s.slots[copied] = at
		}
	}
}

// any picks an event that stands.
func (s *story) any() (string, bool) {
	names := s.names()
	if len(names) == 0 {
		return "", false
	}
	return names[s.random.IntN(len(names))], true
}

// names are the events that stand, in the order in which they were made.
func (s *story) names() []string {
	var names []string
	for n := range s.made {
		if name := fmt.Sprintf("e%d", n+1); s.slots[name] != "" {
			names = append(names, name)
		}
	}
	return names
}

// conclude says what must be true.
func (s *story) conclude() {
	first := map[string]string{}
	for _, name := range s.names() {
		s.say("link %s zoom", name)
		if other, taken := first[s.slots[name]]; taken {
			s.say("same %s %s", other, name)
			continue
		}
		for _, other := range first {
			s.say("differ %s %s", other, name)
		}
		first[s.slots[name]] = name
	}
	s.say("link weekly zoom")
	s.say("meetings ada %d", len(first)+1)
	s.say("meeting own topic='own'")
	s.say("leaks none")
	s.say("settled")
}
