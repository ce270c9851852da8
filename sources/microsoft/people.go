package microsoft

import (
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

func isResource(a models.Attendeeable) bool {
	kind := a.GetTypeEscaped()
	return kind != nil && *kind == models.RESOURCE_ATTENDEETYPE
}

// people counts guests: everybody but the calendar's owner and the rooms. Graph
// names the organiser apart, and often not among the attendees.
func (f facts) people(e *sources.Event, in models.Eventable) {
	e.OrganizedHere = yes(in.GetIsOrganizer())
	organizer := ""
	if o := in.GetOrganizer(); o != nil && o.GetEmailAddress() != nil {
		organizer = strings.ToLower(text(o.GetEmailAddress().GetAddress()))
	}
	owner := strings.ToLower(f.Owner)
	if e.OrganizedHere && organizer != "" {
		owner = organizer
	}
	seen := false
	for _, a := range in.GetAttendees() {
		if a == nil || isResource(a) {
			continue
		}
		address := ""
		if a.GetEmailAddress() != nil {
			address = strings.ToLower(text(a.GetEmailAddress().GetAddress()))
		}
		seen = seen || address == organizer
		if address == "" || address != owner {
			e.Guests++
		}
	}
	if !e.OrganizedHere && organizer != "" && !seen {
		e.Guests++
	}
	if r := in.GetResponseStatus(); r != nil && r.GetResponse() != nil {
		e.Declined = *r.GetResponse() == models.DECLINED_RESPONSETYPE
	}
}
