package scenario

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"slotward/reconciler/plan"
)

// excused is what no scenario can tell of: why a meeting goes or is made, which no
// event has for its reason.
var excused = []string{"reason zoom_gone", "reason renewed"}

// covered are the scenarios that exercise something, by what it is called:
// "reason past", "setting share=never", "crash before zoom.create", "fault lost".
type covered map[string]map[string]bool

func (c covered) by(scenario, kind string, words ...string) {
	what := kind + " " + strings.Join(words, " ")
	if c[what] == nil {
		c[what] = map[string]bool{}
	}
	c[what][scenario] = true
}

// reasonOfPlan is a reason at the end of a line of a dry run.
var reasonOfPlan = regexp.MustCompile(`\\?\(([a-z_]+)\\?\)`)

// conditions are what a line depends on: it counts all the same.
var conditions = regexp.MustCompile(`(?m)^[ \t]*(?:\[[^\]]*\][ \t]*)+`)

// reads notes what a scenario exercises.
func (c covered) reads(scenario, script string) {
	for _, line := range commandLines(conditions.ReplaceAllString(script, ""), "") {
		switch words := line[1:]; line[0] {
		case "why", "held":
			c.by(scenario, "reason", words[1])
		case "stdout":
			for _, m := range reasonOfPlan.FindAllStringSubmatch(strings.Join(words, " "), -1) {
				c.by(scenario, "reason", m[1])
			}
		case "set", "choose":
			for _, choice := range words[1:] {
				if !strings.Contains(choice, "=") {
					c.by(scenario, "choice", choice)
					continue
				}
				c.chosen(scenario, choice)
			}
		case "renew":
			c.by(scenario, "choice", "renew")
		case "crash":
			c.by(scenario, "crash", words[0], words[1])
		case "fault":
			if words[0] != "none" {
				c.by(scenario, "fault", words[1])
			}
		}
	}
}

// chosen notes a setting. A list counts for each of its values, a text for any.
func (c covered) chosen(scenario, choice string) {
	key, value, _ := strings.Cut(choice, "=")
	if values, known := plan.SettingValues(key); known && len(values) == 0 {
		c.by(scenario, "setting", key)
		return
	}
	for _, value := range strings.Split(value, ",") {
		c.by(scenario, "setting", key+"="+value)
	}
}

// behaviours are all that has to be exercised, in the order in which people read
// about it.
func behaviours() (out []string) {
	for _, reason := range plan.Reasons() {
		out = append(out, "reason "+string(reason))
	}
	for _, key := range plan.SettingKeys() {
		values, _ := plan.SettingValues(key)
		if len(values) == 0 {
			out = append(out, "setting "+key)
		}
		for _, value := range values {
			out = append(out, "setting "+key+"="+value)
		}
	}
	out = append(out, "setting enabled=on", "setting enabled=off", "setting existing=all", "setting existing=new")
	for _, choice := range []string{"zoom", "native", "static", "none", "default", "renew"} {
		out = append(out, "choice "+choice)
	}
	for _, point := range crashPoints {
		out = append(out, "crash before "+point, "crash after "+point)
	}
	for _, kind := range faultKinds {
		out = append(out, "fault "+kind)
	}
	return out
}

// Each reason, each value of each setting, each point at which the daemon can
// die and each kind of fault is exercised by a scenario. -v prints which.
func TestEveryBehaviourHasAScenario(t *testing.T) {
	files, err := Files("testdata")
	if err != nil {
		t.Fatal(err)
	}
	c := covered{}
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c.reads(nameOf(file), string(script))
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	for _, what := range behaviours() {
		scenarios := slices.Sorted(maps.Keys(c[what]))
		if len(scenarios) == 0 && !slices.Contains(excused, what) {
			t.Errorf("no scenario exercises %s", what)
		}
		shown := scenarios[:min(len(scenarios), 4)]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%s\n", what, len(scenarios), strings.Join(shown, " "))
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
}
