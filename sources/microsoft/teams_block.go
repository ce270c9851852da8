package microsoft

import (
	"net/url"
	"slices"
	"strings"

	"slotward/sources"
)

// What a Teams block may be at most, in bytes. The real ones have 2 to 8 KB.
const maxTeamsBlock = 48 << 10

// span is a piece of text.
type span struct{ from, to int }

// cutTeams cuts the block of a Teams meeting out of a body, whatever language
// and template it is written in, and leaves every other byte alone. joinURL is
// the event's own link; a block of another meeting stays. It reports false, and
// the body as it was, when there is none or it cannot be told with certainty
// where it begins and ends: then it stays, because people's words may be in it.
func cutTeams(body, joinURL string, isText bool) (string, bool) {
	own, _ := sources.ParseLink(joinURL)
	find := htmlBlocks
	if isText {
		find = textBlocks
	}
	spans, ok := find(body, own)
	if !ok || len(spans) == 0 {
		return body, false
	}
	var out strings.Builder
	pos := 0
	for _, s := range spans {
		out.WriteString(body[pos:s.from])
		pos = s.to
	}
	out.WriteString(body[pos:])
	// A link to the meeting outside any block, also one typed as mere text, keeps
	// it online.
	if opensAny(out.String(), own) {
		return body, false
	}
	return out.String(), true
}

// opens reports whether an address opens the meeting; without one of its own
// the event's is whatever Teams meeting stands there.
func opens(address string, own sources.Link) bool {
	link, ok := sources.ParseLink(address)
	return ok && link.Provider == "teams" && (own.Meeting == "" || link.Meeting == own.Meeting)
}

