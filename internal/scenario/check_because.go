package scenario

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// checkBecause holds when the daemon names a choice, with its value and where it
// was made, among those that led to what is decided about an event, or what was done
// for it or held.
func checkBecause(w *world, _ *testscript.TestScript, _ bool, args []string) error {
	v, err := w.reason(args[0])
	if err != nil {
		return err
	}
	var out struct {
		Why struct {
			Settings []struct {
				Key, Value, From string
			} `json:"settings"`
			Done []struct{ Action, Outcome string } `json:"done"`
		} `json:"why"`
	}
	if err := w.client.call(http.MethodGet, "/api/v1/events/"+url.PathEscape(v.ID), nil, &out); err != nil {
		return err
	}
	for _, want := range args[1:] {
		found := false
		for _, s := range out.Why.Settings {
			found = found || want == s.Key+"="+s.Value+"@"+s.From
		}
		for _, d := range out.Why.Done {
			found = found || want == "did="+d.Action && d.Outcome == "done" || want == "held="+d.Action && d.Outcome == "held"
		}
		if !found {
			return fmt.Errorf("%s is not told among %+v", strings.TrimSpace(want), out.Why)
		}
	}
	return nil
}
