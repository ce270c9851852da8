package config

import (
	"log/slog"
	"net/url"
	"regexp"
	"strings"
)

const masked = "[secret]"

// Secret is text that never shows itself: printed, logged or encoded it is
// "[secret]". Reveal is the only way to it.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns "[secret]", or "" for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// GoString keeps %#v from showing the text.
func (s Secret) GoString() string { return s.String() }

// LogValue keeps the text out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps the text out of encodings.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// DSN is the address of a database. Its password never shows itself.
type DSN string

// Reveal returns the address with its password.
func (d DSN) Reveal() string { return string(d) }

// keywordPassword finds the password of a keyword/value connection string, and
// of a query parameter.
var keywordPassword = regexp.MustCompile(`(?i)((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)`)

// String returns the address with its password masked.
func (d DSN) String() string {
	text := string(d)
	if !strings.Contains(text, "://") {
		return keywordPassword.ReplaceAllString(text, "${1}xxxxx")
	}
	u, err := url.Parse(text)
	if err != nil {
		return masked
	}
	return keywordPassword.ReplaceAllString(u.Redacted(), "${1}xxxxx")
}

// GoString keeps %#v from showing the password.
func (d DSN) GoString() string { return d.String() }

// LogValue keeps the password out of logs.
func (d DSN) LogValue() slog.Value { return slog.StringValue(d.String()) }

// MarshalText keeps the password out of encodings.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
