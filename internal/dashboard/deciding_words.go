package dashboard

import (
	"strings"

	"slotward/internal/server"
)

// settingName is what a setting is about, and its values in words; a value that
// is not there stands for itself.
type settingName struct {
	name   string
	values map[string]string
}

// settingNames are all settings, and the switches beside them.
var settingNames = map[string]settingName{
	"prefer":         {"Which link", nil},
	"static":         {"The fixed link", nil},
	"share":          {"Events at the same time", map[string]string{"slot": "share one link", "never": "have a link each"}},
	"reschedule":     {"When an event moves", map[string]string{"keep": "its link stays", "renew": "it gets a new link"}},
	"on_cancel":      {"When an event is cancelled", map[string]string{"delete": "its Zoom meeting is deleted", "keep": "its Zoom meeting stays"}},
	"foreign":        {"A link that somebody put there", map[string]string{"respect": "is respected", "replace": "gets ours beside it", "adopt": "is taken up when it is a meeting of the same Zoom account"}},
	"replace_native": {"The calendar's own link", map[string]string{"yes": "is replaced", "no": "stays beside ours"}},
	"eligible":       {"Which events", map[string]string{"guests": "those with somebody else invited", "all": "everything with a time"}},
	"in_person":      {"An event with a place", map[string]string{"add": "gets a link, too", "skip": "gets no link"}},
	"notify":         {"Mail about a changed link", map[string]string{"external": "to guests outside", "all": "to everybody", "none": "to nobody"}},
	"series":         {"A series", map[string]string{"fixed": "has the calendar's own times in Zoom", "open": "is a Zoom meeting without fixed times"}},
	"words":          {"The event's own words", nil},
	"choice":         {"Chosen for this event", nil},
	"provider":       {"Chosen for this event", nil},
	"enabled":        {"The calendar", map[string]string{"on": "is turned on", "off": "is turned off"}},
	"existing":       {"Events from before", map[string]string{"all": "get a link, too", "new": "are left: new events only"}},
	"paused":         {"Slotward", map[string]string{"yes": "is paused", "no": "is at work"}},
}

// origins say where a choice was made.
var origins = map[string]string{
	"event": "the event itself", "series": "the whole series", "calendar": "the calendar's settings", "person": "the person's settings", "installation": "this installation's defaults",
	"configuration": "the configuration of this installation", "default": "built in: nobody has chosen otherwise",
}

// providerWords are the providers within a list of preference.
var providerWords = map[string]string{"zoom": "Zoom", "native": "the calendar's own", "static": "the fixed link", "none": "none"}

// choiceRow is a setting with where it comes from, in words.
type choiceRow struct{ Name, Value, From string }

func choiceOf(s server.DecidingSetting) choiceRow {
	n, known := settingNames[s.Key]
	if !known {
		n.name = s.Key
	}
	return choiceRow{n.name, settingValue(s.Key, s.Value), origins[s.From]}
}

// settingValue is a setting's value in words.
func settingValue(key, value string) string {
	if value == "default" {
		return "as by default"
	}
	if words, ok := settingNames[key].values[value]; ok {
		return words
	}
	if value == "none" && (key == "choice" || key == "provider") {
		return "no link"
	}
	switch key {
	case "prefer", "choice", "provider":
		var names []string
		for one := range strings.SplitSeq(value, ",") {
			if name, ok := providerWords[one]; ok {
				one = name
			}
			names = append(names, one)
		}
		return strings.Join(names, ", then ")
	case "words":
		return "“" + value + "”"
	}
	return value
}

// settingWords tells the changes of settings that the journal lists, "share:
// slot → never; …", in words. The switch that a sentence tells already is left out.
func settingWords(detail string) string {
	var out []string
	for part := range strings.SplitSeq(detail, "; ") {
		key, change, ok := strings.Cut(part, ": ")
		was, is, arrow := strings.Cut(change, " → ")
		if !ok || !arrow {
			out = append(out, part)
			continue
		}
		if key == "enabled" {
			continue
		}
		name := key
		if n, known := settingNames[key]; known {
			name = n.name
		}
		out = append(out, name+": "+settingValue(key, is)+" (was: "+settingValue(key, was)+")")
	}
	return sentence(strings.Join(out, "; "))
}
