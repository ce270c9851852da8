package zoom

import (
	"maps"
	"slices"
)

// shape is the JSON type of a setting.
type shape int

const (
	aFlag shape = iota
	aNumber
	aText
	anObject
	aList
)

// fits reports whether a decoded JSON value has the shape.
func (s shape) fits(value any) bool {
	switch v := value.(type) {
	case bool:
		return s == aFlag
	case float64:
		return s == aNumber && v == float64(int64(v))
	case string:
		return s == aText
	case map[string]any:
		return s == anObject
	case []any:
		return s == aList
	}
	return false
}

// setting is one member of a meeting's settings.
type setting struct {
	shape    shape
	fallback any    // the effective value when nobody said; nil: not shown then
	only     string // "create" or "update" if just one of them takes it
	values   []any  // the only ones allowed, if any
}

// settings is every setting of a meeting: what may be said, and the account's
// own values that Zoom fills in.
var settings = map[string]setting{
	"additional_data_center_regions":            {shape: aList, only: "create"},
	"allow_host_control_participant_mute_state": {fallback: false},
	"allow_multiple_devices":                    {fallback: true},
	"alternative_host_update_polls":             {fallback: false},
	"alternative_hosts":                         {shape: aText, fallback: ""},
	"alternative_hosts_email_notification":      {fallback: true},
	"approval_type":                             {shape: aNumber, fallback: 2, values: []any{0.0, 1.0, 2.0}},
	"approved_or_denied_countries_or_regions":   {shape: anObject, fallback: map[string]any{"enable": false}},
	"audio":                             {shape: aText, fallback: "both", values: []any{"both", "telephony", "voip", "thirdParty"}},
	"audio_conference_info":             {shape: aText, fallback: ""},
	"authentication_domains":            {shape: aText, fallback: ""},
	"authentication_exception":          {shape: aList},
	"authentication_name":               {shape: aText, only: "update"},
	"authentication_option":             {shape: aText},
	"auto_recording":                    {shape: aText, fallback: "none", values: []any{"local", "cloud", "none"}},
	"auto_start_ai_companion_questions": {fallback: false},
	"auto_start_meeting_summary":        {fallback: false},
	"breakout_room":                     {shape: anObject, fallback: map[string]any{"enable": false}},
	"calendar_type":                     {shape: aNumber, values: []any{1.0, 2.0}},
	"close_registration":                {fallback: false},
	"cn_meeting":                        {fallback: false},
	"contact_email":                     {shape: aText},
	"contact_name":                      {shape: aText},
	"continuous_meeting_chat":           {shape: anObject, fallback: map[string]any{"enable": true, "who_is_added": "all_users"}},
	"custom_keys":                       {shape: aList, only: "update"},
	"device_testing":                    {fallback: false},
	"disable_participant_video":         {fallback: false},
	"email_in_attendee_report":          {fallback: false},
	"email_notification":                {fallback: true},
	"encryption_type":                   {shape: aText, fallback: "enhanced_encryption", values: []any{"enhanced_encryption", "e2ee"}},
	"enforce_login":                     {fallback: false, only: "update"},
	"enforce_login_domains":             {shape: aText, fallback: "", only: "update"},
	"focus_mode":                        {fallback: false},
	"global_dial_in_countries":          {shape: aList, fallback: []any{"US"}},
	"global_dial_in_numbers":            {shape: aList, fallback: dialIn, only: "update"},
	"host_save_video_order":             {fallback: false},
	"host_video":                        {fallback: false},
	"in_meeting":                        {fallback: false},
	"internal_meeting":                  {fallback: false},
	"jbh_time":                          {shape: aNumber, fallback: 0, values: []any{0.0, 5.0, 10.0, 15.0}},
	"join_before_host":                  {fallback: false},
	"language_interpretation":           {shape: anObject, fallback: map[string]any{"enable": false}},
	"meeting_authentication":            {fallback: false},
	"meeting_invitees":                  {shape: aList},
	"mute_upon_entry":                   {fallback: false},
	"participant_focused_meeting":       {fallback: false},
	"participant_video":                 {fallback: false},
	"private_meeting":                   {fallback: false},
	"push_change_to_calendar":           {fallback: false, only: "create"},
	"question_and_answer":               {shape: anObject},
	"registrants_confirmation_email":    {fallback: true},
	"registrants_email_notification":    {fallback: true},
	"registration_type":                 {shape: aNumber, values: []any{1.0, 2.0, 3.0}},
	"resources":                         {shape: aList},
	"show_share_button":                 {fallback: false},
	"sign_language_interpretation":      {shape: anObject, fallback: map[string]any{"enable": false}},
	"summary_template_id":               {shape: aText},
	"use_pmi":                           {fallback: false},
	"waiting_room":                      {fallback: false},
	"watermark":                         {fallback: false},
	"who_can_ask_questions":             {shape: aNumber, values: []any{1.0, 2.0, 3.0, 4.0, 5.0}},
	"who_will_receive_summary":          {shape: aNumber, values: []any{1.0, 2.0, 3.0, 4.0}},
}

var dialIn = []any{
	map[string]any{"city": "New York", "country": "US", "country_name": "US", "number": "+1 646 558 8656", "type": "toll"},
	map[string]any{"country": "US", "country_name": "US", "number": "+1 833 548 0276", "type": "tollfree"},
}

// brokenSettings names the settings that are unknown, out of place or wrong.
func brokenSettings(given map[string]any, update bool) []string {
	place := "create"
	if update {
		place = "update"
	}
	var bad []string
	for name, value := range given {
		known, ok := settings[name]
		switch {
		case !ok, known.only != "" && known.only != place, !known.shape.fits(value):
			bad = append(bad, "settings."+name)
		case known.values != nil && !slices.Contains(known.values, value):
			bad = append(bad, "settings."+name)
		}
	}
	if keys, ok := given["custom_keys"].([]any); ok && !goodKeys(keys) {
		bad = append(bad, "settings.custom_keys")
	}
	return bad
}

// goodKeys: at most ten, 64 and 256 characters long.
func goodKeys(keys []any) bool {
	return len(keys) <= 10 && !slices.ContainsFunc(keys, func(key any) bool {
		pair, _ := key.(map[string]any)
		name, ok := pair["key"].(string)
		value, _ := pair["value"].(string)
		return !ok || len(pair) > 2 || len(name) > 64 || len(value) > 256
	})
}

// effective is what holds for the meeting: the account's values, what was said,
// and what Zoom forces. Every meeting has some protection, so without passcode
// and authentication the waiting room is on; and with it nobody joins before the host.
func (m *meeting) effective() map[string]any {
	out := map[string]any{}
	for name, known := range settings {
		if known.fallback != nil && known.only != "create" {
			out[name] = known.fallback
		}
	}
	maps.Copy(out, m.settings)
	delete(out, "additional_data_center_regions")
	if m.password == "" && out["meeting_authentication"] != true {
		out["waiting_room"] = true
	}
	if out["waiting_room"] == true {
		out["join_before_host"] = false
	}
	return out
}
