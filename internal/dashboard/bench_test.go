package dashboard

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"slotward/internal/server"
)

// packedLimit is how many bytes a page may take on its way to a browser that
// takes gzip.
const packedLimit = 150_000

// processor is how long this process has kept processors busy: what a page
// takes on a machine that has nothing else to do, however busy this one is.
func processor(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// viewer is who looks at a page of a crowd.
func (c *crowd) viewer(p weighedPage) server.Identity {
	if p.admin {
		return server.Identity{Name: "root@acme.test", Role: server.Admin, CSRF: "csrf-root"}
	}
	return as(c.ada, server.Member)
}

// bring makes a page of a crowd, as the browser of whoever looks at it gets it.
func (c *crowd) bring(p weighedPage) []byte {
	c.Helper()
	method := http.MethodGet
	if p.form != nil {
		method = http.MethodPost
	}
	r := httptest.NewRequest(method, p.path, strings.NewReader(p.form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: zoneCookie, Value: "Europe%2FBerlin"})
	w := httptest.NewRecorder()
	c.pages.ServeHTTP(w, r.WithContext(server.WithIdentity(r.Context(), c.viewer(p))))
	if w.Code != http.StatusOK {
		c.Fatalf("%s is answered %d: %s", p.path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// squeezed is how many bytes gzip makes of a page.
func (c *crowd) squeezed(page []byte) int {
	c.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(page)
	c.ok(err)
	c.ok(z.Close())
	return out.Len()
}

// BenchmarkPages makes each page with 5,000 events and 500 people. ms/page is how
// long whoever asks waits for it on this machine, as busy as that is just now;
// cpu-ms/page is the processor time of all that it leads to, of what is foreseen
// beside it and told later, too. bytes is its size, packed what gzip makes of that.
func BenchmarkPages(b *testing.B) {
	kept := newCrowd(b, manyPeople, true)
	asked := newCrowd(b, 1, false)
	for _, p := range kept.weighedPages() {
		b.Run(p.name, func(b *testing.B) {
			c := kept
			if p.welcoming {
				c = asked
			}
			b.ReportAllocs()
			var page []byte
			c.foresight.patience = usually()
			before := processor(b)
			for b.Loop() {
				page = c.bring(p)
				b.StopTimer()
				c.background.Wait() // for an answer that nobody reads
				c.foresight.forget(c.viewer(p))
				b.StartTimer()
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/page")
			b.ReportMetric((processor(b)-before).Seconds()*1000/float64(b.N), "cpu-ms/page")
			b.ReportMetric(float64(len(page)), "bytes")
			b.ReportMetric(float64(c.squeezed(page)), "packed")
		})
	}
}

// asRequested is what of a pattern stands for what an address has there.
var asRequested = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// No page is forgotten among those that are weighed. What is no page: the start,
// which leads on, the stream, the way to a meeting, and the export.
func TestEveryPageIsWeighed(t *testing.T) {
	others := []string{"/{$}", "/people/{person}/live", "/people/{person}/meetings/{event}/join", "/people/{person}/data/export"}
	weighed := (&crowd{}).weighedPages()
	for _, pattern := range patterns(t) {
		if pattern[0] != http.MethodGet || slices.Contains(others, pattern[1]) {
			continue
		}
		address := regexp.MustCompile("^" + asRequested.ReplaceAllString(regexp.QuoteMeta(pattern[1]), "[^/]+") + `(\?.*)?$`)
		if !slices.ContainsFunc(weighed, func(p weighedPage) bool { return address.MatchString(p.path) }) {
			t.Errorf("%s is not weighed", pattern[1])
		}
	}
}

// However much there is, a page is short enough for a slow line.
func TestEveryPageIsShort(t *testing.T) {
	kept, asked := newCrowd(t, manyPeople, true), newCrowd(t, 1, false)
	for _, p := range kept.weighedPages() {
		c := kept
		if p.welcoming {
			c = asked
		}
		if n := c.squeezed(c.bring(p)); n > packedLimit {
			t.Errorf("%s takes %d bytes on its way", p.name, n)
		}
	}
}
