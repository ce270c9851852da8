package google

import (
	"encoding/json"
	"fmt"
	"slices"
)

// listItem is an entry of a calendar list on the wire.
type listItem struct {
	Kind             string          `json:"kind"`
	ETag             string          `json:"etag"`
	ID               string          `json:"id"`
	Summary          string          `json:"summary,omitempty"`
	SummaryOverride  string          `json:"summaryOverride,omitempty"` // the name that the user gave it on their own list
	Description      string          `json:"description,omitempty"`
	Location         string          `json:"location,omitempty"`
	TimeZone         string          `json:"timeZone,omitempty"`
	ColorID          string          `json:"colorId,omitempty"`
	BackgroundColor  string          `json:"backgroundColor,omitempty"`
	ForegroundColor  string          `json:"foregroundColor,omitempty"`
	Hidden           bool            `json:"hidden,omitempty"`
	Selected         bool            `json:"selected,omitempty"`
	AccessRole       string          `json:"accessRole,omitempty"`
	DefaultReminders []reminder      `json:"defaultReminders"`
	Primary          bool            `json:"primary,omitempty"`
	Deleted          bool            `json:"deleted,omitempty"`
	Conference       *conferenceRule `json:"conferenceProperties,omitempty"`
	DataOwner        string          `json:"dataOwner,omitempty"`

	AutoAccept           bool            `json:"autoAcceptInvitations,omitempty"`
	NotificationSettings json.RawMessage `json:"notificationSettings,omitempty"`
}

type conferenceRule struct {
	Allowed []string `json:"allowedConferenceSolutionTypes"`
}

type calendarPage struct {
	Kind          string     `json:"kind"`
	ETag          string     `json:"etag"`
	NextPageToken string     `json:"nextPageToken,omitempty"`
	NextSyncToken string     `json:"nextSyncToken,omitempty"`
	Items         []listItem `json:"items"`
}

type calendarBody struct {
	Kind       string          `json:"kind"`
	ETag       string          `json:"etag"`
	ID         string          `json:"id"`
	Summary    string          `json:"summary"`
	TimeZone   string          `json:"timeZone"`
	Conference *conferenceRule `json:"conferenceProperties,omitempty"`
	DataOwner  string          `json:"dataOwner,omitempty"`

	Description string          `json:"description,omitempty"`
	Location    string          `json:"location,omitempty"`
	AutoAccept  bool            `json:"autoAcceptInvitations,omitempty"`
	Labels      json.RawMessage `json:"labelProperties,omitempty"`
}

type settingBody struct {
	Kind  string `json:"kind"`
	ETag  string `json:"etag"`
	ID    string `json:"id"`
	Value string `json:"value"`
}

func (s *Server) listCalendars(q *request) (answer, *apiError) {
	me := s.accounts[q.account]
	v := q.query
	var from int64
	if v.Has("syncToken") {
		if v.Has("minAccessRole") || v.Has("showOwnOrganizationOnly") || v.Get("showDeleted") == "false" || v.Get("showHidden") == "false" {
			return answer{}, &apiError{code: 400, domain: "global", reason: "badRequest", locationType: "parameter", locates: "syncToken",
				message: "Sync token cannot be combined with other query restrictions."}
		}
		t, e := s.openSyncToken(v.Get("syncToken"), "calendarList", q.account, "", me.listEpoch)
		if e != nil {
			return answer{}, e
		}
		from = t.Seq
	}
	least, _ := parseRole(v.Get("minAccessRole"))
	var items []listItem
	last := from
	for _, entry := range me.list {
		c := s.calendars[entry.calendar]
		last = max(last, entry.seq)
		switch {
		case v.Has("syncToken"):
			if entry.seq <= from {
				continue
			}
		case entry.deleted && !boolParam(v, "showDeleted"), entry.hidden && !boolParam(v, "showHidden"):
			continue
		case c.roles[q.account] < least:
			continue
		}
		items = append(items, s.listItem(q.account, entry))
	}
	return s.calendarPage(q, items, last)
}

// calendarPage cuts one page out of the list. Calendar lists are short and
// change seldom, so that the offset alone is the page token.
func (s *Server) calendarPage(q *request, items []listItem, last int64) (answer, *apiError) {
	offset := 0
	if sent := q.query.Get("pageToken"); sent != "" {
		if _, err := fmt.Sscanf(sent, "list%d", &offset); err != nil || offset < 0 || offset > len(items) {
			return answer{}, invalidParameter("pageToken", "Invalid page token value.")
		}
	}
	if q.fault == "empty" {
		items, offset = nil, 0
	}
	size := min(intParam(q.query, "maxResults", 100), 250)
	end := min(len(items), offset+size)
	body := calendarPage{Kind: "calendar#calendarList", ETag: fmt.Sprintf("%q", fmt.Sprintf("p32%010x", last)), Items: slices.Concat([]listItem{}, items[offset:end])}
	switch {
	case end < len(items):
		body.NextPageToken = fmt.Sprintf("list%d", end)
	case !q.query.Has("minAccessRole") && !q.query.Has("showOwnOrganizationOnly"):
		body.NextSyncToken = syncToken{"calendarList", q.account, "", s.seq, s.accounts[q.account].listEpoch, s.now().Unix()}.String()
	}
	return answer{body: body, etag: body.ETag}, nil
}

func (s *Server) listItem(account string, entry *listEntry) listItem {
	c := s.calendars[entry.calendar]
	item := listItem{Kind: "calendar#calendarListEntry", ETag: etagOf(entry.seq), ID: c.id, DefaultReminders: []reminder{}}
	if entry.deleted {
		item.Deleted = true
		return item
	}
	item.Summary, item.TimeZone, item.AccessRole = c.name, c.zone, c.roles[account].String()
	item.ColorID, item.BackgroundColor, item.ForegroundColor = "14", "#9fe1e7", "#000000"
	item.Hidden, item.Selected, item.Primary = entry.hidden, !entry.hidden, c.primary && c.id == account
	item.Conference = &conferenceRule{c.solutions}
	if !c.primary {
		item.DataOwner = c.owner
	}
	return item
}

func (s *Server) getListEntry(q *request) (answer, *apiError) {
	for _, entry := range s.accounts[q.account].list {
		if entry.calendar == q.calendar.id && !entry.deleted {
			item := s.listItem(q.account, entry)
			return answer{body: item, etag: item.ETag}, nil
		}
	}
	return answer{}, notFound()
}

func (s *Server) getCalendar(q *request) (answer, *apiError) {
	c := q.calendar
	body := calendarBody{Kind: "calendar#calendar", ETag: collectionTag(c), ID: c.id, Summary: c.name, TimeZone: c.zone, Conference: &conferenceRule{c.solutions}}
	if !c.primary {
		body.DataOwner = c.owner
	}
	return answer{body: body, etag: body.ETag}, nil
}

// getSetting answers the settings that matter here. Google knows nothing of a
// setting that still has its default.
func (s *Server) getSetting(q *request) (answer, *apiError) {
	id := q.PathValue("setting")
	values := map[string]string{"timezone": s.calendars[q.account].zone, "locale": "en"}
	if s.accounts[q.account].autoMeet {
		values["autoAddHangouts"] = "true"
	}
	value, ok := values[id]
	if !ok {
		return answer{}, notFound()
	}
	body := settingBody{Kind: "calendar#setting", ETag: etagOf(0), ID: id, Value: value}
	return answer{body: body, etag: body.ETag}, nil
}
