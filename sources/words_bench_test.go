package sources_test

import (
	"testing"

	"slotward/sources"
)

// BenchmarkInspect is what looking at an event costs, once per read: most say
// nothing about how they are held.
func BenchmarkInspect(b *testing.B) {
	for name, e := range map[string]sources.Event{
		"plain":  {ID: "e", Title: "Quarterly planning with the sales department", Location: "Room 4, second floor"},
		"notes":  {ID: "e", Title: "Weekly report", Description: "Agenda\n1. What was done\n2. What comes next\n3. Who is away\n\nPlease bring the quarterly numbers and a pen."},
		"german": {ID: "e", Title: "Abstimmung Jahresplanung und Berichte", Location: "Besprechungsraum 4", Description: "Tagesordnung\n1. Rückblick\n2. Ausblick\n3. Verschiedenes"},
		"words":  {ID: "e", Title: "Weekly team meeting about the missing links"},
		"asks":   {ID: "e", Title: "Weekly planning on Google Meet", Description: "We meet there as always."},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sources.Inspect(&e)
			}
		})
	}
}
