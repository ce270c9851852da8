package scenario

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// adoptView is the answer to an adoption that is only tried.
type adoptView struct {
	planView
	Gone    []string `json:"gone"`
	Orphans []struct {
		Topic string `json:"topic"`
	} `json:"orphans"`
}

// journalView is a page of the journal.
type journalView struct {
	Entries []struct {
		ID      int64  `json:"id"`
		Action  string `json:"action"`
		Title   string `json:"title"`
		Outcome string `json:"outcome"`
		Detail  string `json:"detail"`
	} `json:"entries"`
}

// cmdAdopt has taken up what was made before, and prints what the journal says
// about it; with dry, what would be taken up.
func cmdAdopt(w *world, ts *testscript.TestScript, _ bool, args []string) error {
	p, err := w.person(args[0])
	if err != nil {
		return err
	}
	body, out := map[string]string{"person": p.email}, printed(ts)
	if len(args) > 1 {
		return w.tryAdopt(body, out)
	}
	before, err := w.journal(p, "limit=1")
	if err != nil {
		return err
	}
	newest := int64(0)
	for _, e := range before.Entries {
		newest = e.ID
	}
	w.unsettle()
	err = w.survive(func() error {
		if err := w.client.call(http.MethodPost, "/api/v1/adopt", body, nil); err != nil && !w.trigger.fired() {
			return err
		}
		return w.idle()
	})
	if err == nil {
		err = w.calm() // what faults held up is told as well
	}
	if err != nil {
		return err
	}
	told, err := w.journal(p, "limit=1000&after="+strconv.FormatInt(newest, 10))
	for _, e := range told.Entries {
		_, _ = fmt.Fprintf(out, "%s %s %s (%s)\n", e.Outcome, e.Action, e.Title, e.Detail)
	}
	return err
}

func (w *world) tryAdopt(body map[string]string, out io.Writer) error {
	var v adoptView
	if err := w.client.call(http.MethodPost, "/api/v1/adopt?dry_run=true", body, &v); err != nil {
		return err
	}
	for _, a := range v.Actions {
		_, _ = fmt.Fprintf(out, "%s %s\n", a.Kind, a.Title)
	}
	for _, o := range v.Orphans {
		_, _ = fmt.Fprintf(out, "orphan %s\n", o.Topic)
	}
	_, _ = fmt.Fprintf(out, "%d missing\n", len(v.Gone))
	return nil
}

func (w *world) journal(p *person, query string) (v journalView, err error) {
	err = w.client.call(http.MethodGet, "/api/v1/journal?person="+url.QueryEscape(p.email)+"&"+query, nil, &v)
	return v, err
}
