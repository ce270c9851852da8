package plan

import (
	"cmp"
	"slices"
)

// rank is where a kind stands in the order of application: what is known to
// exist first, then what is made, then links, and last what goes, so that no
// event ever shows a dead link.
func rank(k Kind) int {
	for i, kind := range [...]Kind{Adopt, Abandon, Create, Update, Write, Claimed, Restore, Release, Delete} {
		if kind == k {
			return i
		}
	}
	return -1
}

// sortActions puts actions into the order in which they are applied: by kind, and
// within a kind the soonest first. Actions are large, so that a list that is in
// order already, as most are, is only looked at.
func sortActions(actions []Action) {
	if !slices.IsSortedFunc(actions, byRank) {
		slices.SortStableFunc(actions, byRank)
	}
}

func byRank(a, b Action) int {
	if a.Kind != b.Kind {
		return cmp.Compare(rank(a.Kind), rank(b.Kind))
	}
	return a.Start.Compare(b.Start)
}
