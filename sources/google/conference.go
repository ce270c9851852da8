package google

import (
	"google.golang.org/api/calendar/v3"

	"slotward/sources"
)

// nativeTypes are the kinds of conference that are Google's own. Every other is
// an add-on's card, whatever its name: show its entry points, change nothing.
var nativeTypes = map[string]bool{"hangoutsMeet": true, "eventHangout": true, "eventNamedHangout": true}

// conference reads an event's conference: Google's own link, or the video URL of
// an add-on's card.
func conference(in *calendar.Event) (native sources.Native, card string) {
	data := in.ConferenceData
	if data == nil {
		if in.HangoutLink == "" {
			return sources.Native{}, ""
		}
		return sources.Native{Provider: "meet", URL: in.HangoutLink}, ""
	}
	video := videoURL(data)
	if data.ConferenceSolution != nil && data.ConferenceSolution.Key != nil && !nativeTypes[data.ConferenceSolution.Key.Type] {
		return sources.Native{}, video
	}
	if in.HangoutLink != "" {
		video = in.HangoutLink
	}
	if video != "" {
		return sources.Native{Provider: "meet", URL: video}, ""
	}
	if data.CreateRequest == nil || data.CreateRequest.Status == nil {
		return sources.Native{}, ""
	}
	switch data.CreateRequest.Status.StatusCode {
	case "pending":
		return sources.Native{Provider: "meet", Pending: true}, ""
	case "failure":
		return sources.Native{Failed: true}, ""
	}
	return sources.Native{}, ""
}

func videoURL(data *calendar.ConferenceData) string {
	for _, p := range data.EntryPoints {
		if p != nil && p.EntryPointType == "video" {
			return p.Uri
		}
	}
	return ""
}
