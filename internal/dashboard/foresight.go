package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"slotward/internal/server"
)

const (
	// foresightLimit bounds the work on a question: a calendar that was never read
	// is read for it, which takes seconds.
	foresightLimit = time.Minute
	// answerKept is how long an answer waits for whoever asked. Numbers that are
	// older may not be true any more.
	answerKept = 20 * time.Second
	// questionsWorking and questionsKept are how many questions of one viewer may be
	// worked on, and how many may be known at all; one page asks two at most.
	questionsWorking, questionsKept = 4, 12
	// questionsAll is how many may be worked on for everybody together.
	questionsAll = 16
)

// patience is how long a page waits for what it foresees.
type patience struct {
	first time.Duration // by whoever asks: the page comes without it then
	again time.Duration // by whoever looks again
}

// usually is the patience of people: a page is there at once, and a second look
// need not be followed by a third.
func usually() patience { return patience{first: 30 * time.Millisecond, again: 2 * time.Second} }

// question is what would come of a change, asked by somebody. An answer is
// theirs alone, in the session and in the role in which they have asked.
type question struct {
	who  server.Identity
	path string // of the API
	body string // JSON; "" for none
}

// inquiry is a question that was asked.
type inquiry struct {
	end  context.CancelFunc
	done chan struct{} // closed when there is an answer: what follows does not change any more
	told server.Preview
	err  error
	at   time.Time

	// outdated: whoever asked has changed something meanwhile. foresight.mu guards it.
	outdated bool
}

// answered reports whether there is an answer.
func (a *inquiry) answered() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

// foresight works out what changes would lead to, beside the pages that want to
// tell it: what takes long does not hold a page up, and who looks again finds
// the question as it stands. An answer is given once.
type foresight struct {
	api      http.Handler
	patience patience // not changed once something was asked
	stopping <-chan struct{}
	run      func(func()) // starts what is waited for by whoever stops the pages
	now      func() time.Time
	log      *slog.Logger

	mu    sync.Mutex
	asked map[question]*inquiry
}

func newForesight(o *Options) *foresight {
	f := &foresight{api: o.API, patience: usually(), stopping: o.Stopping, run: o.Go, now: o.Now, log: o.Log, asked: map[question]*inquiry{}}
	if f.run == nil {
		f.run = func(work func()) { go work() }
	}
	return f
}

// look returns how questions of one page stand, and waits a while for answers,
// longer where they were asked before and whoever asks is patient. told is false
// while one of them has none yet; none are returned when so much is being worked
// out that these were not asked.
func (f *foresight) look(ctx context.Context, questions []question, patient bool) (answers []*inquiry, told bool) {
	answers, isNew := f.ask(ctx, questions)
	wait := f.patience.first
	if patient && !isNew {
		wait = f.patience.again
	}
	limit := time.NewTimer(wait)
	defer limit.Stop()
	for _, a := range answers {
		if a.answered() {
			continue
		}
		select {
		case <-a.done:
		case <-limit.C:
			return answers, false
		case <-ctx.Done():
			return answers, false
		case <-f.stopping:
			return answers, false
		}
	}
	return answers, answers != nil && f.take(questions, answers)
}

// ask finds questions, or begins to work on them; isNew reports whether one was
// not asked before. nil: there is no room for one.
func (f *foresight) ask(ctx context.Context, questions []question) (answers []*inquiry, isNew bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep()
	for _, q := range questions {
		a := f.asked[q]
		if a == nil {
			if !f.room(q.who) {
				return nil, isNew
			}
			a, isNew = f.begin(ctx, q), true
		}
		answers = append(answers, a)
	}
	return answers, isNew
}

// sweep forgets answers that nobody came for.
func (f *foresight) sweep() {
	for q, a := range f.asked {
		if a.answered() && f.now().Sub(a.at) > answerKept {
			delete(f.asked, q)
		}
	}
}

// room reports whether somebody may ask one more question.
func (f *foresight) room(who server.Identity) bool {
	select {
	case <-f.stopping:
		return false
	default:
	}
	kept, working, all := 0, 0, 0
	for q, a := range f.asked {
		own, busy := q.who == who, !a.answered()
		if busy {
			all++
		}
		if own {
			kept++
		}
		if own && busy {
			working++
		}
	}
	return kept < questionsKept && working < questionsWorking && all < questionsAll
}

// begin lets a question be worked on by itself: who has asked may go away. The
// limit ends that, the stop, and what makes the answer outdated.
func (f *foresight) begin(ctx context.Context, q question) *inquiry {
	ctx, end := context.WithTimeout(context.WithoutCancel(ctx), foresightLimit)
	a := &inquiry{end: end, done: make(chan struct{})}
	f.asked[q] = a
	f.run(func() {
		select {
		case <-f.stopping:
			end()
		case <-ctx.Done():
		}
	})
	f.run(func() {
		defer end()
		a.told, a.err = f.work(ctx, q)
		a.at = f.now()
		close(a.done)
	})
	return a
}

// work asks the API as whoever has asked. A panic ends this question, and nothing
// else; its value may hold anything, so that only its type is logged.
func (f *foresight) work(ctx context.Context, q question) (told server.Preview, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			f.log.ErrorContext(ctx, "panic while a change was foreseen", slog.String("panic", fmt.Sprintf("%T", caught)), slog.String("stack", string(debug.Stack())))
			err = errors.New("a change could not be foreseen")
		}
	}()
	var body any
	if q.body != "" {
		body = json.RawMessage(q.body)
	}
	err = api{handler: f.api, ctx: ctx}.send(http.MethodPost, q.path, body, &told)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = &problemError{ErrorModel: huma.ErrorModel{Status: http.StatusGatewayTimeout, Detail: "working it out took longer than a minute. Try again later."}}
	}
	return told, err
}

// take hands answers out: nobody gets them again. It reports false where they
// are outdated.
func (f *foresight) take(questions []question, answers []*inquiry) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	current := true
	for i, a := range answers {
		if f.asked[questions[i]] == a {
			delete(f.asked, questions[i])
		}
		current = current && !a.outdated
	}
	return current
}

// forget drops what somebody has asked, because they have changed something.
func (f *foresight) forget(who server.Identity) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for q, a := range f.asked {
		if q.who == who {
			a.outdated = true
			a.end()
			delete(f.asked, q)
		}
	}
}
