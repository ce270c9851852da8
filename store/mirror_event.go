package store

import (
	"time"

	"slotward/sources"
)

// mirrorEvent is sources.Event as it is stored: the same fields, so that the one
// converts to the other (and the compiler tells when they part), with short
// names and without what is empty or stands in a column. It halves the store
// and the time to read it. A field that changes its meaning raises mirrorFormat.
type mirrorEvent struct {
	ID      string       `json:"-"` // column
	ICalUID string       `json:"uid,omitzero"`
	ETag    string       `json:"-"` // column
	Kind    sources.Kind `json:"-"` // column
	Gone    sources.Gone `json:"-"` // column

	SeriesID      string    `json:"series,omitzero"`
	OriginalStart time.Time `json:"original,omitzero"`

	Title       string `json:"title,omitzero"`
	Location    string `json:"location,omitzero"`
	Description string `json:"text,omitzero"`

	Start      time.Time `json:"start,omitzero"`
	End        time.Time `json:"end,omitzero"`
	TimeZone   string    `json:"zone,omitzero"`
	AllDay     bool      `json:"allday,omitzero"`
	Recurrence []string  `json:"rules,omitzero"`
	Last       time.Time `json:"last,omitzero"`

	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`

	Type          string `json:"type,omitzero"`
	OrganizedHere bool   `json:"ours,omitzero"`
	ReadOnly      bool   `json:"readonly,omitzero"`
	Declined      bool   `json:"declined,omitzero"`
	Guests        int    `json:"guests,omitzero"`
	Private       bool   `json:"private,omitzero"`
	Free          bool   `json:"free,omitzero"`
	Tentative     bool   `json:"tentative,omitzero"`

	Native     sources.Native `json:"native,omitzero"`
	Conference string         `json:"conference,omitzero"`

	Mark  sources.Mark  `json:"mark,omitzero"`
	Shown sources.Shown `json:"shown,omitzero"`

	Problem string `json:"problem,omitzero"`
}
