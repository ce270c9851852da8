package server

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler/plan"
)

// Settings are the installation's settings.
type Settings struct {
	Settings  map[string]string `json:"settings" doc:"Set through this API." example:"{\"share\":\"never\"}"`
	Defaults  map[string]string `json:"defaults" doc:"Set in the configuration of the daemon; those above win."`
	Effective map[string]string `json:"effective" doc:"Both together: what people and calendars start from."`
	Choices   []Choice          `json:"choices" doc:"Every setting that there is: what goes for the whole installation, and where that was chosen."`
}

// checkSettings says which settings are unknown or have a value that is not
// allowed, all of them at once. An empty value removes a setting.
func checkSettings(settings map[string]string) error {
	var wrong []*huma.ErrorDetail
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := settings[key]
		if err := plan.ParseSetting(key, value); err != nil {
			wrong = append(wrong, &huma.ErrorDetail{Message: err.Error(), Location: "body.settings." + printable(key), Value: printable(value)})
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	p := problem(http.StatusUnprocessableEntity, "invalid", wrong[0].Message)
	p.Errors = wrong
	return p
}

// overlay returns base with changes above it; an empty value takes a key away.
func overlay(base, changes map[string]string) map[string]string {
	out := maps.Clone(orEmpty(base))
	for key, value := range changes {
		if value == "" {
			delete(out, key)
			continue
		}
		out[key] = value
	}
	return out
}

// difference tells in words what changed, key by key.
func difference(before, after map[string]string) string {
	keys := slices.Collect(maps.Keys(before))
	keys = slices.AppendSeq(keys, maps.Keys(after))
	slices.Sort(keys)
	var words []string
	for _, key := range slices.Compact(keys) {
		if before[key] != after[key] {
			words = append(words, fmt.Sprintf("%s: %s → %s", key, orDefault(before[key]), orDefault(after[key])))
		}
	}
	return strings.Join(words, "; ")
}

func orDefault(value string) string {
	if value == "" {
		return "default"
	}
	return value
}
