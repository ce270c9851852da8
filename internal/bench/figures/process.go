package figures

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// daemon is `slotward serve` as a process of its own, which is what an
// operator's machine has to hold.
type daemon struct {
	binary, listen string
	env            []string
	said           bytes.Buffer // for failures; read it only when the process has ended
	cmd            *exec.Cmd
	gone           chan struct{}
}

// buildDaemon builds the binary. Paths are not trimmed as in a release, which
// changes nothing in memory and would compile Microsoft's SDK a second time.
func buildDaemon(ctx context.Context, folder string) (string, error) {
	binary := filepath.Join(folder, "slotward")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "slotward/cmd/slotward").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the daemon: %w: %s", err, out)
	}
	return binary, nil
}

// freeAddress finds an address of this machine that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// newDaemon prepares a daemon with its own data folder and nothing but
// defaults, apart from where the providers are.
func newDaemon(binary, data, listen string, p *providers) *daemon {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(data),
		"SLOTWARD_LISTEN=" + listen, "SLOTWARD_PUBLIC_URL=http://" + listen, "SLOTWARD_DATA=" + data,
		"SLOTWARD_ZOOM_CLIENT_ID=" + clientID, "SLOTWARD_ZOOM_CLIENT_SECRET=" + clientSecret,
		"SLOTWARD_ZOOM_AUTH_URL=" + p.zoomURL + "/oauth/authorize", "SLOTWARD_ZOOM_TOKEN_URL=" + p.zoomURL + "/oauth/token",
		"SLOTWARD_ZOOM_REVOKE_URL=" + p.zoomURL + "/oauth/revoke", "SLOTWARD_ZOOM_API_URL=" + p.zoomURL + "/v2",
	}
	env = append(env, p.settings(p.url)...)
	return &daemon{binary: binary, listen: listen, env: env}
}

// command runs another command of the binary with the same configuration.
func (d *daemon) command(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, d.binary, args...)
	cmd.Env = d.env
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("slotward %v: %w", args, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// start starts the process and waits until it is ready.
func (d *daemon) start(ctx context.Context) error {
	d.cmd = exec.Command(d.binary, "serve")
	d.cmd.Env, d.cmd.Stdout, d.cmd.Stderr = d.env, &d.said, &d.said
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	d.gone = make(chan struct{})
	go func() {
		_ = d.cmd.Wait()
		close(d.gone)
	}()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		if err := d.rest(ctx, 20*time.Millisecond); err != nil {
			return err
		}
		resp, err := http.Get("http://" + d.listen + "/readyz")
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
	}
}

// rest waits, and fails if the process ends meanwhile.
func (d *daemon) rest(ctx context.Context, t time.Duration) error {
	timer := time.NewTimer(t)
	defer timer.Stop()
	select {
	case <-d.gone:
		return fmt.Errorf("the daemon ended: %s", d.said.String())
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// stop ends the process as an operator would.
func (d *daemon) stop() {
	if d.gone == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.gone:
	case <-time.After(20 * time.Second):
		_ = d.cmd.Process.Kill()
		<-d.gone
	}
}

// The lines of /proc/<pid>/status that tell resident memory.
const (
	rightNow     = "VmRSS:"
	withoutFiles = "RssAnon:" // without the pages of the program and of other files
	sinceStart   = "VmHWM:"   // the most that it was
)

// resident is how much memory the process holds, or has held, in bytes.
func (d *daemon) resident(when string) (int64, error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("resident memory is read from /proc, as Linux has it: %w", err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if value, ok := strings.CutPrefix(lines.Text(), when); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("the process does not tell its " + strings.TrimSuffix(when, ":"))
}
