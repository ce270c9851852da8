package microsoft

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// user is an account on the wire.
type user struct {
	Context           string   `json:"@odata.context,omitempty"`
	ID                string   `json:"id"`
	DisplayName       string   `json:"displayName"`
	GivenName         *string  `json:"givenName"`
	Surname           *string  `json:"surname"`
	JobTitle          *string  `json:"jobTitle"`
	Mail              string   `json:"mail"`
	MobilePhone       *string  `json:"mobilePhone"`
	OfficeLocation    *string  `json:"officeLocation"`
	PreferredLanguage *string  `json:"preferredLanguage"`
	UserPrincipalName string   `json:"userPrincipalName"`
	BusinessPhones    []string `json:"businessPhones"`
}

// calendarEntity is a calendar on the wire. Colours are left to the apps.
type calendarEntity struct {
	Context           string       `json:"@odata.context,omitempty"`
	ID                string       `json:"id"`
	Name              string       `json:"name"`
	Color             string       `json:"color"`
	HexColor          string       `json:"hexColor"`
	IsDefaultCalendar bool         `json:"isDefaultCalendar"`
	ChangeKey         string       `json:"changeKey"`
	CanShare          bool         `json:"canShare"`
	CanViewPrivate    bool         `json:"canViewPrivateItems"`
	CanEdit           bool         `json:"canEdit"`
	Providers         []string     `json:"allowedOnlineMeetingProviders"`
	DefaultProvider   string       `json:"defaultOnlineMeetingProvider"`
	IsTallying        bool         `json:"isTallyingResponses"`
	IsRemovable       bool         `json:"isRemovable"`
	Owner             emailAddress `json:"owner"`
}

func (s *Server) getMe(q *request) (answer, *problem) {
	a := q.account
	u := user{Context: contextBase + "users/$entity", ID: a.oid, DisplayName: a.name, Mail: a.email, UserPrincipalName: a.email, BusinessPhones: []string{}}
	body, p := selected(u, q.query.Get("$select"))
	return answer{body: body}, p
}

func (s *Server) wireCalendar(a *account, c *calendar) calendarEntity {
	r := c.roles[a.email]
	provider := "unknown"
	if len(c.providers) > 0 {
		provider = c.providers[0]
	}
	return calendarEntity{
		ID: c.id, Name: c.name, Color: "auto", IsDefaultCalendar: c.primary && c.owner == a.email, ChangeKey: changeKey(c.seq),
		CanShare: r == owner, CanViewPrivate: r == owner, CanEdit: r >= writer,
		Providers: append([]string{}, c.providers...), DefaultProvider: provider, IsTallying: c.primary, IsRemovable: !c.primary,
		Owner: emailAddress{s.nameOf(c.owner), c.owner},
	}
}

func (s *Server) listCalendars(q *request) (answer, *problem) {
	skip, _ := strconv.Atoi(q.query.Get("$skip"))
	list := q.account.list
	end := min(len(list), max(0, skip)+s.pageSize(q))
	values := []any{}
	for _, id := range list[min(max(0, skip), len(list)):end] {
		one, p := selected(s.wireCalendar(q.account, s.calendars[id]), q.query.Get("$select"))
		if p != nil {
			return answer{}, p
		}
		values = append(values, one)
	}
	body := map[string]any{"@odata.context": contextBase + "users('" + q.account.oid + "')/calendars", "value": values}
	if end < len(list) {
		next := *q.URL
		options := next.Query()
		options.Set("$skip", fmt.Sprint(end))
		next.RawQuery = options.Encode()
		body["@odata.nextLink"] = s.url + next.RequestURI()
	}
	return answer{body: body}, nil
}

func (s *Server) getCalendar(q *request) (answer, *problem) {
	c, p := s.calendarOf(q, freeBusyReader)
	if p != nil {
		return answer{}, p
	}
	one := s.wireCalendar(q.account, c)
	one.Context = contextBase + "users('" + q.account.oid + "')/calendars/$entity"
	body, p := selected(one, q.query.Get("$select"))
	return answer{body: body}, p
}

func (s *Server) getSettings(q *request) (answer, *problem) {
	return answer{body: map[string]any{
		"@odata.context": contextBase + "users('" + q.account.oid + "')/mailboxSettings",
		"timeZone":       q.account.zone, "dateFormat": "yyyy-MM-dd", "timeFormat": "HH:mm",
		"language": map[string]any{"locale": "en-US", "displayName": "English (United States)"},
	}}, nil
}

func (s *Server) getMailboxZone(q *request) (answer, *problem) {
	return answer{body: map[string]any{
		"@odata.context": contextBase + "users('" + q.account.oid + "')/mailboxSettings/timeZone", "value": q.account.zone,
	}}, nil
}

// listZones is supportedTimeZones, a function with an optional argument.
func (s *Server) listZones(q *request) (answer, *problem) {
	call := q.PathValue("function")
	if !strings.HasPrefix(call, "supportedTimeZones") {
		return answer{}, invalidRequest("BadRequest", "Resource not found for the segment '"+call+"'.")
	}
	names := slices.Sorted(maps.Keys(windowsZones))
	if strings.Contains(call, "'Iana'") {
		names = slices.Compact(slices.Sorted(maps.Values(windowsZones)))
	}
	values := []any{}
	for _, name := range names {
		values = append(values, map[string]any{"alias": name, "displayName": name})
	}
	return answer{body: map[string]any{"@odata.context": contextBase + "Collection(microsoft.graph.timeZoneInformation)", "value": values}}, nil
}

// translateIDs turns up to 1,000 ids of one form into another.
func (s *Server) translateIDs(q *request) (answer, *problem) {
	var in struct {
		InputIDs []string `json:"inputIds"`
		Source   string   `json:"sourceIdType"`
		Target   string   `json:"targetIdType"`
	}
	if err := json.NewDecoder(q.Body).Decode(&in); err != nil {
		return answer{}, badBody("Unable to read JSON request payload.")
	}
	if len(in.InputIDs) > 1000 {
		return answer{}, invalidRequest("ErrorInvalidRequest", "The collection of ids is too large.")
	}
	values := []any{}
	for _, id := range in.InputIDs {
		for _, c := range s.calendarsOf(q.account.email) {
			r := c.find(id)
			if r == nil {
				continue
			}
			target := r.id
			if strings.Contains(strings.ToLower(in.Target), "immutable") {
				target = r.immutable
			}
			values = append(values, map[string]any{"sourceId": id, "targetId": target})
		}
	}
	return answer{body: map[string]any{"@odata.context": contextBase + "Collection(microsoft.graph.convertIdResult)", "value": values}}, nil
}

// nameOf is what an address is called.
func (s *Server) nameOf(email string) string {
	if a := s.accounts[email]; a != nil {
		return a.name
	}
	return email
}

// withoutContext takes the annotation off an entity that stands in a list.
func withoutContext(one any) any {
	if m, ok := one.(map[string]json.RawMessage); ok {
		delete(m, "@odata.context")
	}
	return one
}
