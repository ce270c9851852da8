package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"slotward/reconciler/plan"
)

// Choice is a setting: what it is, and where that was chosen.
type Choice struct {
	Key           string   `json:"key" example:"share"`
	Value         string   `json:"value" doc:"What goes." example:"slot"`
	From          string   `json:"from" enum:"calendar,person,installation,configuration,default" doc:"Where that was chosen; default: built in, nobody has chosen."`
	Own           string   `json:"own,omitempty" doc:"What was chosen here; absent: nothing."`
	Inherited     string   `json:"inherited" doc:"What goes when nothing is chosen here." example:"slot"`
	InheritedFrom string   `json:"inherited_from" enum:"person,installation,configuration,default"`
	Default       string   `json:"default" doc:"What is built in." example:"slot"`
	Allowed       []string `json:"allowed,omitempty" doc:"The values that there are; of a list those that it is made of; absent: a text."`
}

// Choices are a person's settings and those of their calendars.
type Choices struct {
	Settings  []Choice          `json:"settings" doc:"The person's."`
	Calendars []CalendarChoices `json:"calendars" doc:"Each calendar's; they stand above the person's."`
}

// CalendarChoices are the settings of one calendar.
type CalendarChoices struct {
	Calendar int64    `json:"calendar" example:"3"`
	Settings []Choice `json:"settings"`
}

func (s *server) routePersonSettings() {
	register(s, own(huma.Operation{
		OperationID: "get-person-settings", Method: http.MethodGet, Path: "/api/v1/people/{person}/settings", Tags: []string{"settings"},
		Summary:     "Show a person's settings and where each comes from",
		Description: "What goes for the person and for each of their calendars. PATCH the person or the calendar to choose something else.",
		Errors:      []int{http.StatusNotFound},
	}), s.getPersonSettings)
}

func (s *server) getPersonSettings(ctx context.Context, in *PersonPath) (*answer[Choices], error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	installation, err := s.Store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	calendars, err := s.Store.Calendars(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	out := Choices{Settings: choices(s.Defaults, installation, p.Settings), Calendars: []CalendarChoices{}}
	for _, c := range calendars {
		out.Calendars = append(out.Calendars, CalendarChoices{c.ID, choices(s.Defaults, installation, p.Settings, c.Settings)})
	}
	return &answer[Choices]{out}, nil
}

// choices are all settings, chosen in the last of the layers or inherited from
// those before.
func choices(chosen ...map[string]string) []Choice {
	keys, here := plan.SettingKeys(), len(chosen)-1
	going, inherited := cascaded(keys, chosen), cascaded(keys, chosen[:here])
	out := make([]Choice, len(keys))
	for i, key := range keys {
		allowed, _ := plan.SettingValues(key)
		out[i] = Choice{
			Key: key, Value: going[i].Value, From: going[i].From, Own: strings.TrimSpace(chosen[here][key]),
			Inherited: inherited[i].Value, InheritedFrom: inherited[i].From, Default: plan.BuiltIn(key), Allowed: allowed,
		}
	}
	return out
}
