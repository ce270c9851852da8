package walk_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	// patience is how long anything is waited for.
	patience = 3 * time.Minute
	// glance is how long one look at a page may take. A page that is left while it is
	// looked at may never answer; the next look is at the page that came instead.
	glance = 15 * time.Second
)

// tab is a tab of a browser that has been nowhere yet: cookies of its own.
type tab struct {
	*world
	ctx context.Context

	mu         sync.Mutex
	hosts      []string                     // that may be asked
	complaints []string                     // what must not happen, and did
	requests   map[network.RequestID]string // addresses, without fragments
	weights    map[string]float64           // transferred bytes by address, when not cached
}

// newTab opens a browser window of its own. Whatever its pages complain of fails
// the test when it ends.
func (w *world) newTab() *tab {
	w.t.Helper()
	ctx, end := chromedp.NewContext(shared.chromium, chromedp.WithNewBrowserContext())
	tb := &tab{world: w, ctx: ctx, requests: map[network.RequestID]string{}, weights: map[string]float64{}, hosts: []string{hostOf(w.url)}}
	for _, at := range w.urls {
		tb.hosts = append(tb.hosts, hostOf(at))
	}
	w.t.Cleanup(func() {
		end()
		tb.mu.Lock()
		defer tb.mu.Unlock()
		for _, c := range tb.complaints {
			w.t.Error(c)
		}
	})
	w.must(chromedp.Listen(ctx, tb.heard))
	tb.do(
		command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}), command(runtime.Enable, cdp.Empty{}),
		command(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Vienna"}),
		command(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		screen(1440, "light"),
	)
	return tb
}

// screen is a screen's width and the colours that its owner likes.
func screen(width int64, scheme string) step {
	return chromedp.Steps(
		command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500}),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
	)
}

// step is something that a browser does.
type step = chromedp.Action[chromedp.Void]

// command sends a command of the browser's protocol.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

// heard takes what the browser tells. It is called by one goroutine of the browser's.
func (tb *tab) heard(event any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, arg := range e.Args {
				words = append(words, string(arg.Value)+arg.Description)
			}
			tb.complain("console.%s: %s", e.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		tb.complain("an exception: %s", (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelError && e.Entry.Level != log.EntryLevelWarning {
			return
		}
		if strings.HasSuffix(e.Entry.URL, "/favicon.ico") && !strings.HasPrefix(e.Entry.URL, tb.url) {
			return // browsers ask for it by themselves, and a provider may have none
		}
		if _, page := tb.weights[withoutFragment(e.Entry.URL)]; e.Entry.Source == log.EntrySourceNetwork && (page || tb.asks(e.Entry.URL)) {
			return // a page that says that something is wrong has the status that says so, too
		}
		tb.complain("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	case *network.EventRequestWillBeSent:
		tb.requests[e.RequestID] = withoutFragment(e.Request.URL)
		if e.Type == network.ResourceTypeDocument {
			tb.weights[withoutFragment(e.Request.URL)] += 0 // known as a page
		}
		if u, err := url.Parse(e.Request.URL); err != nil || u.Scheme != "data" && u.Scheme != "blob" && !slices.Contains(tb.hosts, u.Host) {
			tb.complain("somebody else is asked: %s", e.Request.URL)
		}
	case *network.EventLoadingFinished:
		at := tb.requests[e.RequestID]
		tb.weights[at] = max(tb.weights[at], e.EncodedDataLength)
	}
}

// asks reports whether a page was asked for by a form or by htmx.
func (tb *tab) asks(address string) bool {
	return strings.HasPrefix(address, tb.url+"/") && !strings.Contains(address, "/static/")
}

// complain notes what must not happen. The caller holds the lock.
func (tb *tab) complain(format string, args ...any) {
	tb.complaints = append(tb.complaints, fmt.Sprintf(format, args...))
}

// do has the browser do something, within bounds.
func (tb *tab) do(steps ...step) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	tb.must(chromedp.Do(ctx, steps...))
}

// open goes to an address of the daemon's, "/people/me/meetings", or to another one.
func (tb *tab) open(address string) {
	tb.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = tb.url + address
	}
	tb.do(chromedp.Navigate(address))
}

// at is where the browser is: the path for the daemon's own pages, or why that
// cannot be told just now.
func (tb *tab) at() string {
	ctx, cancel := context.WithTimeout(tb.ctx, glance)
	defer cancel()
	address, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return strings.TrimPrefix(address, tb.url)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

// eventually tries until there is no error, for as long as anything is waited for.
func eventually(so func() error) error {
	ticker := time.NewTicker(15 * time.Millisecond)
	defer ticker.Stop()
	late := time.After(patience)
	for {
		err := so()
		if err == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-late:
			return err
		}
	}
}
