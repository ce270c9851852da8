package microsoft

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// node is an HTML element, or a run of text (name ""), with its place in the
// text that it was read from, so that it can be cut out and everything else
// stays byte for byte.
type node struct {
	name     string // lower case
	class    string
	href     string
	from, to int  // its bytes, tags included
	inner    int  // where its content begins
	content  int  // where its content ends
	closed   bool // by a tag of its own, not by the end of something around it
	parent   *node
	children []*node
}

// void are the elements that never have content.
var void = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true,
	"input": true, "link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// maxDepth bounds how deeply elements may be nested.
const maxDepth = 512

// parseNodes reads a piece of HTML. The root stands for the whole text; ok is
// false for one that is nested beyond reason.
func parseNodes(text string) (root *node, ok bool) {
	root = &node{to: len(text), content: len(text), closed: true}
	top, depth, pos := root, 0, 0
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		raw := len(z.Raw())
		from, to := pos, pos+raw
		pos = to
		switch kind {
		case html.ErrorToken:
			for n := top; n != root; n = n.parent {
				n.to, n.content = len(text), len(text)
			}
			return root, true
		case html.TextToken:
			top.add(&node{from: from, to: to, inner: from, content: to, closed: true})
		case html.StartTagToken, html.SelfClosingTagToken:
			n := element(z)
			n.from, n.to, n.inner, n.content = from, to, to, to
			top.add(n)
			if void[n.name] {
				n.closed = true
				continue
			}
			if depth++; depth > maxDepth {
				return nil, false
			}
			top = n
		case html.EndTagToken:
			name, _ := z.TagName()
			if n := open(top, root, string(name)); n != nil {
				for ; top != n; top = top.parent {
					top.to, top.content = from, from
					depth--
				}
				n.content, n.to, n.closed = from, to, true
				top = n.parent
				depth--
			}
		}
	}
}

func (n *node) add(child *node) {
	child.parent = n
	n.children = append(n.children, child)
}

// open finds the innermost open element of a name.
func open(top, root *node, name string) *node {
	for n := top; n != root; n = n.parent {
		if n.name == name {
			return n
		}
	}
	return nil
}

// element reads a start tag's name and the attributes that are looked at.
func element(z *html.Tokenizer) *node {
	name, more := z.TagName()
	n := &node{name: string(bytes.ToLower(name))}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "class":
			n.class = string(value)
		case "href":
			n.href = string(value)
		}
	}
	return n
}

// walk visits a node and everything in it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		c.walk(visit)
	}
}

// words is what a reader sees of a node, tags taken out.
func (n *node) words(text string) string {
	var b strings.Builder
	n.walk(func(c *node) {
		if c.name == "" && len(c.children) == 0 {
			b.WriteString(text[c.from:c.to])
		}
	})
	return html.UnescapeString(b.String())
}
