package ics

import (
	"strings"

	ical "github.com/arran4/golang-ical"
)

// line is one content line, unfolded, with the number of its first physical line.
type line struct {
	text   string
	number int
}

// block is one component of the file, its BEGIN and END lines left out.
type block struct {
	name   string // "VEVENT", "VTIMEZONE"
	number int    // of its BEGIN line
	lines  []line // its own lines; those of components inside it are in parts
	parts  []block
	closed bool // its END stands
}

// unfold joins continued lines: a line that starts with a space or tab belongs
// to the one before it. Line ends may be CRLF, LF or CR.
func unfold(text string) []line {
	text = strings.TrimPrefix(text, "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var out []line
	for i, physical := range strings.Split(text, "\n") {
		switch {
		case physical == "":
		case (physical[0] == ' ' || physical[0] == '\t') && len(out) > 0:
			out[len(out)-1].text += physical[1:]
		default:
			out = append(out, line{physical, i + 1})
		}
	}
	return out
}

// split parts the file into the calendar's own lines and its components. A
// component that is never closed ends where the next one of its level begins.
func split(lines []line) (own []line, parts []block, isCalendar bool) {
	root := block{}
	stack := []*block{&root}
	for _, l := range lines {
		keyword, name := edge(l.text)
		top := stack[len(stack)-1]
		switch {
		case keyword == "BEGIN" && name == "VCALENDAR":
			isCalendar = true
			stack = stack[:1]
		case keyword == "END" && name == "VCALENDAR":
			stack = stack[:1]
		case keyword == "BEGIN":
			if topLevel(name) {
				stack = stack[:1]
				top = &root
			}
			top.parts = append(top.parts, block{name: name, number: l.number})
			stack = append(stack, &top.parts[len(top.parts)-1])
		case keyword == "END" && top.name == name:
			top.closed = true
			stack = stack[:len(stack)-1]
		default:
			top.lines = append(top.lines, l)
		}
	}
	return root.lines, root.parts, isCalendar
}

// topLevel reports whether a component stands directly in a calendar only, so
// that its beginning ends whatever was left open.
func topLevel(name string) bool {
	switch name {
	case "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE":
		return true
	}
	return false
}

// edge recognises BEGIN and END lines.
func edge(text string) (keyword, name string) {
	before, after, ok := strings.Cut(text, ":")
	if !ok {
		return "", ""
	}
	before = strings.ToUpper(strings.TrimSpace(before))
	if before != "BEGIN" && before != "END" {
		return "", ""
	}
	return before, strings.ToUpper(strings.TrimSpace(after))
}

// property is one parsed line.
type property struct {
	ical.BaseProperty
	number int
}

// parameter returns the first value of a parameter, whatever its case.
func (p property) parameter(name string) string {
	for key, values := range p.ICalParameters {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
	}
	return ""
}

// properties are the parsed lines of one component.
type properties []property

// first returns the first property of that name.
func (ps properties) first(name string) (property, bool) {
	for _, p := range ps {
		if strings.EqualFold(p.IANAToken, name) {
			return p, true
		}
	}
	return property{}, false
}

// all returns every property of that name.
func (ps properties) all(name string) properties {
	var out properties
	for _, p := range ps {
		if strings.EqualFold(p.IANAToken, name) {
			out = append(out, p)
		}
	}
	return out
}

// text returns the value of a text property, its escapes undone.
func (ps properties) text(name string) string {
	p, _ := ps.first(name)
	return strings.TrimSpace(p.Value)
}
