package website_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"slotward/internal/simulator/website"
)

const document = "<html><head><style>p{color:red}</style></head><body><p>Agenda:</p>\r\n<ol><li>Past</li>\r\n<li>Future</li></ol><div>Join <a href=\"https://teams.test/x?a=1&amp;b=2\">here</a> &amp; now</div></body></html>"

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		format website.Format
		notes  string
		want   string
	}{
		"plain":                {website.Plain, "a <b> &amp;\r\nc", "a <b> &amp;\nc"},
		"loose, as text":       {website.LooseHTML, "one\ntwo & three", "one\ntwo & three"},
		"loose, as HTML":       {website.LooseHTML, "one<br>two &amp; <i>three</i>", "one\ntwo & three"},
		"a document":           {website.StrictHTML, document, "Agenda:\nPast\nFuture\nJoin here & now\n"},
		"breaks and new lines": {website.StrictHTML, "one<br>\r\ntwo \r\n three", "one\ntwo three"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.format.Text(c.notes); got != c.want {
				t.Errorf("%q; want %q", got, c.want)
			}
		})
	}
}

func TestSegments(t *testing.T) {
	for name, c := range map[string]struct {
		format website.Format
		notes  string
		want   []string
	}{
		"an address in a text": {website.Plain, "see https://a.test/b?c=1. Bye", []string{"see |", "https://a.test/b?c=1|https://a.test/b?c=1", ". Bye|"}},
		"a link":               {website.StrictHTML, `go <a href="https://a.test/?a=1&amp;b=2">there</a>!`, []string{"go |", "there|https://a.test/?a=1&b=2", "!|"}},
		"no link":              {website.StrictHTML, `<a href="javascript:alert(1)">there</a><script>alert(2)</script>`, []string{"there|"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, s := range c.format.Segments(c.notes) {
				got = append(got, s.Text+"|"+s.Link)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q; want %q", got, c.want)
			}
		})
	}
}

func TestRewrite(t *testing.T) {
	for name, c := range map[string]struct {
		format           website.Format
		notes, was, now  string
		want             string
		changedMeanwhile bool
	}{
		"a word of a document":    {website.StrictHTML, document, "", "", strings.Replace(document, "Past", "What &lt;was&gt;", 1), false},
		"nothing there before":    {website.StrictHTML, "", "", "a < b\nc", "a &lt; b<br>\r\nc", false},
		"an empty document":       {website.StrictHTML, "<html><body></body></html>", "", "hello", "<html><body>hello</body></html>", false},
		"a line taken out":        {website.StrictHTML, "<b>a</b><br>b<br>c", "a\nb\nc", "a\nc", "<b>a</b><br>c", false},
		"text stays text":         {website.LooseHTML, "Q & A", "Q & A", "Q & A & more", "Q & A & more", false},
		"text that looks like it": {website.LooseHTML, "", "", "a <b>", "a &lt;b&gt;", false},
		"plain text":              {website.Plain, "a", "a", "a <b>", "a <b>", false},
		"added to behind":         {website.LooseHTML, "notes\n--\nblock", "notes", "my notes", "my notes\n--\nblock", false},
		"added to before":         {website.LooseHTML, "block\n--\nnotes", "notes", "notes, too", "block\n--\nnotes, too", false},
		"rewritten by others":     {website.LooseHTML, "something else", "notes", "my notes", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.was == "" && c.now == "" {
				c.was = c.format.Text(c.notes)
				c.now = strings.Replace(c.was, "Past", "What <was>", 1)
			}
			got, err := c.format.Rewrite(c.notes, c.was, c.now)
			if c.changedMeanwhile != errors.Is(err, website.ErrNotesChanged) || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// What somebody types is what is then read, and what was not touched stays byte
// for byte.
func TestRewriteKeepsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "ö", "<b>", "</b>", "&amp;", "<br>", " ", "word", "<a href=\"https://x.test\">", "</a>", "&"})
		format := rapid.SampledFrom([]website.Format{website.Plain, website.LooseHTML, website.StrictHTML}).Draw(t, "format")
		notes := strings.Join(rapid.SliceOf(piece).Draw(t, "notes"), "")
		was := format.Text(notes)
		runes := []rune(was)
		from := rapid.IntRange(0, len(runes)).Draw(t, "from")
		until := rapid.IntRange(from, len(runes)).Draw(t, "until")
		now := string(runes[:from]) + rapid.SampledFrom([]string{"", "new", "x<y>&z"}).Draw(t, "added") + string(runes[until:])
		got, err := format.Rewrite(notes, was, now)
		if err != nil {
			t.Fatal(err)
		}
		if was == now && got != notes {
			t.Errorf("%q became %q", notes, got)
		}
		if text := format.Text(got); format == website.Plain && text != now || collapsed(text) != collapsed(now) {
			t.Errorf("%q with %q for %q reads %q", notes, now, was, text)
		}
	})
}

// collapsed is a text without the white space that HTML does not keep.
func collapsed(text string) string { return strings.Join(strings.Fields(text), "") }
