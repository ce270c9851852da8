package server

import (
	"context"
	"time"

	"slotward/store"
)

// Calendar is one calendar of a connection.
type Calendar struct {
	ID         int64             `json:"id" example:"3"`
	Person     int64             `json:"person" example:"1"`
	Connection int64             `json:"connection" example:"2"`
	ProviderID string            `json:"provider_id" doc:"The provider's own id." example:"ada@acme.test"`
	Name       string            `json:"name" example:"Ada"`
	TimeZone   string            `json:"time_zone,omitempty" example:"Europe/Berlin"`
	Primary    bool              `json:"primary" doc:"The account's main calendar."`
	Writable   bool              `json:"writable" doc:"Events can be written on it; only such a calendar can be turned on."`
	Enabled    bool              `json:"enabled" doc:"Its events are kept."`
	EnabledAt  time.Time         `json:"enabled_at,omitzero" doc:"When it was last turned on."`
	Existing   string            `json:"existing" enum:"all,new" doc:"Whether events made before the calendar was turned on are taken too (all) or left (new)."`
	Settings   map[string]string `json:"settings" doc:"The calendar's own settings; they stand above the person's."`
	ReadAt     time.Time         `json:"read_at,omitzero" doc:"When a reading last brought something."`
	Error      string            `json:"error,omitempty" doc:"Why it could not be read, or is kept off."`
}

// CalendarList is a list of calendars.
type CalendarList struct {
	Calendars []Calendar `json:"calendars"`
}

// existingOf tells whether events from before are taken, too.
func existingOf(c store.Calendar) string {
	if c.NewOnly {
		return "new"
	}
	return "all"
}

// calendarOf is a calendar as whoever asks may see it.
func (s *server) calendarOf(ctx context.Context, c store.Calendar) Calendar {
	told := c.Error
	if by := c.KeptBy(); by != "" && !s.tells(ctx, by) {
		told = "kept by " + somebodyHere
	}
	return Calendar{
		ID: c.ID, Person: c.Person, Connection: c.Connection, ProviderID: c.ProviderID, Name: c.Name, TimeZone: c.TimeZone,
		Primary: c.Primary, Writable: c.Writable, Enabled: c.On, EnabledAt: c.OnSince, Existing: existingOf(c),
		Settings: orEmpty(c.Settings), ReadAt: c.ReadAt, Error: told,
	}
}
