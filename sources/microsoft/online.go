package microsoft

import (
	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"slotward/sources"
)

// online reads an event's online meeting: Teams' own link, or that of another
// provider (Skype), which is shown and not changed.
func online(in models.Eventable, mark sources.Mark) (native sources.Native, card string) {
	url := ""
	if m := in.GetOnlineMeeting(); m != nil {
		url = text(m.GetJoinUrl())
	}
	if url == "" {
		url = text(in.GetOnlineMeetingUrl())
	}
	teams := isTeams(in.GetOnlineMeetingProvider())
	if url == "" {
		// Whether Graph says so of a meeting that was cut out of the body is not
		// known; our mark tells that it was.
		if yes(in.GetIsOnlineMeeting()) && teams && mark.Native == "" {
			return sources.Native{Provider: "teams", Pending: true}, ""
		}
		return sources.Native{}, ""
	}
	if link, ok := sources.ParseLink(url); teams || ok && link.Provider == "teams" {
		return sources.Native{Provider: "teams", URL: url}, ""
	}
	return sources.Native{}, url
}

func isTeams(p *models.OnlineMeetingProviderType) bool {
	return p != nil && *p == models.TEAMSFORBUSINESS_ONLINEMEETINGPROVIDERTYPE
}
