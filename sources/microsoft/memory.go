package microsoft

import (
	"strings"
	"sync"
	"time"

	"slotward/sources"
)

// maxShapes is how many events of a calendar are remembered beyond what
// sources.Event holds. What is forgotten is read again before it is written.
const maxShapes = 2000

// shape is what a PATCH needs of an event beside sources.Event.
type shape struct {
	etag     string
	kind     sources.Kind
	document document
	places   places
}

// memory is what a Source knows of one calendar between its calls. Everything in
// it can be read again from Graph.
type memory struct {
	mu     sync.Mutex
	shapes map[string]shape // by event id
	marks  map[string]sources.Mark
	facts  *facts // nil: not known yet
	// learned is when facts were asked for; zero: they come from a token.
	learned time.Time
	head    string // of the last body: they are nearly all the same
	// marksListed tells that marks holds those of every event but exceptions.
	marksListed bool
	// series are those of a token that Graph no longer honours: the next full
	// reading asks for the ones that it does not name.
	series []series
}

// memoryOf returns what is known of a calendar.
func (s *Source) memoryOf(calendarID string) *memory {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.memories[calendarID]
	if m == nil {
		m = &memory{shapes: map[string]shape{}, marks: map[string]sources.Mark{}}
		s.memories[calendarID] = m
	}
	return m
}

// remember keeps an event's shape.
func (m *memory) remember(id string, s shape) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.shapes) >= maxShapes && m.shapes[id].etag == "" {
		clear(m.shapes)
	}
	// The pieces must not keep whole bodies in memory.
	if s.document.head != m.head {
		m.head = strings.Clone(s.document.head)
	}
	s.document.head, s.document.tail = m.head, strings.Clone(s.document.tail)
	m.shapes[id] = s
}

// shapeOf returns what was remembered of an event.
func (m *memory) shapeOf(id string) (shape, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.shapes[id]
	return s, ok
}

func (m *memory) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.shapes, id)
	delete(m.marks, id)
}

// markOf returns the mark that an event is known to carry.
func (m *memory) markOf(id string) sources.Mark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marks[id]
}

func (m *memory) setMark(id string, mark sources.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if mark.Zero() {
		delete(m.marks, id)
		return
	}
	m.marks[id] = mark
}

// setMarks takes the marks of all events, exceptions' apart.
func (m *memory) setMarks(all map[string]sources.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range m.marks {
		if _, there := all[id]; !there && m.shapes[id].kind != sources.Exception {
			delete(m.marks, id)
		}
	}
	for id, mark := range all {
		m.marks[id] = mark
	}
	m.marksListed = true
}

func (m *memory) setListed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.marksListed = true
}

func (m *memory) listed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.marksListed
}

// leave keeps the series of a token that expired; take hands them over.
func (m *memory) leave(list []series) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.series = list
}

func (m *memory) take() []series {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.series
}

func (m *memory) knownFacts() (facts, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.facts == nil {
		return facts{}, false
	}
	return *m.facts, true
}

// factsSince returns what was learned at t or later.
func (m *memory) factsSince(t time.Time) (facts, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.facts == nil || m.learned.Before(t) {
		return facts{}, false
	}
	return *m.facts, true
}

// setFacts keeps facts. learned is when they were asked for, zero if long ago.
func (m *memory) setFacts(f facts, learned time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.facts, m.learned = &f, learned
}
