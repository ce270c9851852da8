package main

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	"slotward/reconciler"
	"slotward/reconciler/plan"
)

// narrator prints what happens, one line at a time, from any goroutine.
type narrator struct {
	out    *printer
	mu     sync.Mutex
	names  map[int64]string
	number int
	told   int // lines about actions in this chapter
	quiet  int // actions that were not told any more
	// While waiting, actions are kept for the next chapter: passes begin as
	// soon as somebody has connected.
	waiting bool
	kept    []reconciler.Progress
}

// mostTold is how many actions a chapter tells one by one.
const mostTold = 40

func newNarrator(out *printer) *narrator { return &narrator{out: out, names: map[int64]string{}} }

// name lets progress call a person by name.
func (n *narrator) name(p *demoPerson) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.names[p.id] = p.name
}

func (n *narrator) line(format string, values ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.out.printf(format+"\n", values...)
}

// table prints rows of cells in columns.
func (n *narrator) table(rows func(*printer)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.out.table(rows)
}

// chapter begins a part of the demo.
func (n *narrator) chapter(format string, values ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.number, n.told = n.number+1, 0
	n.out.printf("\n%d. "+format+"\n", append([]any{n.number}, values...)...)
	n.waiting = false
	for _, p := range n.kept {
		n.deed(p)
	}
	n.kept = nil
}

// wait keeps actions back until the next chapter.
func (n *narrator) wait() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting = true
}

// deeds say what an action did.
var deeds = map[plan.Kind]string{
	plan.Adopt: "takes up the Zoom meeting of %s", plan.Abandon: "gives up looking for the Zoom meeting of %s",
	plan.Create: "makes a Zoom meeting for %s", plan.Update: "changes the Zoom meeting of %s",
	plan.Write: "puts the link on %s", plan.Claimed: "notes that %s shows the link already",
	plan.Leave:   "leaves %s without the link, which people took off again",
	plan.Restore: "takes our link off %s", plan.Release: "no longer counts %s among those that use its meeting",
	plan.Delete: "deletes the Zoom meeting of %s",
	plan.Drop:   "deletes one occurrence of the Zoom meeting of %s",
}

// progress tells of one action of a pass.
func (n *narrator) progress(p reconciler.Progress) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.waiting {
		n.kept = append(n.kept, p)
		return
	}
	n.deed(p)
}

// deed prints one action; the lock is held.
func (n *narrator) deed(p reconciler.Progress) {
	if n.told++; n.told > mostTold {
		n.quiet++
		return
	}
	text := fmt.Sprintf(cmp.Or(deeds[p.Action.Kind], string(p.Action.Kind)+" %s"), quoted(p.Action.Title))
	if p.Outcome != "done" {
		text = p.Outcome + ": " + text
		if p.Detail != "" {
			text += " (" + p.Detail + ")"
		}
	}
	n.out.printf("  %s  for %s: %s\n", p.At.UTC().Format(time.TimeOnly), cmp.Or(n.names[p.Person], "somebody"), text)
}

// rest tells how many actions were not told.
func (n *narrator) rest() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.quiet > 0 {
		n.out.printf("  … and %s of the same kinds\n", counted(n.quiet, "more action", "more actions"))
	}
	n.quiet = 0
}
