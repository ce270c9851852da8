package dashboard

import (
	"slices"
	"strings"

	"slotward/internal/server"
)

// choiceField is one setting in a form. Its names in the form are "set.KEY", and
// of a list "order.KEY", "use.KEY", "own.KEY" and "shown.KEY".
type choiceField struct {
	Key, Title, Hint string
	Error            string // what is wrong with what was typed; "" for nothing
	Now              string // what goes, and where that was chosen
	Inherit          string // of a list or a text: what goes when nothing is chosen here
	Inherited        bool   // nothing is
	Options          []choiceOption
	Rows             []orderRow // of a list
	Shown            string     // the list as it stands in Rows
	Text             string     // of a text
}

// choiceOption is one value that a setting may have.
type choiceOption struct {
	Value, Label, Means string // Value "" leaves it to the layer above
	Chosen, Usual       bool
}

// orderRow is one place of a list.
type orderRow struct {
	Value, Label, Means string
	Used                bool
	First, Last         bool
}

// draft is what a form says of a setting.
type draft struct {
	value string   // "" leaves it to the layer above
	rows  []string // of a list: the order of all its values, used or not
	used  []string // of a list: those that are used, when value does not tell
}

// fieldOf is a setting with what somebody has typed; nil: nothing yet. native is
// what the calendars' own links are called.
func fieldOf(c server.Choice, typed *draft, wrong, native string) choiceField {
	w := wordsFor(c.Key, c.Allowed).on(native)
	if typed == nil {
		typed = &draft{value: c.Own}
	}
	f := choiceField{
		Key: c.Key, Title: w.title, Hint: w.hint, Error: wrong, Inherited: typed.value == "",
		Now:     capital(w.say(c.Value)) + " (" + choiceOrigins[c.From] + ")",
		Inherit: inheritances[c.InheritedFrom] + ": " + lowerFirst(w.say(c.Inherited)),
	}
	switch {
	case w.ordered:
		f.order(&w, c, typed)
	case len(w.values) == 0:
		f.Text = typed.value
	}
	if w.ordered {
		return f
	}
	f.Options = optionsOf(&w, c, typed)
	return f
}

// optionsOf are the values of a setting, each once: that which goes when nothing
// is chosen here stands for choosing nothing. Only where somebody has chosen that
// very value, so that it stays when the layer above changes, it stands twice.
func optionsOf(w *wordsOf, c server.Choice, typed *draft) (out []choiceOption) {
	for _, v := range w.values {
		o := choiceOption{Value: v.value, Label: v.label, Means: v.means, Chosen: v.value == typed.value, Usual: v.value == c.Default}
		if v.value != c.Inherited {
			out = append(out, o)
			continue
		}
		from := lowerFirst(inheritances[c.InheritedFrom])
		left := choiceOption{Label: v.label, Means: strings.TrimPrefix(o.Means+"; "+from, "; "), Chosen: typed.value == "", Usual: o.Usual}
		out = append(out, left)
		if o.Chosen || c.Own == v.value {
			o.Means, o.Usual = "whatever is chosen for others", false
			out = append(out, o)
		}
	}
	return out
}

// order fills the rows of a list: those that are used, best first, then the others.
func (f *choiceField) order(w *wordsOf, c server.Choice, typed *draft) {
	used := typed.used
	if used == nil {
		value := typed.value
		if value == "" {
			value = c.Inherited
		}
		used = list(value)
	}
	rows := slices.Clone(typed.rows)
	for _, more := range [][]string{used, c.Allowed} {
		for _, value := range more {
			if !slices.Contains(rows, value) {
				rows = append(rows, value)
			}
		}
	}
	for i, value := range rows {
		row := orderRow{Value: value, Label: value, Used: slices.Contains(used, value), First: i == 0, Last: i == len(rows)-1}
		for _, v := range w.values {
			if v.value == value {
				row.Label, row.Means = v.label, v.means
			}
		}
		f.Rows = append(f.Rows, row)
	}
	f.Shown = strings.Join(inOrder(rows, used), ",")
}

// typed reads what a form says of a setting. move is what was pressed to move a
// value of a list: "up:zoom" or "down:zoom"; "" for nothing.
func (r *request) typed(c server.Choice) (*draft, string) {
	w := wordsFor(c.Key, c.Allowed)
	if !w.ordered {
		if values, there := r.PostForm["set."+c.Key]; there {
			return &draft{value: strings.TrimSpace(values[0])}, ""
		}
		return nil, ""
	}
	rows, there := r.PostForm["order."+c.Key]
	if !there {
		return nil, ""
	}
	rows = known(rows, c.Allowed)
	used := known(r.PostForm["use."+c.Key], c.Allowed)
	own := r.PostForm.Get("own."+c.Key) != ""
	if key, step, moved := strings.Cut(r.PostForm.Get("move"), ":"); moved && key == c.Key {
		shift(rows, step)
		own = true
	}
	value := strings.Join(inOrder(rows, used), ",")
	if value != r.PostForm.Get("shown."+c.Key) {
		own = true // the list was changed, whatever stands above it
	}
	switch {
	case !own:
		return &draft{}, ""
	case value == "":
		return &draft{value: c.Own, rows: rows, used: []string{}}, "Tick at least one: “No link” leaves events without."
	}
	return &draft{value: value, rows: rows, used: used}, ""
}

// shift moves one value of a list by a place: "up:zoom", "down:zoom".
func shift(rows []string, step string) {
	way, value, _ := strings.Cut(step, ":")
	from := slices.Index(rows, value)
	to := from + 1
	if way == "up" {
		to = from - 1
	}
	if from >= 0 && to >= 0 && to < len(rows) {
		rows[from], rows[to] = rows[to], rows[from]
	}
}

// known leaves out what is not among the allowed, and doubles.
func known(values, allowed []string) []string {
	out := []string{}
	for _, v := range values {
		if slices.Contains(allowed, v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// inOrder are those of rows that are used.
func inOrder(rows, used []string) []string {
	return slices.DeleteFunc(slices.Clone(rows), func(v string) bool { return !slices.Contains(used, v) })
}

// list takes a value apart that is one.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
func lowerFirst(text string) string {
	if strings.HasPrefix(text, "Zoom") || strings.HasPrefix(text, "Google") || strings.HasPrefix(text, "https") {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
