package sources

import (
	"net/url"
	"strings"
)

// wrappers are mail filters and redirectors that stand in front of a link, by
// host. Each gives the link inside, or "" for a page of its own.
var wrappers = map[string]func(u *url.URL) string{
	"safelinks.protection.outlook.com":  parameter("", "url"),
	"safelinks.protection.office365.us": parameter("", "url"),
	"google.com":                        parameter("/url", "q", "url"),
	"urldefense.com":                    betweenUnderscores,
	"urldefense.proofpoint.com":         betweenUnderscores,
}

// parameter takes a link from the first of the query parameters that is there.
// A path of "" means any.
func parameter(path string, names ...string) func(u *url.URL) string {
	return func(u *url.URL) string {
		if path != "" && u.Path != path {
			return ""
		}
		query := u.Query()
		for _, name := range names {
			if link := query.Get(name); link != "" {
				return link
			}
		}
		return ""
	}
}

// betweenUnderscores takes a link from Proofpoint's form
// urldefense.com/v3/__LINK__;… .
func betweenUnderscores(u *url.URL) string {
	text := u.String()
	_, rest, ok := strings.Cut(text, "/__")
	if !ok {
		return ""
	}
	link, _, _ := strings.Cut(rest, "__;")
	return link
}