// htmlBlocks finds the blocks in HTML, in order.
func htmlBlocks(body string, own sources.Link) ([]span, bool) {
	root, ok := parseNodes(body)
	if !ok {
		return nil, false
	}
	var links []*node
	root.walk(func(n *node) {
		if n.name == "a" && opens(n.href, own) {
			links = append(links, n)
		}
	})
	var out []span
	for _, link := range links {
		if slices.ContainsFunc(out, func(s span) bool { return s.from <= link.from && link.to <= s.to }) {
			continue
		}
		s, ok := blockAround(body, link)
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

// blockAround finds the block that a join link stands in: the container that
// Teams marks with a class of its own, or, where an editor dropped that, what
// stands between the two lines of underscores.
func blockAround(body string, link *node) (span, bool) {
	var container *node
	for n := link.parent; n != nil; n = n.parent {
		if n.name == "div" && hasClass(n.class, "me-email-text") {
			container = n
		}
	}
	if container == nil {
		return betweenRules(body, link)
	}
	if !container.closed || !teamsOwn(body, container) {
		return span{}, false
	}
	s := span{container.from, container.to}
	if n := neighbour(body, container, -1); n != nil && isRule(body, n) {
		s.from = n.from
	}
	if n := neighbour(body, container, +1); n != nil && isRule(body, n) {
		s.to = n.to
	}
	return s, s.to-s.from <= maxTeamsBlock
}

// hasClass looks for a class; mail programs put "x_" before classes of what
// they quote, once per time.
func hasClass(classes, want string) bool {
	for _, c := range strings.Fields(classes) {
		for strings.HasPrefix(c, "x_") {
			c = c[2:]
		}
		if c == want {
			return true
		}
	}
	return false
}

// teamsTags are the elements that Teams' templates are made of. Any other in the
// container means that somebody wrote there.
var teamsTags = map[string]bool{"": true, "div": true, "span": true, "a": true, "br": true, "b": true, "strong": true, "img": true, "font": true, "hr": true}

// teamsOwn reports whether nothing in a container looks like people's words.
func teamsOwn(body string, container *node) bool {
	own := !strings.Contains(body[container.from:container.to], ourSignature)
	container.walk(func(n *node) {
		if !teamsTags[n.name] || n.name == "a" && n.href != "" && !teamsLink(n) {
			own = false
		}
	})
	return own
}

// ourSignature stands in both lines that frame our own block.
const ourSignature = "kept by Slotward"

// teamsHosts are the hosts that Teams' own links lead to, with their sub-domains.
var teamsHosts = []string{
	"teams.microsoft.com", "teams.live.com", "teams.microsoft.us", "teams.cloud.microsoft", "teams.microsoftonline.cn",
	"aka.ms", "microsoft.com", "skype.com", "office.com",
}

// teamsLink reports whether a link is one that Teams writes: it has a class of
// Teams', calls a number, or leads to one of Microsoft's pages.
func teamsLink(a *node) bool {
	for _, c := range []string{"me-email-link", "me-email-headline", "me-email-link-secondary", "me-email-text", "me-email-text-secondary"} {
		if hasClass(a.class, c) {
			return true
		}
	}
	u, err := url.Parse(strings.TrimSpace(a.href))
	if err != nil {
		return false
	}
	if u.Scheme == "tel" || u.Scheme == "sip" {
		return true
	}
	host := strings.ToLower(u.Hostname())
	for _, h := range append(teamsHosts, "safelinks.protection.outlook.com") {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

// minRule is how many underscores make a line of Teams' own.
const minRule = 20

// isRule reports whether a node shows nothing but a line of underscores.
func isRule(body string, n *node) bool {
	if n.name == "a" || !n.closed || n.to-n.from > 4096 {
		return false
	}
	words := strings.TrimFunc(n.words(body), blank)
	return len(words) >= minRule && strings.Trim(words, "_") == ""
}

func blank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\r' || r == '\n' || r == '\u00a0' || r == '\u200b'
}

// maxGap is how many elements without words may stand between the container and
// its line of underscores; older templates have two.
const maxGap = 4

// neighbour is the node before or after n, white space and elements without
// words passed over.
func neighbour(body string, n *node, step int) *node {
	siblings := n.parent.children
	gap := 0
	for i := slices.Index(siblings, n) + step; i >= 0 && i < len(siblings); i += step {
		s := siblings[i]
		switch {
		case strings.TrimFunc(s.words(body), blank) != "" || s.name == "img" || s.name == "a" || !s.closed || gap > maxGap:
			return s
		case s.name != "":
			gap++
		}
	}
	return nil
}

// betweenRules finds the block of which only the lines of underscores can be
// told: the nearest one before and after the link, at the same depth.
func betweenRules(body string, link *node) (span, bool) {
	for n := link; n.parent != nil; n = n.parent {
		siblings := n.parent.children
		at := slices.Index(siblings, n)
		first, last := -1, -1
		for i := at - 1; i >= 0 && first < 0; i-- {
			if isRule(body, siblings[i]) {
				first = i
			}
		}
		for i := at + 1; i < len(siblings) && last < 0; i++ {
			if isRule(body, siblings[i]) {
				last = i
			}
		}
		if first < 0 && last < 0 {
			continue
		}
		if first < 0 || last < 0 {
			return span{}, false // half a frame: where it ends nobody can tell
		}
		s := span{siblings[first].from, siblings[last].to}
		for _, inside := range siblings[first : last+1] {
			if !inside.closed {
				return span{}, false
			}
		}
		return s, s.to-s.from <= maxTeamsBlock && !strings.Contains(body[s.from:s.to], ourSignature) && linksAreTeams(siblings[first:last+1])
	}
	return span{}, false
}

func linksAreTeams(nodes []*node) bool {
	own := true
	for _, n := range nodes {
		n.walk(func(c *node) {
			if c.name == "a" && c.href != "" && !teamsLink(c) || c.name == "table" || c.name == "blockquote" || c.name == "ul" || c.name == "ol" {
				own = false
			}
		})
	}
	return own
}

// textBlocks finds the blocks in a plain text: from a line of underscores to the
// next, with the link between.
func textBlocks(body string, own sources.Link) ([]span, bool) {
	var rules []span
	for pos := 0; pos < len(body); {
		end := strings.IndexByte(body[pos:], '\n')
		to := len(body)
		if end >= 0 {
			to = pos + end + 1
		}
		line := strings.TrimFunc(body[pos:to], blank)
		if len(line) >= minRule && strings.Trim(line, "_") == "" {
			rules = append(rules, span{pos, to})
		}
		pos = to
	}
	var out []span
	for i := 0; i+1 < len(rules); i++ {
		s := span{rules[i].from, rules[i+1].to}
		inside := body[rules[i].to:rules[i+1].from]
		if !opensAny(inside, own) {
			continue
		}
		if s.to-s.from > maxTeamsBlock || strings.Contains(inside, ourSignature) {
			return nil, false
		}
		out = append(out, s)
		i++
	}
	return out, true
}

func opensAny(text string, own sources.Link) bool {
	return slices.ContainsFunc(sources.FindLinks(text), func(l sources.Link) bool { return opens(l.URL, own) })
}
