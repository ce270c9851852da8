package microsoft_test

import (
	"testing"

	"slotward/internal/simulator/microsoft"
)

func TestARoundNamesWhatStandsInTheWindow(t *testing.T) {
	w := newWorld(t)
	one := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve}})
	w.insert(microsoft.NewEvent{Title: "far", Start: at("2027-12-02T10:00:00Z")})
	items, next := w.follow("/me/calendarView/delta?" + span)
	if len(items) != 1 || items[0].str("id") != one || items[0].str("subject") != "one" {
		t.Fatal(items)
	}
	if items, _ := w.follow(next); len(items) != 0 {
		t.Fatal("unchanged, but", items)
	}
}
