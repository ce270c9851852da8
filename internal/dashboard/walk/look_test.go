package walk_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

const (
	// pictures is the ignored folder that the pictures of every page go to.
	pictures = "screenshots"
	// heaviest is how many bytes a page may weigh, everything that it loads included.
	heaviest = 150_000
)

// widths are those of a phone, a tablet and a desk.
var widths = []int64{390, 820, 1440}

var schemes = []string{"light", "dark"}

// settled waits until the page stands still: loaded, and nothing asked for.
const settled = `() => document.readyState === "complete" && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, [aria-busy=true]")`

// overflow are the parts that are wider than the screen; none when nothing is.
const overflow = `() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest(".scroll, nav ul")).slice(0, 8)
    .map((e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + "." + e.className + ": " + (e.innerText || "").slice(0, 40)).concat("page");
}`

// small are links and buttons that a thumb does not meet: below 24 pixels, and not
// within a line of text.
const small = `() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden]), a.button, nav a")].filter((e) => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".unseen") || e.matches(".unseen")) return false;
  const box = (e.labels?.[0] || e).getBoundingClientRect();
  return box.width < 24 || box.height < 24;
}).map((e) => e.outerHTML.slice(0, 120))`

// violation is what axe-core has found.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		Target  []any
		Summary string `json:"failureSummary"`
	}
}

// axe runs axe-core by the rules of WCAG 2.2 AA.
const axe = `async () => (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] })).violations`

// shoot looks at the page as it stands: its pictures at every width and in both
// schemes, what axe-core finds, that a phone need not scroll sideways, and what it
// weighs. Afterwards the tab is as it was.
func (tb *tab) shoot(name string) {
	tb.t.Helper()
	tb.still()
	for _, scheme := range schemes {
		for _, width := range widths {
			tb.do(screen(width, scheme))
			tb.picture(fmt.Sprintf("%s-%d-%s", name, width, scheme))
			if width == widths[0] || width == widths[len(widths)-1] && scheme == schemes[1] {
				tb.examine(name, width, scheme)
			}
			if width == widths[0] {
				tb.fitsThumbs(name)
			}
		}
	}
	tb.do(screen(1440, "light"))
	tb.weigh(name)
}

// still waits until the page stands still.
func (tb *tab) still() {
	tb.t.Helper()
	tb.until("the page stands still", tb.stands)
}

// stands reports why the page does not stand still, if it does not.
func (tb *tab) stands() error {
	var still bool
	err := tb.look(settled, &still)
	if err == nil && !still {
		err = errors.New("the page does not stand still")
	}
	return err
}

// picture takes a picture of the whole page.
func (tb *tab) picture(name string) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	content, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	tb.must(err)
	tb.must(os.MkdirAll(pictures, 0o750))
	tb.must(os.WriteFile(filepath.Join(pictures, name+".png"), content, 0o600))
}

// examine has axe-core look at the page.
func (tb *tab) examine(name string, width int64, scheme string) {
	tb.t.Helper()
	var there bool
	tb.must(tb.look(`() => typeof window.axe === "object"`, &there))
	if !there {
		tb.do(chromedp.Evaluate[chromedp.Void](shared.axe))
	}
	var found []violation
	tb.must(tb.look(axe, &found))
	for _, v := range found {
		for _, node := range v.Nodes {
			tb.t.Errorf("%s at %d, %s: %s (%s, %s): %v: %s", name, width, scheme, v.Help, v.ID, v.Impact, node.Target, node.Summary)
		}
	}
}

// fitsThumbs checks what a phone needs.
func (tb *tab) fitsThumbs(name string) {
	tb.t.Helper()
	for what, script := range map[string]string{"is wider than the screen": overflow, "is too small to touch": small} {
		var found []string
		tb.must(tb.look(script, &found))
		if len(found) > 0 {
			tb.t.Errorf("%s: on a phone, something %s:\n%s", name, what, strings.Join(found, "\n"))
		}
	}
}

// weigh adds up what the page and all that it loads weigh on their way here.
func (tb *tab) weigh(name string) {
	tb.t.Helper()
	var loaded []string
	tb.must(tb.look(`() => [location.href, ...[...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((e) => e.src || e.href)].map((a) => a.split("#")[0])`, &loaded))
	tb.mu.Lock()
	defer tb.mu.Unlock()
	parts := map[string]float64{}
	for _, address := range loaded {
		parts[address] = tb.weights[address]
	}
	var sum float64
	for _, weight := range parts {
		sum += weight
	}
	tb.t.Logf("%s weighs %.0f kB", name, sum/1000)
	if sum > heaviest {
		tb.t.Errorf("%s weighs %.0f bytes, more than %d: %v", name, sum, heaviest, slices.Collect(maps.Keys(parts)))
	}
}

// readme takes one of the README's pictures, when asked to.
func (tb *tab) readme(name string) {
	tb.t.Helper()
	if !*update {
		return
	}
	tb.do(screen(1180, "light"))
	tb.still()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	content, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	tb.must(err)
	folder := filepath.Join("..", "..", "..", "docs", "images")
	tb.must(os.MkdirAll(folder, 0o750))
	tb.must(os.WriteFile(filepath.Join(folder, name+".png"), content, 0o600))
	tb.do(screen(1440, "light"))
}
