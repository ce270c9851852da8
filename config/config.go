// Package config holds what an operator can choose: one documented struct,
// filled in layers, each of which overrides the one before:
//
//	defaults  <  YAML file  <  environment SLOTWARD_*  <  flags
//
//	config.go    Config: every field, with its unit and default
//	secret.go    Secret and DSN: text that never shows itself
//	fields.go    the struct as a table of keys
//	load.go      Load: the layers, and where each value came from
//	file.go      the YAML file
//	check.go     what a value must be; every error names field, value and cure
//	nearest.go   the name that an unknown one was probably meant to be
//	connect.go   what is missing before people can connect
//
// Nothing is half configured: Load reports every fault at once, and then
// nothing starts.
package config

import "time"

// Config is what an operator can choose. The tag key is the name in the file;
// the environment variable is SLOTWARD_ and the same name in capitals with
// underscores (google.client_id is SLOTWARD_GOOGLE_CLIENT_ID).
type Config struct {
	// Listen is the address of the HTTP server, host:port. Port 0 takes a free one.
	Listen string `key:"listen" default:"127.0.0.1:8844"`
	// PublicURL is where browsers reach the server, without a path's last slash.
	// Empty: http:// and Listen, which works on this machine only.
	PublicURL string `key:"public_url"`
	// Data is the folder of everything that is kept; it is made when missing.
	Data string `key:"data" default:"./slotward-data"`
	// Database is empty for SQLite in Data, or postgres://user:password@host/name.
	Database DSN `key:"database"`
	// SealingKey is the key itself, under which tokens are kept. Empty: SealingKeyFile.
	SealingKey Secret `key:"sealing_key"`
	// SealingKeyFile is where the key stands. Empty: sealing.key in Data, made
	// on the first start.
	SealingKeyFile string `key:"sealing_key_file"`
	// Installation names this installation in the marks on events and in
	// agendas: up to 16 of a–z, 0–9 and "-". Empty: the one that the store has,
	// else one that follows from the sealing key.
	Installation string `key:"installation"`

	SignIn SignIn `key:"sign_in"`

	Google    Google    `key:"google"`
	Microsoft Microsoft `key:"microsoft"`
	Zoom      Zoom      `key:"zoom"`

	// Schedule is when calendars are read, as a cron expression or "@every 5m".
	Schedule string `key:"schedule" default:"* * * * *"`
	// Audit is when Zoom's own list of meetings is compared.
	Audit string `key:"audit" default:"@daily"`
	// Horizon is how far ahead events get a link.
	Horizon time.Duration `key:"horizon" default:"4320h"`
	// Passes is how many people are worked on at once.
	Passes int `key:"passes" default:"8"`
	// HTTPTimeout bounds one request to a provider.
	HTTPTimeout time.Duration `key:"http_timeout" default:"30s"`
	// DailyLimit is how many Zoom writes a host may spend in one UTC day.
	DailyLimit int `key:"daily_limit" default:"100"`
	// Lease is for how long a process may work on a person before another may
	// take over; it is renewed while the pass runs.
	Lease time.Duration `key:"lease" default:"2m"`
	// Settings are the defaults of the installation (share, reschedule, …).
	// What is set through the API overrides them.
	Settings map[string]string `key:"settings"`

	Log   Log   `key:"log"`
	Debug Debug `key:"debug"`
}

// SignIn says who may sign in with their Google or Microsoft account, and for how
// long. People who were added by an admin always may, with the address by which
// they were added.
type SignIn struct {
	// Allow are e-mail addresses, and domains of organisations: acme.com lets in
	// whose account Google Workspace or a Microsoft tenant manages under that
	// domain. Empty: nobody but those who were added.
	Allow []string `key:"allow"`
	// Admins are the e-mail addresses of admins. Taking one out leaves the role
	// of who has signed in already: an admin changes it.
	Admins []string `key:"admins"`
	// Idle is after how long without use a browser is signed out.
	Idle time.Duration `key:"idle" default:"336h"`
	// Lifetime is after how long a browser is signed out in any case.
	Lifetime time.Duration `key:"lifetime" default:"2160h"`
}

// Google is the OAuth client at Google, and where Google is.
type Google struct {
	ClientID     string `key:"client_id"`     // required to connect
	ClientSecret Secret `key:"client_secret"` // required to connect
	AuthURL      string `key:"auth_url" default:"https://accounts.google.com/o/oauth2/v2/auth"`
	TokenURL     string `key:"token_url" default:"https://oauth2.googleapis.com/token"`
	RevokeURL    string `key:"revoke_url" default:"https://oauth2.googleapis.com/revoke"`
	UserinfoURL  string `key:"userinfo_url" default:"https://openidconnect.googleapis.com/v1/userinfo"`
	KeysURL      string `key:"keys_url" default:"https://www.googleapis.com/oauth2/v3/certs"`
	APIURL       string `key:"api_url" default:"https://www.googleapis.com/"`
}

// Microsoft is the app registration at Microsoft, and where Microsoft is
// (national clouds have addresses of their own).
type Microsoft struct {
	ClientID     string `key:"client_id"`     // required to connect
	ClientSecret Secret `key:"client_secret"` // required to connect
	// Tenant says whose accounts may connect: common (work, school and personal
	// ones), organizations (work and school), consumers (personal), or the id or
	// domain of a single organisation. It has to fit the registration's account types.
	Tenant   string `key:"tenant" default:"common"`
	LoginURL string `key:"login_url" default:"https://login.microsoftonline.com"`
	GraphURL string `key:"graph_url" default:"https://graph.microsoft.com"` // without /v1.0
}

// Zoom is the OAuth app at Zoom, and where Zoom is (Zoom for Government has
// addresses of its own).
type Zoom struct {
	ClientID     string `key:"client_id"`     // required to connect
	ClientSecret Secret `key:"client_secret"` // required to connect
	AuthURL      string `key:"auth_url" default:"https://zoom.us/oauth/authorize"`
	TokenURL     string `key:"token_url" default:"https://zoom.us/oauth/token"`
	RevokeURL    string `key:"revoke_url" default:"https://zoom.us/oauth/revoke"`
	APIURL       string `key:"api_url" default:"https://api.zoom.us/v2"`
	// Settings are sent with every meeting that is made, as Zoom's own setting
	// names and values. Empty: nothing is sent, the account's defaults hold.
	Settings map[string]any `key:"settings"`
	// Plan is what the Zoom account pays for, which sets how many requests a second
	// it takes: free, pro, or business (and above). auto: licensed users are taken
	// to be on pro, everybody else on free.
	Plan string `key:"plan" default:"auto"`
}

// Log says what is logged and how; logs go to standard error.
type Log struct {
	Level  string `key:"level" default:"info"`  // debug, info, warn or error
	Format string `key:"format" default:"text"` // text or json
}

// Debug is for tests of the program as a whole. Leave it empty.
type Debug struct {
	// ClockFile is a file that holds the time as RFC 3339, read at every look
	// at the clock. Empty: the machine's clock.
	ClockFile string `key:"clock_file"`
	// CommitHook is a URL that gets a POST with ?when=before or ?when=after
	// around every commit of the store, and is waited for. Empty: none.
	CommitHook string `key:"commit_hook"`
	// Poll is how often the loop looks for due work.
	Poll time.Duration `key:"poll" default:"1s"`
}
