package server

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"slotward/store"
)

// etagOf names a state: the same for the same values, in quotes as the header
// wants them.
func etagOf(values ...any) string {
	text, err := json.Marshal(values)
	if err != nil {
		// Only what JSON cannot say gets here, and the callers' values can be said.
		panic(err)
	}
	sum := sha256.Sum256(text)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// personTag covers what PATCH changes of a person, not how the latest pass ended.
func personTag(p store.Person) string {
	return etagOf("person", p.ID, p.Name, p.Email, p.Role, p.Paused, orEmpty(p.Settings))
}

// calendarTag covers what PATCH changes of a calendar, not when it was read.
func calendarTag(c store.Calendar) string {
	return etagOf("calendar", c.ID, c.On, c.NewOnly, orEmpty(c.Settings))
}

// settingsTag covers the settings that were set through the API.
func settingsTag(saved map[string]string) string { return etagOf("settings", orEmpty(saved)) }

// holds refuses a change that was decided on another state than tag's. Tags are
// compared to the letter: a weak one never holds.
func (m IfMatch) holds(tag string) error {
	if m.Tag == "" {
		return nil
	}
	for _, one := range strings.Split(m.Tag, ",") {
		if one = strings.TrimSpace(one); one == "*" || one == tag {
			return nil
		}
	}
	return changed()
}
