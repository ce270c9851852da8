package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// daemon is the process under test; with a local one, it runs in this process.
type daemon struct {
	binary string
	env    []string
	listen string
	log    *logBuffer

	local  Local
	around Surroundings
	serves *http.Server // the local one's API

	mu   sync.Mutex
	cmd  *exec.Cmd
	gone chan struct{} // closed when the process, or the local one's API, has ended
}

// logBuffer keeps everything that the daemon says, for leak checks and failures.
type logBuffer struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	also io.Writer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.also != nil {
		_, _ = l.also.Write(p)
	}
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// tail is the end of the log.
func (l *logBuffer) tail(n int) string {
	s := l.String()
	return s[max(0, len(s)-n):]
}

// running reports whether the process lives.
func (d *daemon) running() bool {
	if d.local != nil {
		return d.local.Running()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cmd == nil {
		return false
	}
	select {
	case <-d.gone:
		return false
	default:
		return true
	}
}

// dies reports whether the process is gone, or goes within the second: an
// unanswered request is told of before the end of whoever should have answered.
func (d *daemon) dies() bool {
	for end := time.Now().Add(time.Second); d.running(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// start starts the process and waits until it is ready.
func (d *daemon) start(ctx context.Context) error {
	if d.local != nil {
		return d.startLocal()
	}
	cmd := exec.Command(d.binary, "serve")
	cmd.Env = d.env
	cmd.Stdout, cmd.Stderr = d.log, d.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
	d.mu.Lock()
	d.cmd, d.gone = cmd, gone
	d.mu.Unlock()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case <-gone:
			return fmt.Errorf("the daemon ended: %s", d.log.tail(2000))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(3 * time.Millisecond):
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
	return fmt.Errorf("the daemon is not ready after 20 s: %s", d.log.tail(2000))
}

// kill ends the process as a power cut would.
func (d *daemon) kill() { d.signal(syscall.SIGKILL) }

// stop ends the process as an operator would.
func (d *daemon) stop() { d.signal(syscall.SIGTERM) }

func (d *daemon) signal(sig os.Signal) {
	if d.local != nil {
		d.endLocal(sig == syscall.SIGKILL)
		return
	}
	d.mu.Lock()
	cmd, gone := d.cmd, d.gone
	d.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(sig)
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		_ = cmd.Process.Kill()
		<-gone
	}
}

// token makes a token of its API.
func (d *daemon) token() (string, error) {
	if d.local != nil {
		return d.local.Token(d.around)
	}
	return d.command("token", "create", "scenario")
}

// command runs one of the binary's other commands with the same configuration.
func (d *daemon) command(args ...string) (string, error) {
	cmd := exec.Command(d.binary, args...)
	cmd.Env = d.env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("slotward %v: %w: %s", args, err, stderr.String())
	}
	return string(bytes.TrimSpace(out)), nil
}

// freePort finds an address of this machine's own that nobody listens on, with a port
// below those that outgoing connections take at any time. Hosts differ too where the
// system has more than one: between a story's look and its daemon's listening, and
// while that is started again, another story may look.
func freePort() (string, error) {
	for i := range 50 {
		host := "127.0.0.1"
		if i < 25 {
			host = fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), 1+rand.IntN(254), 1+rand.IntN(254))
		}
		address := net.JoinHostPort(host, strconv.Itoa(10000+rand.IntN(20000)))
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no free port")
}
