package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// previewChecks look at what the daemon says a change would do.
var previewChecks = map[string]command{
	"because": {usage: "because EVENT KEY=VALUE@WHERE|did=ACTION|held=ACTION…", least: 2, do: checkBecause, check: true},
	"preview": {usage: "preview .|NAME|OWNER/CALENDAR|NAME PROVIDER|EVENT CHOICE|EVENT renew [KEY=VALUE…] : NUMBER=N…", least: 2, do: checkPreview, check: true},
}

// checkPreview asks for the preview of a change, which is written as set, pause
// and disconnect take it, and compares the numbers after the colon.
func checkPreview(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	colon := slices.Index(args, ":")
	if colon < 0 {
		return fmt.Errorf("there is no colon before what is expected")
	}
	path, body, err := w.previewed(args[:colon])
	if err != nil {
		return err
	}
	before, err := w.client.status()
	if err != nil {
		return err
	}
	writes := w.called("write")
	var answer struct {
		Events  map[string]any `json:"events"`
		Zoom    map[string]any `json:"zoom"`
		Waiting int            `json:"waiting"`
		Release int            `json:"release"`
		Stays   []string       `json:"stays"`
		Goes    []string       `json:"goes"`
	}
	if err := w.client.call(http.MethodPost, path, body, &answer); err != nil {
		return err
	}
	after, err := w.client.status()
	if err != nil {
		return err
	}
	if n := w.called("write") - writes; n != 0 || after.RowsWritten != before.RowsWritten && !w.shaken() {
		return fmt.Errorf("looking at what would be done made %d writes and changed %d rows", n, after.RowsWritten-before.RowsWritten)
	}
	told := answer.Events
	for key, value := range answer.Zoom {
		told[key] = value
	}
	told["waiting"], told["release"] = answer.Waiting, answer.Release
	for _, want := range args[colon+1:] {
		key, value, _ := strings.Cut(want, "=")
		if got, ok := told[key]; !ok && value != "never" || ok && fmt.Sprint(got) != value {
			all, _ := json.Marshal(answer)
			return fmt.Errorf("%s is %v: %s", key, got, all)
		}
	}
	return nil
}

// previewed is where a change is previewed, and its body.
func (w *world) previewed(args []string) (path string, body map[string]any, err error) {
	if len(args) == 2 && w.isEvent(args[0]) {
		return w.previewedEvent(args)
	}
	settings := map[string]string{}
	body = map[string]any{}
	provider, links := "", ""
	for _, arg := range args[1:] {
		key, value, told := strings.Cut(arg, "=")
		switch {
		case arg == "removed":
			body["removed"] = true
		case !told:
			provider = arg
		case key == "links":
			links = value
		case key == "existing":
			body[key] = value
		case key == "enabled", key == "paused":
			body[key] = value == "on" || value == "yes"
		default:
			settings[key] = value
		}
	}
	if len(settings) > 0 {
		body["settings"] = settings
	}
	switch {
	case args[0] == ".":
		return "/api/v1/settings/preview", body, nil
	case strings.Contains(args[0], "/"):
		c, err := w.calendar(args[0])
		if err != nil {
			return "", nil, err
		}
		id, err := w.calendarID(c)
		return fmt.Sprintf("/api/v1/calendars/%d/preview", id), body, err
	}
	p, err := w.person(args[0])
	if err != nil {
		return "", nil, err
	}
	path = "/api/v1/people/" + url.PathEscape(p.email)
	if provider == "" {
		return path + "/preview", body, nil
	}
	path += "/connections/" + provider + "/preview"
	if links != "" {
		path += "?links=" + links
	}
	return path, nil, nil
}
