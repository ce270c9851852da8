package plan_test

import (
	"fmt"
	"testing"
	"time"

	"slotward/reconciler/plan"
)

// A thousand events at once, some forty a week, are worked off with the soonest
// first; each is told from the beginning when its turn comes, and it does come
// then. What comes up for the same day is served at once, on every one of them.
func TestAThousandEventsLeaveRoomForToday(t *testing.T) {
	m := newModel(t)
	const limit, kept = 100, 20
	for i := range 1000 {
		m.event(fmt.Sprintf("e%04d", i), monday.Add(time.Duration(120+255*i)*time.Minute))
	}
	foretold := map[string]time.Time{}
	days := 0
	for ; days < 30; days++ {
		m.w.Budget = plan.Budget{Left: limit, ResumeAt: at(days+1, 0, 0), Daily: limit, Reserve: kept}
		p := m.plan()
		made := m.creates(p)
		for _, h := range p.Held {
			if h.Action.Kind != plan.Create {
				continue
			}
			if told, ok := foretold[h.Action.Title]; ok && !told.Equal(h.Until) {
				t.Fatalf("%s was foretold for %s and is now for %s", h.Action.Title, told, h.Until)
			}
			foretold[h.Action.Title] = h.Until
		}
		for _, title := range made {
			if told, ok := foretold[title]; ok && !told.Equal(m.w.Now) {
				t.Fatalf("%s has its turn at %s and was foretold for %s", title, m.w.Now, told)
			}
		}
		if len(made) == 0 {
			break
		}
		if len(made) > limit-kept {
			t.Fatalf("day %d spends %d", days, len(made))
		}
		m.apply(p, -1)
		m.w.Budget.Left = limit - len(made)
		m.event(fmt.Sprintf("today%d", days), m.w.Now.Add(187*time.Minute))
		if p := m.plan(); len(m.creates(p)) != 1 {
			t.Fatalf("what came up for day %d waits: %+v", days, m.creates(p))
		} else {
			m.apply(p, -1)
		}
		m.w.Now = at(days+1, 0, 0)
	}
	if want := 13; days != want { // 80 a day
		t.Fatalf("worked off in %d days, not %d", days, want)
	}
	m.expect()
}

// creates are the titles of the meetings that a plan makes.
func (m *model) creates(p plan.Plan) (titles []string) {
	for _, a := range p.Actions {
		if a.Kind == plan.Create {
			titles = append(titles, a.Title)
		}
	}
	return titles
}

func TestTurns(t *testing.T) {
	tomorrow, after := at(1, 0, 0), at(2, 0, 0)
	tests := map[string]struct {
		budget plan.Budget
		near   int         // events of this week
		far    int         // events of next month
		made   int         // now
		until  []time.Time // of the others, soonest first
	}{
		"the reserve is for this week":          {plan.Budget{Left: 2, Daily: 4, Reserve: 1}, 3, 0, 2, []time.Time{tomorrow}},
		"what is further ahead leaves it":       {plan.Budget{Left: 2, Daily: 4, Reserve: 1}, 0, 2, 1, []time.Time{tomorrow}},
		"each day anew":                         {plan.Budget{Left: 0, Daily: 2, Reserve: 1}, 1, 2, 0, []time.Time{tomorrow, after, at(3, 0, 0)}},
		"what nothing is known of is told once": {plan.Budget{Left: 1}, 1, 2, 1, []time.Time{tomorrow, tomorrow}},
		"a day is never all reserve":            {plan.Budget{Left: 0, Daily: 2, Reserve: 9}, 0, 2, 0, []time.Time{tomorrow, after}},
		"nothing of this week is kept back":     {plan.Budget{Left: 1, Daily: 2, Reserve: 9}, 2, 0, 1, []time.Time{tomorrow}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := newModel(t)
			for i := range test.near {
				m.event(fmt.Sprintf("near%d", i), at(1, 10+i, 0))
			}
			for i := range test.far {
				m.event(fmt.Sprintf("far%d", i), at(30, 10+i, 0))
			}
			m.w.Budget = test.budget
			m.w.Budget.ResumeAt = tomorrow
			p := m.plan()
			if made := m.creates(p); len(made) != test.made {
				t.Errorf("makes %v", made)
			}
			var until []time.Time
			for _, h := range p.Held {
				if h.Action.Kind == plan.Create {
					until = append(until, h.Until)
				}
			}
			if fmt.Sprint(until) != fmt.Sprint(test.until) {
				t.Errorf("the others have their turns at %v, not %v", until, test.until)
			}
		})
	}
}
