package microsoft

import (
	"strings"
	"testing"
	"time"

	"slotward/sources"
)

func TestDocumentsAreTakenApart(t *testing.T) {
	for name, test := range map[string]struct{ content, inside string }{
		"nothing":          {"", ""},
		"a fragment":       {"Agenda <b>x</b>", "Agenda <b>x</b>"},
		"a document":       {"<html><head>\r\n<meta charset=\"utf-8\"></head><body>Agenda</body></html>", "Agenda"},
		"with attributes":  {"<HTML><BODY class=\"a>b\" lang=de>\r\nx\r\n</BODY>\r\n</HTML>\r\n", "\r\nx\r\n"},
		"empty":            {"<html><head></head><body></body></html>", ""},
		"never closed":     {"<html><body>Agenda", "Agenda"},
		"words first":      {"Agenda <body>x</body>", "Agenda <body>x</body>"},
		"a styled head":    {"<html><head><style>body{color:red}</style><title>t</title></head><body>x</body></html>", "x"},
		"two bodies":       {"<html><body>a</body><body>b</body></html>", "a</body><body>b"},
		"body as text":     {"&lt;body&gt; x", "&lt;body&gt; x"},
		"a comment before": {"<!-- <body> --><html><body>x</body></html>", "x"},
	} {
		d, inside := openDocument(test.content, false)
		if inside != test.inside || d.close(inside) != test.content {
			t.Errorf("%s: %q, made up again %q", name, inside, d.close(inside))
		}
	}
	if d, inside := openDocument("<html><body>x</body>", true); inside != "<html><body>x</body>" || d.close(inside) != inside {
		t.Error("plain text was taken apart")
	}
}

var joining = sources.Joining{Provider: "zoom", Meeting: "98884753832", URL: "https://zoom.us/j/98884753832?pwd=a&b=1", Passcode: "a<b&c"}

// A body is HTML or text by declaration, whatever its words look like.
func TestOurBlockFitsTheBody(t *testing.T) {
	for name, test := range map[string]struct {
		words  string
		isText bool
	}{
		"HTML without tags": {"Agenda", false}, "HTML": {"<p>Agenda</p>", false}, "empty HTML": {"", false},
		"text": {"Agenda\r\n", true}, "text that looks like HTML": {"a <b> c", true}, "empty text": {"", true},
	} {
		e := sources.Event{ID: "e", Description: test.words}
		sources.Inspect(&e)
		d, _ := openDocument("", test.isText)
		written := d.fit(*sources.LinkEdit(&e, &joining, "i", nil, false).Description)
		if !strings.HasPrefix(written, test.words) {
			t.Errorf("%s: people's words became %q", name, written)
		}
		if ours := written[len(test.words):]; strings.Contains(ours, "<br>") == test.isText || strings.Contains(ours, "a<b&c") != test.isText {
			t.Errorf("%s: written as %q", name, ours)
		}
		e.Description = written
		sources.Inspect(&e)
		if e.Shown.Block != sources.BlockWhole || e.Shown.BlockText != joining.Fingerprint() {
			t.Errorf("%s: does not count as ours: %q", name, written)
		}
		if d.fit(written) != written {
			t.Errorf("%s: written differently a second time", name)
		}
		if before, _, after, _ := sources.SplitBlock(written); before+after != test.words {
			t.Errorf("%s: comes off as %q", name, before+after)
		}
	}
}

func FuzzOpenDocument(f *testing.F) {
	f.Add("<html><head></head><body>x</body></html>")
	f.Add("<body><body></body>")
	f.Add("<bo")
	f.Add("<style><body></style><title></body>")
	f.Fuzz(func(t *testing.T, content string) {
		d, inside := openDocument(content, false)
		if d.close(inside) != content {
			t.Fatalf("%q became %q", content, d.close(inside))
		}
	})
}

// Work stays in proportion to the length, whatever somebody puts into a body.
func TestHostileBodies(t *testing.T) {
	for name, body := range map[string]string{
		"an endless head":    "<head>" + strings.Repeat("x<b>", 100_000),
		"deep":               strings.Repeat("<div>", 100_000),
		"many bodies":        strings.Repeat("<body></body>", 50_000),
		"many links":         strings.Repeat(`<a href="`+shortLink+`">x</a>`, 5_000),
		"many blocks":        strings.Repeat(newBlock(wordings[0], shortLink), 200),
		"many lines":         strings.Repeat("<p>"+ruleLine+"</p>", 5_000) + `<a href="` + shortLink + `">x</a>`,
		"many ends":          strings.Repeat("</div>", 100_000),
		"ends of a deep one": strings.Repeat("<i>", 400) + strings.Repeat("</b>", 50_000),
	} {
		began := time.Now()
		_, inside := openDocument(body, false)
		cutTeams(inside, shortLink, false)
		cutTeams(inside, shortLink, true)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: %v for %d bytes", name, took, len(body))
		} else {
			t.Logf("%s: %v for %d bytes", name, took, len(body))
		}
	}
}
