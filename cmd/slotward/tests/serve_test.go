package slotward_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// begin starts serve and waits until it has said everything.
func begin(t *testing.T, environ []string, args ...string) *running {
	t.Helper()
	r := program{environ: environ}.start(t, append([]string{"serve"}, args...)...)
	r.says("Register these", "/oauth/zoom/callback\n")
	return r
}

// stopped ends serve, which has to end well.
func (r *running) stopped() {
	r.t.Helper()
	if got := r.stop(); got.code != 0 {
		r.t.Errorf("serve ended with %+v", got)
	}
}

// serving runs serve until the test ends, and returns the environment of its
// clients, and where it is.
func serving(t *testing.T, environ []string) (clients []string, r *running) {
	t.Helper()
	token, _ := good(t, environ, "token", "create", t.Name())
	r = begin(t, environ)
	t.Cleanup(r.stopped)
	_, rest, _ := strings.Cut(r.out.String(), "listens on ")
	address, _, _ := strings.Cut(rest, " ")
	return []string{"SLOTWARD_URL=" + address, "SLOTWARD_TOKEN=" + strings.TrimSpace(token)}, r
}

func TestServeWithOnlyDefaultsSaysWhatItLacks(t *testing.T) {
	clients, r := serving(t, data(t))
	contains(t, r.out.String(), "listens on http://127.0.0.1:", "slotward.db", "Missing before people can connect", "google.client_id", "zoom.client_id",
		"/oauth/google/callback", "/oauth/microsoft/callback", "/oauth/zoom/callback", "slotward token create")
	status, _ := good(t, clients, "status")
	contains(t, status, "idle", "nobody yet")
	plan, _ := good(t, clients, "plan")
	contains(t, plan, "nothing to do")
	resync, _ := good(t, clients, "resync")
	contains(t, resync, "0 people")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"unknown person", []string{"plan", "nobody@x.test"}, "there is no person"},
		{"unknown title", []string{"why", "nothing"}, "no event has"},
		{"unknown event", []string{"why", "1:abc"}, "there is no event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, clients, c.want, c.args...)
		})
	}
	refused(t, append(clients, "SLOTWARD_TOKEN=other"), "does not know this API token", "status")
}

func TestTheFirstStartSaysThatAKeyWasMade(t *testing.T) {
	r := begin(t, data(t))
	r.stopped()
	contains(t, r.out.String(), "sealing.key", "Back it up", "connect again")
}

func TestALostKeyCanBeReplacedOnPurpose(t *testing.T) {
	environ := data(t)
	begin(t, environ).stopped()
	key := filepath.Join(strings.TrimPrefix(environ[0], "SLOTWARD_DATA="), "sealing.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	refused(t, environ, "--new-key", "serve")
	r := begin(t, environ, "--new-key")
	r.stopped()
	contains(t, r.out.String(), "made "+key)
}

// A port that is taken is not shared, and what holds it is not disturbed.
func TestTheAddressOfAnotherDaemon(t *testing.T) {
	clients, _ := serving(t, data(t))
	address := strings.TrimPrefix(clients[0], "SLOTWARD_URL=http://")
	refused(t, append(data(t), "SLOTWARD_LISTEN="+address), "choose another with --listen", "serve")
	good(t, clients, "status")
}
