package dashboard

import (
	"slices"
	"strings"
)

// wordsOf is a setting as people read about it.
type wordsOf struct {
	key     string
	title   string
	hint    string
	values  []valueWords // what it may be; none: a text
	ordered bool         // its value is a list, best first
}

// valueWords is one value of a setting.
type valueWords struct{ value, label, means string }

// settingTexts has every setting, in the order in which people read about them.
var settingTexts = []wordsOf{
	{key: "prefer", title: "Which link an event gets", ordered: true,
		hint: "The first that can be used is taken. Words in an event, like “on Google Meet” or “no link”, always come first.", values: []valueWords{
			{"zoom", "Zoom", "a meeting in the Zoom account"},
			{"native", "The calendar’s own", bothNatives},
			{"static", "One fixed link", "the address below, for every event"},
			{"none", "No link", "the event stays without one"},
		}},
	{key: "static", title: "The fixed link", hint: "Only used where the list above has it. It begins with https://."},
	{key: "eligible", title: "Which events get a link", values: []valueWords{
		{"guests", "Events with somebody else", "rooms are not counted"},
		{"all", "Every event that has a time", "those without anybody else, too"},
	}},
	{key: "in_person", title: "An event that takes place somewhere", values: []valueWords{
		{"add", "It gets a link as well", "the place stays, the link stands below"},
		{"skip", "It gets no link", "whoever comes needs none"},
	}},
	{key: "foreign", title: "An event where somebody put another meeting link", values: []valueWords{
		{"respect", "It is left alone", "their link is what people use"},
		{"adopt", "A meeting of the same Zoom account is taken over", "any other link is left alone"},
		{"replace", "It gets our link all the same", "theirs stays in the text"},
	}},
	{key: "replace_native", title: bothNatives + " on an event that gets Zoom", values: []valueWords{
		{"yes", "It is taken off", "two links on one event split the meeting"},
		{"no", "It stays", "Zoom stands beside it"},
	}},
	{key: "share", title: "Two events at the same time", values: []valueWords{
		{"slot", "They share a meeting", "on most plans Zoom allows one meeting at a time"},
		{"never", "Each has its own", "Zoom may not let both be open at once"},
	}},
	{key: "reschedule", title: "An event that is moved", values: []valueWords{
		{"keep", "It keeps its link", "a link that somebody copied still works"},
		{"renew", "It gets a new link", "the old one ends"},
	}},
	{key: "on_cancel", title: "An event that is cancelled", values: []valueWords{
		{"delete", "Its Zoom meeting is deleted", "unless another event uses it"},
		{"keep", "Its Zoom meeting stays", "until somebody deletes it in Zoom"},
	}},
	{key: "series", title: "Events that repeat", values: []valueWords{
		{"fixed", "Zoom knows their dates", "where Zoom can hold them exactly; one link for all"},
		{"open", "Zoom has one meeting without dates", "one link that opens at any time"},
	}},
	{key: "notify", title: "Who gets a mail when a link is put on an event", hint: outlookMails, values: []valueWords{
		{"external", "Guests outside of the organisation", "others see it in their calendar"},
		{"all", "Every guest", ""},
		{"none", "Nobody", "they see it in the event"},
	}},
}

// bothNatives are the calendars' own links, where it is not known whose calendar
// it is, or where there are calendars of both.
const bothNatives = "Google Meet or Teams"

// outlookMails is told where a calendar may be Outlook's.
const outlookMails = "Outlook mails everybody who is invited, whatever is chosen here."

// nativeNames name the calendars' own links, by provider.
var nativeNames = map[string]string{"google": "Google Meet", "microsoft": "Teams"}

// on tells a setting for calendars whose own link has this name.
func (w wordsOf) on(native string) wordsOf {
	w.title = strings.ReplaceAll(w.title, bothNatives, native)
	w.values = slices.Clone(w.values)
	for i := range w.values {
		w.values[i].means = strings.ReplaceAll(w.values[i].means, bothNatives, native)
	}
	if w.hint == outlookMails && native == nativeNames["google"] {
		w.hint = ""
	}
	return w
}

// wordsFor returns how a setting is told; a setting that is not in the table is
// told by its name.
func wordsFor(key string, allowed []string) wordsOf {
	for _, w := range settingTexts {
		if w.key == key {
			return w
		}
	}
	out := wordsOf{key: key, title: key}
	for _, value := range allowed {
		out.values = append(out.values, valueWords{value: value, label: value})
	}
	return out
}

// readingOrder is the place of a setting in the table, those that are not in it last.
func readingOrder(key string) int {
	for i := range settingTexts {
		if settingTexts[i].key == key {
			return i
		}
	}
	return len(settingTexts)
}

// say is a value in words.
func (w *wordsOf) say(value string) string {
	if value == "" {
		return "nothing"
	}
	parts := []string{value}
	if w.ordered {
		parts = strings.Split(value, ",")
	}
	for i, part := range parts {
		for _, v := range w.values {
			if v.value == strings.TrimSpace(part) {
				parts[i] = v.label
				if i > 0 {
					parts[i] = lowerFirst(v.label)
				}
			}
		}
	}
	return strings.Join(parts, ", then ")
}

// choiceOrigins say where a value comes from.
var choiceOrigins = map[string]string{
	"default":       "as it is built in",
	"configuration": "chosen for this whole installation",
	"installation":  "chosen for this whole installation",
	"person":        "chosen for all calendars",
	"calendar":      "chosen for this calendar",
}

// inheritances say what is taken where nothing of one's own is chosen.
var inheritances = map[string]string{
	"default":       "As it is built in",
	"configuration": "As for everybody here",
	"installation":  "As for everybody here",
	"person":        "As for all calendars",
}
