package microsoft

import (
	"html"
	"regexp"
	"strings"

	xhtml "golang.org/x/net/html"

	"slotward/sources"
)

// document is an event's body, taken apart: Exchange keeps HTML as whole
// documents, of which only the inside of <body> is what people wrote.
type document struct {
	head, tail string // around the inside, byte for byte; both "" for plain text
	isText     bool   // plain text rather than HTML
}

// openDocument takes a body apart; head, inside and tail make it up again.
func openDocument(content string, isText bool) (document, string) {
	if isText {
		return document{isText: true}, content
	}
	from, to := 0, len(content)
	var end []int
	z := xhtml.NewTokenizer(strings.NewReader(content))
	inHead := false
scan:
	for pos, found := 0, false; ; {
		kind := z.Next()
		start := pos
		pos += len(z.Raw())
		name := ""
		switch kind {
		case xhtml.ErrorToken:
			break scan
		case xhtml.TextToken:
			if !found && !inHead && strings.TrimSpace(content[start:pos]) != "" {
				break scan // words before any <body>: it is no document
			}
			continue
		case xhtml.StartTagToken, xhtml.EndTagToken:
			tag, _ := z.TagName()
			name = string(tag)
		}
		switch {
		case name == "head":
			inHead = kind == xhtml.StartTagToken
		case name != "body":
		case kind == xhtml.StartTagToken && !found:
			found, from = true, pos
			// Also where a tag that people left open swallows the end.
			if end = ending.FindStringIndex(content[from:]); end != nil {
				break scan
			}
		case kind == xhtml.EndTagToken && found:
			to = start // the last one counts
		}
	}
	switch {
	case from == 0:
		to = len(content)
	case end != nil:
		to = from + end[0]
	}
	return document{head: content[:from], tail: content[to:]}, content[from:to]
}

// ending is how a document ends.
var ending = regexp.MustCompile(`(?i)</body\s*>\s*(?:</html\s*>)?\s*$`)

// close makes a body again of what is inside.
func (d document) close(inside string) string { return d.head + inside + d.tail }

// fit writes our block in a description the way the body needs it. The
// description's other functions tell HTML by its tags; a body that is HTML by
// declaration may have none, and one that is plain text may hold some.
func (d document) fit(description string) string {
	before, block, after, state := sources.SplitBlock(description)
	if state != sources.BlockWhole {
		return description
	}
	asHTML := strings.Contains(block, lineBreak)
	switch {
	case d.isText && asHTML:
		block = html.UnescapeString(strings.ReplaceAll(block, lineBreak, "\n"))
	case !d.isText && !asHTML:
		block = strings.ReplaceAll(html.EscapeString(block), "\n", lineBreak)
	}
	return before + block + after
}

const lineBreak = "<br>"
