package sources

// Shows reports whether an event shows exactly j with our mark on it: LinkEdit
// would be empty, apart from the native link and from a location that names
// another managed meeting (see ShowsOther). Without j it reports whether nothing
// of ours stands on the event. e.Shown and e.Mark decide; where the text that they
// were worked out from is there too, comparing it saves hashing j, which is what
// a plan over unchanged events would otherwise spend a third of its time on.
func Shows(e *Event, j *Joining, installation string) bool {
	if j == nil {
		return e.Mark.Zero() && e.Shown.Block == BlockNone
	}
	if e.Mark.Installation != installation || e.Mark.Meeting != j.Meeting || e.Shown.Block != BlockWhole {
		return false
	}
	if e.Shown.Location == 0 || !e.Mark.Names(e.ID) || !j.standsIn(e.Description) && e.Shown.BlockText != j.Fingerprint() {
		return false
	}
	return e.Shown.Location != e.Mark.Location || e.Location == j.URL || e.Shown.Location == Fingerprint(j.URL)
}

// ShowsOther reports whether the location is nothing but the link of a meeting
// that ours names and that is not j's. LinkEdit replaces such a location. ours
// may name links of others, where these are to make way.
func ShowsOther(e *Event, j *Joining, ours func(Link) bool) bool {
	link := e.Shown.LocationLink
	if link.Provider == "" || link.Provider == j.Provider && link.Meeting == j.Meeting || ours == nil || !ours(link) {
		return false
	}
	return e.Shown.Location != Fingerprint(j.URL) // a fixed URL may look like a meeting link of another kind
}

// LinkEdit makes an event show exactly j: our block, our mark, and the join URL
// as location unless people typed a place there. ours tells which links are of
// meetings that we manage: a copied event shows another event's link of ours,
// which is replaced rather than respected. With clearNative the calendar's own
// link is taken away, and the mark remembers it. The edit is empty when nothing
// is to be changed; what people wrote outside our block is not touched (I5).
func LinkEdit(e *Event, j *Joining, installation string, ours func(Link) bool, clearNative bool) Edit {
	var edit Edit
	mark := Mark{
		Installation: installation, EventHash: HashEvent(e.ID), Meeting: j.Meeting,
		Location: e.Mark.Location, Native: e.Mark.Native, NativeMeeting: e.Mark.NativeMeeting,
	}
	if e.Shown.Block != BlockWhole || e.Shown.BlockText != j.Fingerprint() {
		text := describe(e, *j)
		edit.Description = &text
	}
	url, want := j.URL, Fingerprint(j.URL)
	switch {
	case e.Shown.Location == want:
		mark.Location = want
	case ourLocation(e, installation) || ShowsOther(e, j, ours):
		edit.Location = &url
		mark.Location = want
	default:
		mark.Location = 0
	}
	if clearNative && e.Native.Provider != "" {
		edit.ClearNative = true
		mark.Native, mark.NativeMeeting = e.Native.Provider, ""
		if link, ok := ParseLink(e.Native.URL); ok {
			mark.NativeMeeting = link.Meeting
		}
	}
	if !edit.Empty() || !sameOwner(e.Mark, mark) {
		edit.Mark = &mark
	}
	return edit
}

// ourLocation reports whether the location may be written: it is empty, or what
// we wrote there ourselves, or on the event that this one is a copy of.
func ourLocation(e *Event, installation string) bool {
	return e.Shown.Location == 0 || e.Mark.Installation == installation && e.Mark.Location == e.Shown.Location
}

// sameOwner compares what decides whether a mark must be written anew. What it
// remembers of the location goes along with the next edit.
func sameOwner(a, b Mark) bool {
	return a.Installation == b.Installation && a.EventHash == b.EventHash && a.Meeting == b.Meeting
}

// describe puts j's block into the event's description: where it stood when it
// was whole, else at the end.
func describe(e *Event, j Joining) string {
	before, _, after, state := SplitBlock(e.Description)
	if state == BlockWhole {
		return withBlock(before, after, j)
	}
	return withBlock(before+after, "", j)
}

// UnlinkEdit takes our block, our location and our mark off an event, and asks
// for the calendar's own link again if requestNative is set and there is none.
// It is empty when nothing of ours is there and nothing is requested.
func UnlinkEdit(e *Event, requestNative bool) Edit {
	var edit Edit
	if e.Shown.Block != BlockNone {
		before, _, after, _ := SplitBlock(e.Description)
		text := before + after
		edit.Description = &text
	}
	if e.Shown.Location != 0 && !e.Mark.Zero() {
		link := e.Shown.LocationLink
		named := link.Provider != "" && link.Meeting != "" && link.Meeting == e.Mark.Meeting
		if named || e.Mark.Location == e.Shown.Location {
			empty := ""
			edit.Location = &empty
		}
	}
	if !e.Mark.Zero() {
		edit.Mark = &Mark{}
	}
	edit.RequestNative = requestNative && e.Native.Provider == ""
	return edit
}
