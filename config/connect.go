package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Redirect is an address that has to be registered at a provider, to the letter.
type Redirect struct {
	Provider string `json:"provider"`
	URI      string `json:"uri"`
	Where    string `json:"where"` // where it is registered
}

// Missing is something without which people cannot connect.
type Missing struct {
	Key  string `json:"key"`
	Cure string `json:"cure"`
}

// BaseURL is where browsers reach the server, without a last slash.
func (c *Config) BaseURL() string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return "http://" + c.Listen
	}
	if unspecified(host) {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Redirects are the addresses to register, exactly as they are sent.
func (c *Config) Redirects() []Redirect {
	base := c.BaseURL()
	return []Redirect{
		{"google", base + "/oauth/google/callback", "Google Cloud console › APIs & Services › Credentials › OAuth client ID (Web application) › Authorised redirect URIs"},
		{"microsoft", base + "/oauth/microsoft/callback", "Microsoft Entra admin center › App registrations › your app › Authentication › Web › Redirect URIs"},
		{"zoom", base + "/oauth/zoom/callback", "Zoom App Marketplace › Develop › your app (user-managed) › OAuth redirect URL, and the allow list"},
	}
}

// Need is something that has to be set before people can connect to a provider.
type Need struct {
	Missing
	Set bool
}

// Needs are what a provider needs, in the order in which to set it; nil for one
// that is not known.
func (c *Config) Needs(provider string) []Need {
	needs, known := c.needs()[provider]
	if !known {
		return nil
	}
	out := []Need{{Missing{"public_url", publicCure}, reachable(c.BaseURL())}}
	for _, n := range needs {
		out = append(out, Need{Missing{n.key, n.cure}, n.value != ""})
	}
	return out
}

const publicCure = "set public_url (SLOTWARD_PUBLIC_URL) to the https:// address under which browsers reach this server; providers accept plain http on this machine only"

// needs are the values that each provider needs.
func (c *Config) needs() map[string][]need {
	return map[string][]need{
		"google": {
			{"google.client_id", c.Google.ClientID, "make an OAuth client at Google and set google.client_id (SLOTWARD_GOOGLE_CLIENT_ID)"},
			{"google.client_secret", c.Google.ClientSecret.Reveal(), "set google.client_secret (SLOTWARD_GOOGLE_CLIENT_SECRET, or SLOTWARD_GOOGLE_CLIENT_SECRET_FILE)"},
		},
		"microsoft": {
			{"microsoft.client_id", c.Microsoft.ClientID, "register an app at Microsoft and set microsoft.client_id (SLOTWARD_MICROSOFT_CLIENT_ID)"},
			{"microsoft.client_secret", c.Microsoft.ClientSecret.Reveal(), "set microsoft.client_secret (SLOTWARD_MICROSOFT_CLIENT_SECRET, or SLOTWARD_MICROSOFT_CLIENT_SECRET_FILE)"},
		},
		"zoom": {
			{"zoom.client_id", c.Zoom.ClientID, "make a user-managed OAuth app at Zoom and set zoom.client_id (SLOTWARD_ZOOM_CLIENT_ID)"},
			{"zoom.client_secret", c.Zoom.ClientSecret.Reveal(), "set zoom.client_secret (SLOTWARD_ZOOM_CLIENT_SECRET, or SLOTWARD_ZOOM_CLIENT_SECRET_FILE)"},
		},
	}
}

// MissingToConnect says what has to be set before people can connect, in the
// order in which to do it. Empty: nothing.
func (c *Config) MissingToConnect() []Missing {
	var out []Missing
	if !reachable(c.BaseURL()) {
		out = append(out, Missing{"public_url", publicCure})
	}
	out = append(out, c.missingCalendars()...)
	return append(out, absent(c.needs()["zoom"])...)
}

// missingCalendars is what keeps people from connecting a calendar. One provider
// is enough, but one that was begun has to be whole.
func (c *Config) missingCalendars() []Missing {
	google, microsoft := c.needs()["google"], c.needs()["microsoft"]
	noGoogle, noMicrosoft := absent(google), absent(microsoft)
	switch begunGoogle, begunMicrosoft := len(noGoogle) < len(google), len(noMicrosoft) < len(microsoft); {
	case begunGoogle && begunMicrosoft:
		return append(noGoogle, noMicrosoft...)
	case begunMicrosoft:
		return noMicrosoft
	case !begunGoogle:
		noGoogle[0].Cure += ", or register an app at Microsoft and set microsoft.client_id (SLOTWARD_MICROSOFT_CLIENT_ID) and its secret: one kind of calendar is enough"
	}
	return noGoogle
}

// need is a value that has to be set, and how.
type need struct{ key, value, cure string }

// absent are the needs that are not met.
func absent(needs []need) []Missing {
	var out []Missing
	for _, n := range needs {
		if n.value == "" {
			out = append(out, Missing{n.key, n.cure})
		}
	}
	return out
}

// reachable reports whether providers would redirect a browser to base: https
// anywhere, plain http on this machine only.
func reachable(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	return u.Scheme == "https" || u.Hostname() == "localhost" || loopback(u.Hostname())
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func unspecified(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "" || err == nil && addr.IsUnspecified()
}
