package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 20

// defaultURL is where a daemon with only defaults listens.
const defaultURL = "http://127.0.0.1:8844"

// daemonFlags say which daemon to ask.
type daemonFlags struct {
	URL   string `placeholder:"URL" help:"Where the daemon is (SLOTWARD_URL; default ${default_url})."`
	Token string `placeholder:"TOKEN" help:"API token (SLOTWARD_TOKEN, SLOTWARD_TOKEN_FILE)."`
}

// client asks a running daemon.
type client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// client settles the daemon's address and the token.
func (f *daemonFlags) client(t *terminal) (*client, error) {
	address := firstOf(f.URL, t.env("SLOTWARD_URL"), defaultURL)
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" {
		return nil, fmt.Errorf("--url %q is not an address: write it like %s", address, defaultURL)
	}
	token := firstOf(f.Token, t.env("SLOTWARD_TOKEN"))
	if file := t.env("SLOTWARD_TOKEN_FILE"); token == "" && file != "" {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("SLOTWARD_TOKEN_FILE: %w", err)
		}
		token = strings.TrimSpace(string(content))
	}
	if token == "" {
		return nil, errors.New("no API token: make one where the daemon runs with `slotward token create NAME`, then set SLOTWARD_TOKEN or give --token")
	}
	return &client{base: base, token: token, http: &http.Client{}}, nil
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// problemError is the daemon's refusal, in its own words.
type problemError struct {
	Status int    `json:"status"`
	Type   string `json:"type"` // urn:slotward:problem:CLASS
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
}

func (p *problemError) Error() string {
	text := firstOf(p.Detail, p.Title, http.StatusText(p.Status))
	for _, e := range p.Errors {
		if !strings.Contains(text, e.Message) {
			text += "; " + strings.TrimPrefix(e.Location+": ", ": ") + e.Message
		}
	}
	return text
}

// class reports whether the daemon's refusal is of this class.
func (p *problemError) class(name string) bool { return strings.HasSuffix(p.Type, ":"+name) }

// get asks for path and returns the answer's body.
func (c *client) get(ctx context.Context, path string, query url.Values) (json.RawMessage, error) {
	return c.call(ctx, http.MethodGet, path, query, nil)
}

// call sends one request and returns the body of a good answer. Others are a
// *problemError, or say why there was no answer and what to do.
func (c *client) call(ctx context.Context, method, path string, query url.Values, body any) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	resp, err := c.send(ctx, method, path, query, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the daemon's answer broke off: %w", err)
	}
	return content, nil
}

// send sends one request; the caller closes the body of the good answer.
func (c *client) send(ctx context.Context, method, path string, query url.Values, body any) (*http.Response, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	address := c.base.String() + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json, text/event-stream")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	if resp.StatusCode >= 400 {
		defer func() { _ = resp.Body.Close() }()
		return nil, c.refused(resp)
	}
	return resp, nil
}

// unreachable says why nobody answered.
func (c *client) unreachable(err error) error {
	var timeout net.Error
	var cause *url.Error
	if errors.As(err, &cause) {
		err = cause.Err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("no daemon answers at %s: start it with `slotward serve`, or say with --url where it is", c.base)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("the daemon at %s does not answer in time: look at its log", c.base)
	}
	return fmt.Errorf("the daemon at %s cannot be reached (%w): say with --url where it is", c.base, err)
}

// refused turns an answer into what it says.
func (c *client) refused(resp *http.Response) error {
	content, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	p := &problemError{Status: resp.StatusCode}
	if json.Unmarshal(content, p) != nil || p.Detail == "" && p.Title == "" {
		return fmt.Errorf("%s answers %s, which is not Slotward's way: say with --url where the daemon is", c.base, resp.Status)
	}
	if resp.StatusCode == http.StatusUnauthorized {
		p.Detail = "the daemon does not know this API token: make one with `slotward token create NAME` on the same data folder or database"
	}
	return p
}

// serverEvent is one server-sent event.
type serverEvent struct {
	name string
	data json.RawMessage
}

// stream posts and hands on each event of the answer until it ends.
func (c *client) stream(ctx context.Context, path string, query url.Values, body any, each func(serverEvent) error) error {
	resp, err := c.send(ctx, http.MethodPost, path, query, body)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	var e serverEvent
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case field == "event":
			e.name = value
		case field == "data":
			e.data = append(e.data, value...)
		case lines.Text() == "" && e.name != "":
			if err := each(e); err != nil {
				return err
			}
			e = serverEvent{}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("the daemon's answer broke off: %w", err)
	}
	return nil
}
