package scenario

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// wishCommands are what people ask for one event.
var wishCommands = map[string]command{
	"renew": {usage: "renew EVENT[@DATE]", least: 1, steady: true, do: cmdRenew},
}

// eventPath is where the daemon tells of an event, or of an occurrence that its
// calendar lists by itself.
func (w *world) eventPath(name string) (string, error) {
	e, occurrence, err := w.event(name)
	if err != nil {
		return "", err
	}
	id, err := w.idOf(e, occurrence)
	if err != nil {
		return "", err
	}
	calendar, err := w.calendarID(e.calendar)
	return fmt.Sprintf("/api/v1/events/%d:%s", calendar, url.PathEscape(id)), err
}

// chooseFor chooses the link of one event: zoom, native, static, none or default.
func (w *world) chooseFor(name, provider string) error {
	path, err := w.eventPath(name)
	if err != nil {
		return err
	}
	if err := w.client.call(http.MethodPatch, path, map[string]any{"provider": choiceOf(provider)}, nil); err != nil {
		return err
	}
	return w.idle()
}

// choiceOf is a choice as the API takes it.
func choiceOf(provider string) any {
	if provider == "default" {
		return nil
	}
	return provider
}

// cmdRenew asks for a new link in the place of the one that an event has.
func cmdRenew(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	path, err := w.eventPath(args[0])
	if err != nil {
		return err
	}
	ask := func() error { return w.client.call(http.MethodPost, path+"/renew", nil, nil) }
	if err = ask(); err != nil && w.daemon.dies() { // whose click is not answered clicks again
		if err = w.up(); err == nil {
			err = ask()
		}
	}
	if err != nil {
		return err
	}
	return w.idle()
}

// previewedEvent is where a change of one event is previewed, and its body.
func (w *world) previewedEvent(args []string) (path string, body map[string]any, err error) {
	path, err = w.eventPath(args[0])
	if args[1] == "renew" {
		return path + "/preview", map[string]any{"renew": true}, err
	}
	return path + "/preview", map[string]any{"provider": choiceOf(args[1])}, err
}

// isEvent reports whether a word names an event, or an occurrence of one.
func (w *world) isEvent(word string) bool {
	name, _, _ := strings.Cut(word, "@")
	return w.events[name] != nil
}
