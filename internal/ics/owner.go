package ics

import (
	"sort"
	"strings"
)

// Owner guesses whose calendar this is: its name when that is an address, as in
// Google's exports, else the address that stands on most events, on more than
// one at least. It is empty when nothing tells.
func (c *Calendar) Owner() string {
	if strings.Contains(c.Name, "@") && !strings.ContainsAny(c.Name, " <>") {
		return strings.ToLower(c.Name)
	}
	count := map[string]int{}
	for i := range c.Events {
		for email := range c.Events[i].people() {
			count[email]++
		}
	}
	addresses := make([]string, 0, len(count))
	for email := range count {
		addresses = append(addresses, email)
	}
	sort.Strings(addresses)
	best := ""
	for _, email := range addresses {
		if count[email] > max(count[best], 1) {
			best = email
		}
	}
	return best
}

// people are the addresses of those who take part, rooms left out.
func (e *Event) people() map[string]bool {
	out := map[string]bool{}
	for _, a := range e.Attendees {
		if !a.Resource && a.Email != "" {
			out[a.Email] = true
		}
	}
	if e.Organizer.Email != "" {
		out[e.Organizer.Email] = true
	}
	return out
}
