package scenario

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// seen is what an event shows to somebody who opens it in a calendar app.
type seen struct {
	event       *event // of the story
	left        text   // what people left on it
	id          string
	organizer   string // address of the calendar that organises it
	title       string
	notes       string
	location    string
	place       string // the location without booked rooms
	native      string // the calendar's own link, "" when there is none
	label       string // what the app calls it among the places
	start, end  time.Time
	series      bool // it is a series, or an occurrence of one
	occurrence  bool // it was named as one
	gone        bool
	zoomLinks   []string // every Zoom link on it, clean of HTML
	meeting     int64    // the meeting of the first one
	notesLink   bool     // the notes hold it
	otherNative bool     // a Meet or Teams link stands in the text, or is named where there is none
}

var (
	zoomLink   = regexp.MustCompile(`https://[a-z0-9.-]*zoom\.us/j/(\d+)[^\s"'<>]*`)
	nativeLink = regexp.MustCompile(`https://(?:meet\.google\.com|teams\.microsoft\.com|teams\.live\.com)/\S+`)
)

// look opens an event of the story.
func (w *world) look(name string) (seen, error) {
	e, occurrence, err := w.event(name)
	if err != nil {
		return seen{}, err
	}
	view, err := w.open(e, occurrence)
	if err != nil {
		return seen{}, fmt.Errorf("%s: %w", name, err)
	}
	s := seen{
		event: e, left: e.leftOn(occurrence), id: view.id, organizer: view.organizer, title: view.title, notes: view.notes,
		location: view.location, place: view.place, native: view.native, label: view.label, start: view.start, end: view.end, series: view.series, occurrence: !occurrence.IsZero(), gone: view.cancelled,
	}
	notes := html.UnescapeString(view.notes)
	text := view.location + "\n" + notes
	for _, m := range zoomLink.FindAllStringSubmatch(text, -1) {
		link := strings.TrimRight(m[0], ".,;)")
		if !slices.Contains(s.zoomLinks, link) {
			s.zoomLinks = append(s.zoomLinks, link)
		}
	}
	if m := zoomLink.FindStringSubmatch(text); m != nil {
		s.meeting, err = strconv.ParseInt(m[1], 10, 64)
		s.notesLink = strings.Contains(notes, "/j/"+m[1])
	}
	s.otherNative = nativeLink.MatchString(text) || view.label != "" && view.native == ""
	return s, err
}

// idOf is the provider's id of an event, or of one occurrence of a series.
func (w *world) idOf(e *event, occurrence time.Time) (string, error) {
	if occurrence.IsZero() {
		return e.id, nil
	}
	return w.app(e).Instance(e.calendar.id, e.id, occurrence.Format(time.DateOnly))
}

// open reads an event, or one occurrence of a series.
func (w *world) open(e *event, occurrence time.Time) (view, error) {
	id, err := w.idOf(e, occurrence)
	if err != nil {
		return view{}, err
	}
	return w.app(e).view(e.calendar.id, id)
}

// app is the calendar app in which an event is opened.
func (w *world) app(e *event) service { return w.offices[e.calendar.provider] }

// remember notes what people have left on an event.
func (w *world) remember(e *event) error {
	view, err := w.app(e).view(e.calendar.id, e.id)
	if err != nil {
		return err
	}
	e.left = text{
		title: view.title, notes: view.notes, typed: without(view.notes, view.block), location: view.location, native: view.native, label: view.label,
	}
	return nil
}
