package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// check looks at the filled struct; every fault is noted, none stops the rest.
func (l *loading) check() {
	c := &l.config
	for _, rule := range []struct {
		key     string
		problem string
	}{
		{"listen", address(c.Listen)},
		{"public_url", publicURL(c.PublicURL)},
		{"data", required(c.Data, "name a folder that can be written, such as ./slotward-data")},
		{"database", database(c.Database)},
		{"installation", installation(c.Installation)},
		{"sign_in.allow", addresses(c.SignIn.Allow, true)},
		{"sign_in.admins", addresses(c.SignIn.Admins, false)},
		{"sign_in.idle", between(c.SignIn.Idle, 5*time.Minute, 366*24*time.Hour)},
		{"sign_in.lifetime", between(c.SignIn.Lifetime, 5*time.Minute, 366*24*time.Hour)},
		{"google.auth_url", endpoint(c.Google.AuthURL)},
		{"google.token_url", endpoint(c.Google.TokenURL)},
		{"google.revoke_url", endpoint(c.Google.RevokeURL)},
		{"google.userinfo_url", endpoint(c.Google.UserinfoURL)},
		{"google.keys_url", endpoint(c.Google.KeysURL)},
		{"google.api_url", endpoint(c.Google.APIURL)},
		{"microsoft.tenant", tenant(c.Microsoft.Tenant)},
		{"microsoft.login_url", endpoint(c.Microsoft.LoginURL)},
		{"microsoft.graph_url", graph(c.Microsoft.GraphURL)},
		{"zoom.auth_url", endpoint(c.Zoom.AuthURL)},
		{"zoom.token_url", endpoint(c.Zoom.TokenURL)},
		{"zoom.revoke_url", endpoint(c.Zoom.RevokeURL)},
		{"zoom.api_url", endpoint(c.Zoom.APIURL)},
		{"zoom.plan", oneOf(c.Zoom.Plan, "auto", "free", "pro", "business")},
		{"schedule", schedule(c.Schedule)},
		{"audit", schedule(c.Audit)},
		{"horizon", between(c.Horizon, time.Hour, 10*365*24*time.Hour)},
		{"passes", count(c.Passes, 1, 256)},
		{"http_timeout", between(c.HTTPTimeout, time.Second, 10*time.Minute)},
		{"daily_limit", count(c.DailyLimit, 1, 100_000)},
		{"lease", between(c.Lease, 5*time.Second, time.Hour)},
		{"log.level", oneOf(c.Log.Level, "debug", "info", "warn", "error")},
		{"log.format", oneOf(c.Log.Format, "text", "json")},
		{"debug.commit_hook", hook(c.Debug.CommitHook)},
		{"debug.poll", between(c.Debug.Poll, time.Millisecond, time.Hour)},
	} {
		if rule.problem != "" {
			l.fault(rule.key, l.byKey[rule.key].text(), l.origin[rule.key], rule.problem)
		}
	}
	if c.SealingKey != "" && c.SealingKeyFile != "" {
		l.fault("sealing_key", "", l.origin["sealing_key"], "is also given by sealing_key_file ("+l.origin["sealing_key_file"]+"): keep one of the two")
	}
	l.checkSettings()
}

func (l *loading) checkSettings() {
	if l.options.CheckSetting == nil {
		return
	}
	keys := make([]string, 0, len(l.config.Settings))
	for key := range l.config.Settings {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		if err := l.options.CheckSetting(key, l.config.Settings[key]); err != nil {
			l.fault("settings."+key, l.config.Settings[key], l.origin["settings"], err.Error())
		}
	}
}

// domainName is a domain with a dot in it.
var domainName = regexp.MustCompile(`^(?i:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?i:[a-z][a-z0-9-]*)$`)

// addresses checks a list of e-mail addresses, and of domains where they may be in it.
func addresses(list []string, domains bool) string {
	for _, entry := range list {
		if a, err := mail.ParseAddress(entry); err == nil && a.Address == entry {
			continue
		}
		if domains && domainName.MatchString(strings.TrimPrefix(entry, "@")) {
			continue
		}
		if domains {
			return fmt.Sprintf("has %q in it, which is neither an e-mail address nor a domain: write them like ada@acme.com, acme.com", entry)
		}
		return fmt.Sprintf("has %q in it, which is no e-mail address: write them like ada@acme.com, bob@acme.com", entry)
	}
	return ""
}

func required(text, cure string) string {
	if strings.TrimSpace(text) == "" {
		return "is empty: " + cure
	}
	return ""
}

func address(text string) string {
	const cure = "is not an address: write host:port, such as 127.0.0.1:8844 or :8844"
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return cure
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return cure
	}
	return ""
}

func publicURL(text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "is not an address for browsers: write https:// and the host name, such as https://slotward.example.com"
	}
	return ""
}

func endpoint(text string) string {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "is not a URL: take it out to use the provider's own, or write https://host/path"
	}
	return ""
}

// tenantName is a GUID, a domain, or one of Microsoft's words for several.
var tenantName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$`)

func tenant(text string) string {
	if tenantName.MatchString(text) {
		return ""
	}
	return "is not a tenant: write common, organizations, consumers, or the id or domain of your organisation, such as acme.onmicrosoft.com"
}

func graph(text string) string {
	if u, err := url.Parse(text); err == nil && strings.Trim(u.Path, "/") != "" {
		return "has a path: write the host alone, such as https://graph.microsoft.com; the version is added"
	}
	return endpoint(text)
}

func hook(text string) string {
	if text == "" {
		return ""
	}
	return endpoint(text)
}

func database(dsn DSN) string {
	text := dsn.Reveal()
	if text == "" || strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") {
		return ""
	}
	return "is not a database: leave it empty for SQLite in the data folder, or write postgres://user:password@host/name"
}

var installationName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,15}$`)

func installation(text string) string {
	if text == "" || installationName.MatchString(text) {
		return ""
	}
	return "is not a short name: use up to 16 of a–z, 0–9 and -, starting with a letter or digit"
}

func schedule(text string) string {
	if _, err := cron.ParseStandard(text); err != nil {
		return fmt.Sprintf("is not a schedule (%v): write five cron fields such as \"*/15 * * * *\", or @daily, or @every 5m", err)
	}
	return ""
}

func between(d, low, high time.Duration) string {
	if d < low || d > high {
		return fmt.Sprintf("is out of range: write a duration from %s to %s", low, high)
	}
	return ""
}

func count(n, low, high int) string {
	if n < low || n > high {
		return fmt.Sprintf("is out of range: write a number from %d to %d", low, high)
	}
	return ""
}

func oneOf(text string, allowed ...string) string {
	if slices.Contains(allowed, text) {
		return ""
	}
	return "is not one of " + strings.Join(allowed, ", ") + ": choose one of them"
}
