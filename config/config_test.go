package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// write makes a file with content in a fresh folder.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func origin(l *Loaded, key string) string {
	for _, v := range l.Values() {
		if v.Key == key {
			return v.Origin
		}
	}
	return "no such key"
}

func TestDefaultsAloneAreEnough(t *testing.T) {
	l, err := Load(Options{File: write(t, "empty.yaml", "")})
	if err != nil {
		t.Fatal(err)
	}
	if l.Listen != "127.0.0.1:8844" || l.Horizon != 4320*time.Hour || l.Passes != 8 || l.Lease != 2*time.Minute || l.Debug.Poll != time.Second {
		t.Errorf("defaults: %+v", l.Config)
	}
	if got := origin(l, "listen"); got != "default" {
		t.Errorf("origin %q", got)
	}
}

func TestLaterLayersWin(t *testing.T) {
	file := write(t, "slotward.yaml", "listen: 127.0.0.1:1\npasses: 3\naudit: '@weekly'\ngoogle:\n  client_id: from-file\n")
	l, err := Load(Options{
		File:    file,
		Environ: []string{"SLOTWARD_LISTEN=127.0.0.1:2", "SLOTWARD_PASSES=4", "HOME=/root"},
		Flags:   map[string]string{"listen": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ key, value, origin string }{
		{"listen", "127.0.0.1:3", "--listen"},
		{"passes", "4", "SLOTWARD_PASSES"},
		{"audit", "@weekly", file + ":3"},
		{"google.client_id", "from-file", file + ":5"},
		{"schedule", "* * * * *", "default"},
	} {
		for _, v := range l.Values() {
			if v.Key == want.key && (v.Value != want.value || v.Origin != want.origin) {
				t.Errorf("%s = %q from %q, want %q from %q", want.key, v.Value, v.Origin, want.value, want.origin)
			}
		}
	}
}

func TestFaultsNameFieldValueAndCureAllAtOnce(t *testing.T) {
	file := write(t, "slotward.yaml", `listen: nowhere
listne: 127.0.0.1:1
passes: many
passes: 3
google:
  clientid: x
  auth_url: ftp://x
schedule: whenever
public_url: slotward.example.com
installation: Far Too Long A Name
database: mysql://root:hunter2@db/x
log: {level: loud}
settings: {share: sometimes}
zoom: [1]
`)
	_, err := Load(Options{
		File:    file,
		Environ: []string{"SLOTWARD_LISEN=1", "SLOTWARD_LEASE=1", "SLOTWARD_HTTP_TIMEOUT=0s", "SLOTWARD_SERVICE_HOST=10.0.0.1", "SLOTWARD_PORT=tcp://10.0.0.1:1"},
		Flags:   map[string]string{"polll": "1s"},
		CheckSetting: func(key, value string) error {
			return fmt.Errorf("must be slot or never")
		},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`listen (` + file + `:1): "nowhere" is not an address: write host:port`,
		`listne (` + file + `:2): is not a known key: did you mean listen?`,
		`passes (` + file + `:3): "many" is not a whole number`,
		`passes (` + file + `:4): stands twice, first on line 3`,
		`google.clientid (` + file + `:6): is not a known key: did you mean google.client_id?`,
		`google.auth_url (` + file + `:7): "ftp://x" is not a URL`,
		`schedule (` + file + `:8): "whenever" is not a schedule`,
		`public_url (` + file + `:9): "slotward.example.com" is not an address for browsers`,
		`installation (` + file + `:10): "Far Too Long A Name" is not a short name`,
		`is not a database`,
		`log.level (` + file + `:12): "loud" is not one of debug, info, warn, error`,
		`settings.share (` + file + `:13): "sometimes" must be slot or never`,
		`config.zoom (` + file + `:14): is not a map`,
		`SLOTWARD_LISEN (environment): is not a known variable: did you mean SLOTWARD_LISTEN?`,
		`lease (SLOTWARD_LEASE): "1" is not a duration`,
		`http_timeout (SLOTWARD_HTTP_TIMEOUT): "0s" is out of range`,
		`polll (--polll): is not a known key`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing: %s", want)
		}
	}
	for _, bad := range []string{"hunter2", "SERVICE_HOST", "SLOTWARD_PORT"} {
		if strings.Contains(err.Error(), bad) {
			t.Errorf("error holds %q", bad)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestSecretsComeFromFilesWithoutTheirNewline(t *testing.T) {
	secret := write(t, "zoom", "s3cr3t\n")
	l, err := Load(Options{
		File:    write(t, "c.yaml", "google:\n  client_secret_file: "+write(t, "google", "g00gle")+"\n"),
		Environ: []string{"SLOTWARD_ZOOM_CLIENT_SECRET_FILE=" + secret, "SLOTWARD_DATABASE_FILE=" + write(t, "dsn", "postgres://u:p4ss@h/d\n"), "SLOTWARD_SEALING_KEY_FILE=/run/key"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if l.Zoom.ClientSecret.Reveal() != "s3cr3t" || l.Google.ClientSecret.Reveal() != "g00gle" {
		t.Errorf("secrets not read: %q %q", l.Zoom.ClientSecret.Reveal(), l.Google.ClientSecret.Reveal())
	}
	if l.SealingKeyFile != "/run/key" {
		t.Errorf("the key's file is a field of its own, got %q", l.SealingKeyFile)
	}
	if got := l.Database.Reveal(); got != "postgres://u:p4ss@h/d" {
		t.Errorf("database %q", got)
	}
}

func TestAValueAndItsFileAreTooMuch(t *testing.T) {
	secret := write(t, "s", "x")
	for name, o := range map[string]Options{
		"environment": {Environ: []string{"SLOTWARD_ZOOM_CLIENT_SECRET=a", "SLOTWARD_ZOOM_CLIENT_SECRET_FILE=" + secret}},
		"file":        {File: write(t, "c.yaml", "zoom: {client_secret: a, client_secret_file: "+secret+"}")},
		"sealing key": {Environ: []string{"SLOTWARD_SEALING_KEY=a", "SLOTWARD_SEALING_KEY_FILE=" + secret}},
	} {
		t.Run(name, func(t *testing.T) {
			if o.File == "" {
				o.File = write(t, "c.yaml", "")
			}
			if _, err := Load(o); err == nil || !strings.Contains(err.Error(), "keep one of the two") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestUnreadableFilesAreNamed(t *testing.T) {
	for name, o := range map[string]Options{
		"config":       {File: "/nonexistent/slotward.yaml"},
		"from env":     {Environ: []string{"SLOTWARD_CONFIG=/nonexistent/slotward.yaml"}},
		"secret":       {File: write(t, "c.yaml", ""), Environ: []string{"SLOTWARD_ZOOM_CLIENT_SECRET_FILE=/nonexistent/x"}},
		"empty secret": {File: write(t, "c.yaml", ""), Environ: []string{"SLOTWARD_ZOOM_CLIENT_SECRET_FILE=" + write(t, "e", "\n")}},
		"not yaml":     {File: write(t, "c.yaml", "a: [")},
		"huge":         {File: write(t, "c.yaml", strings.Repeat("#", maxFile+1))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(o)
			if err == nil || !strings.Contains(err.Error(), ": ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNoSecretIsEverShown(t *testing.T) {
	l, err := Load(Options{
		File: write(t, "c.yaml", ""),
		Environ: []string{"SLOTWARD_ZOOM_CLIENT_SECRET=hunter2", "SLOTWARD_GOOGLE_CLIENT_SECRET=hunter2", "SLOTWARD_SEALING_KEY=hunter2",
			"SLOTWARD_DATABASE=postgres://u:hunter2@h/d?sslpassword=hunter2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(l.Config)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", l.Config, "secret", l.Zoom.ClientSecret, "database", l.Database)
	shown := fmt.Sprintf("%v %+v %#v %s %s %v", l.Config, l.Config, l.Config, encoded, log.String(), l.Values())
	if strings.Contains(shown, "hunter2") {
		t.Errorf("a secret shows itself in %s", shown)
	}
	if !strings.Contains(shown, masked) || !strings.Contains(shown, "u:xxxxx@h") {
		t.Errorf("masks are missing: %s", shown)
	}
}

func TestOpenMaps(t *testing.T) {
	l, err := Load(Options{
		File:  write(t, "c.yaml", "settings:\n  prefer: [zoom, native]\n  share: slot\nzoom:\n  settings: {waiting_room: true, alternative_hosts: a@x}\n"),
		Flags: map[string]string{"settings.share": "never"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"prefer": "zoom,native", "share": "never"}, l.Settings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"waiting_room": true, "alternative_hosts": "a@x"}, l.Zoom.Settings); diff != "" {
		t.Error(diff)
	}
	l, err = Load(Options{File: write(t, "c.yaml", ""), Environ: []string{"SLOTWARD_SETTINGS=share=never;prefer=zoom,none", `SLOTWARD_ZOOM_SETTINGS={"mute_upon_entry": true}`}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"prefer": "zoom,none", "share": "never"}, l.Settings); diff != "" {
		t.Error(diff)
	}
	if l.Zoom.Settings["mute_upon_entry"] != true {
		t.Errorf("got %v", l.Zoom.Settings)
	}
}

func TestMissingToConnect(t *testing.T) {
	all := []string{"SLOTWARD_GOOGLE_CLIENT_ID=a", "SLOTWARD_GOOGLE_CLIENT_SECRET=b", "SLOTWARD_ZOOM_CLIENT_ID=c", "SLOTWARD_ZOOM_CLIENT_SECRET=d"}
	for _, c := range []struct {
		name    string
		environ []string
		missing []string
		google  string
	}{
		{"nothing set", nil, []string{"google.client_id", "google.client_secret", "zoom.client_id", "zoom.client_secret"}, "http://127.0.0.1:8844/oauth/google/callback"},
		{"Google begun", all[1:], []string{"google.client_id"}, "http://127.0.0.1:8844/oauth/google/callback"},
		{"Microsoft alone", append([]string{"SLOTWARD_MICROSOFT_CLIENT_ID=e", "SLOTWARD_MICROSOFT_CLIENT_SECRET=f"}, all[2:]...), nil, "http://127.0.0.1:8844/oauth/google/callback"},
		{"Microsoft begun", append([]string{"SLOTWARD_MICROSOFT_CLIENT_ID=e"}, all...), []string{"microsoft.client_secret"}, "http://127.0.0.1:8844/oauth/google/callback"},
		{"this machine", all, nil, "http://127.0.0.1:8844/oauth/google/callback"},
		{"all addresses", append([]string{"SLOTWARD_LISTEN=:80"}, all...), nil, "http://127.0.0.1:80/oauth/google/callback"},
		{"public", append([]string{"SLOTWARD_PUBLIC_URL=https://s.example/x/"}, all...), nil, "https://s.example/x/oauth/google/callback"},
		{"plain http", append([]string{"SLOTWARD_PUBLIC_URL=http://s.example"}, all...), []string{"public_url"}, "http://s.example/oauth/google/callback"},
		{"another address", append([]string{"SLOTWARD_LISTEN=192.0.2.1:80"}, all...), []string{"public_url"}, "http://192.0.2.1:80/oauth/google/callback"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := Load(Options{File: write(t, "c.yaml", ""), Environ: c.environ})
			if err != nil {
				t.Fatal(err)
			}
			var keys []string
			for _, m := range l.MissingToConnect() {
				keys = append(keys, m.Key)
			}
			if diff := cmp.Diff(c.missing, keys); diff != "" {
				t.Error(diff)
			}
			if got := l.Redirects()[0].URI; got != c.google {
				t.Errorf("redirect %s", got)
			}
		})
	}
}

func TestEveryFieldHasAName(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fields(&Config{}) {
		if strings.HasSuffix(f.key, ".") || f.key == "" || seen[f.key] {
			t.Errorf("key %q is empty or twice", f.key)
		}
		seen[f.key] = true
	}
}

func TestNearest(t *testing.T) {
	known := []string{"listen", "lease", "zoom.client_id"}
	for name, want := range map[string]string{"lisen": "listen", "zoom.clientid": "zoom.client_id", "frobnicate": "", "": ""} {
		if got := nearest(name, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestErrorsAreSeparable(t *testing.T) {
	_, err := Load(Options{File: write(t, "c.yaml", "passes: x\nlease: y\n")})
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || len(joined.Unwrap()) != 2 {
		t.Errorf("got %v", err)
	}
}

func TestWhoMaySignIn(t *testing.T) {
	file := write(t, "slotward.yaml", "sign_in:\n  allow: [acme.com, '@globex.test', ada@x.test]\n  admins: boss@acme.com\n  idle: 24h\n")
	l, err := Load(Options{File: file})
	if err != nil {
		t.Fatal(err)
	}
	want := SignIn{Allow: []string{"acme.com", "@globex.test", "ada@x.test"}, Admins: []string{"boss@acme.com"}, Idle: 24 * time.Hour, Lifetime: 2160 * time.Hour}
	if diff := cmp.Diff(want, l.SignIn); diff != "" {
		t.Error(diff)
	}
	for _, v := range l.Values() {
		if v.Key == "sign_in.allow" && v.Value != "acme.com,@globex.test,ada@x.test" {
			t.Errorf("%+v", v)
		}
	}
	l, err = Load(Options{File: file, Environ: []string{"SLOTWARD_SIGN_IN_ALLOW=b@x.test; c@x.test,example.org"}})
	if err != nil || !cmp.Equal(l.SignIn.Allow, []string{"b@x.test", "c@x.test", "example.org"}) {
		t.Errorf("%+v %v", l, err)
	}
	_, err = Load(Options{NoFile: true, Environ: []string{"SLOTWARD_SIGN_IN_ALLOW=acme.com,acme", "SLOTWARD_SIGN_IN_ADMINS=acme.com", "SLOTWARD_SIGN_IN_IDLE=1s"}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`sign_in.allow (SLOTWARD_SIGN_IN_ALLOW): "acme.com,acme" has "acme" in it, which is neither an e-mail address nor a domain: write them like ada@acme.com, acme.com`,
		`sign_in.admins (SLOTWARD_SIGN_IN_ADMINS): "acme.com" has "acme.com" in it, which is no e-mail address`,
		`sign_in.idle (SLOTWARD_SIGN_IN_IDLE): "1s" is out of range`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("missing: %s in %v", want, err)
		}
	}
}
