package microsoft

import (
	"strings"

	"github.com/microsoftgraph/msgraph-sdk-go/models"
)

// placeSeparator stands between several places in an event's location, as
// Outlook shows them.
const placeSeparator = "; "

// places are an event's locations: what is booked, what people typed, and the
// entry that Outlook adds for Teams.
type places struct {
	rooms []models.Locationable // stay whatever is written
	typed []models.Locationable
	teams []models.Locationable // Outlook's own "Microsoft Teams Meeting"
}

// placesOf sorts an event's locations.
func placesOf(in models.Eventable) places {
	list := in.GetLocations()
	if len(list) == 0 && in.GetLocation() != nil {
		list = []models.Locationable{in.GetLocation()}
	}
	rooms := map[string]bool{}
	for _, a := range in.GetAttendees() {
		if a != nil && isResource(a) && a.GetEmailAddress() != nil {
			rooms[strings.ToLower(text(a.GetEmailAddress().GetName()))] = true
			rooms[strings.ToLower(text(a.GetEmailAddress().GetAddress()))] = true
		}
	}
	delete(rooms, "")
	var p places
	for _, l := range list {
		if l == nil {
			continue
		}
		name := strings.TrimSpace(text(l.GetDisplayName()))
		switch {
		case isRoom(l) || rooms[strings.ToLower(name)]:
			p.rooms = append(p.rooms, l)
		case name == "":
		case teamsPlaces[strings.ToLower(name)]:
			p.teams = append(p.teams, l)
		default:
			p.typed = append(p.typed, l)
		}
	}
	return p
}

func isRoom(l models.Locationable) bool {
	if kind := l.GetLocationType(); kind != nil && *kind == models.CONFERENCEROOM_LOCATIONTYPE {
		return true
	}
	return text(l.GetLocationEmailAddress()) != ""
}

// shown is the event's location as far as people or we typed it. Rooms are kept
// apart: they stay beside whatever is written.
func (p places) shown() string {
	names := make([]string, 0, len(p.typed))
	for _, l := range p.typed {
		names = append(names, text(l.GetDisplayName()))
	}
	return strings.Join(names, placeSeparator)
}

// with puts what is typed in place of what was, and takes Teams' own entry away
// if told to. Rooms come first and stay as they are.
func (p places) with(typed *string, withoutTeams bool) []models.Locationable {
	out := append([]models.Locationable{}, p.rooms...)
	if !withoutTeams {
		out = append(out, p.teams...)
	}
	switch {
	case typed == nil:
		out = append(out, p.typed...)
	case *typed != "":
		l := models.NewLocation()
		l.SetDisplayName(typed)
		out = append(out, l)
	}
	return out
}

// teamsPlaces are the names under which Outlook enters Teams as a location, in
// lower case. One that is missing here stays on the event as if it were typed.
var teamsPlaces = map[string]bool{
	"microsoft teams meeting":               true,
	"microsoft teams-besprechung":           true,
	"réunion microsoft teams":               true,
	"reunión de microsoft teams":            true,
	"riunione di microsoft teams":           true,
	"riunione microsoft teams":              true,
	"reunião do microsoft teams":            true,
	"reunião no microsoft teams":            true,
	"microsoft teams-vergadering":           true,
	"microsoft teams-møde":                  true,
	"microsoft teams-møte":                  true,
	"microsoft teams-möte":                  true,
	"microsoft teams -kokous":               true,
	"microsoft teams-kokous":                true,
	"spotkanie w aplikacji microsoft teams": true,
	"spotkanie microsoft teams":             true,
	"schůzka v microsoft teams":             true,
	"schůzka přes microsoft teams":          true,
	"microsoft teams-értekezlet":            true,
	"întâlnire microsoft teams":             true,
	"microsoft teams toplantısı":            true,
	"собрание microsoft teams":              true,
	"нарада microsoft teams":                true,
	"σύσκεψη microsoft teams":               true,
	"pertemuan microsoft teams":             true,
	"microsoft teams 会議":                    true,
	"microsoft teams 会议":                    true,
	"microsoft teams 會議":                    true,
	"microsoft teams 모임":                    true,
	"microsoft teams 회의":                    true,
	"اجتماع microsoft teams":                true,
	"פגישת microsoft teams":                 true,
	"cuộc họp microsoft teams":              true,
	"การประชุม microsoft teams":             true,
}
