package google

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// param says which values a query parameter takes.
type param struct {
	kind     string // "string", "bool", "int", "time", "enum", "zone"
	min, max int    // of ints
	values   string // of enums, separated by blanks
	repeated bool
}

type params map[string]param

// Every method takes these.
var commonParams = params{
	"alt": {kind: "enum", values: "json"}, "fields": {kind: "string"}, "key": {kind: "string"}, "oauth_token": {kind: "string"},
	"prettyPrint": {kind: "bool"}, "quotaUser": {kind: "string"}, "userIp": {kind: "string"},
}

var (
	text      = param{kind: "string"}
	yes       = param{kind: "bool"}
	many      = param{kind: "string", repeated: true}
	timestamp = param{kind: "time"}
	positive  = param{kind: "int", min: 1, max: 1<<31 - 1}
	version   = param{kind: "int", min: 0, max: 1}

	viewParams  = params{"alwaysIncludeEmail": yes, "maxAttendees": positive, "timeZone": {kind: "zone"}}
	pageParams  = params{"maxResults": positive, "pageToken": text}
	notifyParam = params{"sendNotifications": yes, "sendUpdates": {kind: "enum", values: "all externalOnly none"}}
	writeParams = join(notifyParam, params{"conferenceDataVersion": version, "eventLabelVersion": version, "maxAttendees": positive, "supportsAttachments": yes})
	listParams  = join(viewParams, pageParams, params{
		"eventTypes": {kind: "enum", values: "birthday default focusTime fromGmail outOfOffice workingLocation", repeated: true},
		"iCalUID":    text, "orderBy": {kind: "enum", values: "startTime updated"},
		"privateExtendedProperty": many, "sharedExtendedProperty": many, "q": text,
		"showDeleted": yes, "showHiddenInvitations": yes, "singleEvents": yes, "syncToken": text,
		"timeMin": timestamp, "timeMax": timestamp, "updatedMin": timestamp,
	})
	calendarListParams = join(pageParams, params{
		"minAccessRole": {kind: "enum", values: "freeBusyReader owner reader writer writerWithoutPrivateAccess"},
		"showDeleted":   yes, "showHidden": yes, "showOwnOrganizationOnly": yes, "syncToken": text,
	})
)

func join(all ...params) params {
	out := params{}
	for _, ps := range all {
		for k, v := range ps {
			out[k] = v
		}
	}
	return out
}

// check refuses parameters that the method does not take, and values that they
// do not take.
func (ps params) check(query url.Values) *apiError {
	for name, values := range query {
		p, ok := ps[name]
		if !ok {
			p, ok = commonParams[name]
		}
		if !ok {
			return invalidParameter(name, "Unknown name \""+name+"\": Cannot bind query parameter.")
		}
		if len(values) > 1 && !p.repeated {
			return invalidParameter(name, "Parameter \""+name+"\" was specified more than once.")
		}
		for _, v := range values {
			if !p.accepts(v) {
				return invalidParameter(name, "Invalid value '"+v+"'.")
			}
		}
	}
	return nil
}

func (p param) accepts(v string) bool {
	switch p.kind {
	case "bool":
		return v == "true" || v == "false"
	case "int":
		n, err := strconv.Atoi(v)
		return err == nil && n >= p.min && n <= p.max
	case "time":
		_, err := time.Parse(time.RFC3339, v)
		return err == nil
	case "enum":
		return slices.Contains(strings.Fields(p.values), v)
	case "zone":
		_, err := time.LoadLocation(v)
		return err == nil && v != "" && v != "Local"
	}
	return true
}

// The values below were checked before they are read.

func boolParam(q url.Values, name string) bool { return q.Get(name) == "true" }

func intParam(q url.Values, name string, otherwise int) int {
	if n, err := strconv.Atoi(q.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// timeParam reads a time; Google ignores its milliseconds. Zero: not given.
func timeParam(q url.Values, name string) time.Time {
	t, err := time.Parse(time.RFC3339, q.Get(name))
	if err != nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}
