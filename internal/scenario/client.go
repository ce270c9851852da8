package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// client speaks the daemon's API.
type client struct {
	base  string
	token string
	http  http.Client

	mu   sync.Mutex
	said bytes.Buffer // every answer, for leak checks
}

// refusal is an answer that is not a success.
type refusal struct {
	status int
	body   string
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.status, r.body) }

// conflicts reports whether a request was refused because what it makes is there.
func conflicts(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.status == http.StatusConflict
}

// call makes one request and decodes the answer into out, unless that is nil.
func (c *client) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, c.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.said.Write(answer)
	c.mu.Unlock()
	if resp.StatusCode >= 300 {
		return &refusal{resp.StatusCode, strings.TrimSpace(string(answer))}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

func newClient(base string) *client {
	return &client{base: base, http: http.Client{Timeout: time.Minute, Transport: &http.Transport{}}}
}

// hangUp gives up connections to a daemon that has ended: the next one may listen
// at its address.
func (c *client) hangUp() { c.http.CloseIdleConnections() }

// heard is every answer so far.
func (c *client) heard() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.String()
}

// status is how the daemon's queue stands.
type status struct {
	Idle        bool      `json:"idle"`
	NextAt      time.Time `json:"next_at"`
	RowsWritten int64     `json:"rows_written"`
	People      []struct {
		ID       int64     `json:"id"`
		Email    string    `json:"email"`
		Running  bool      `json:"running"`
		NextAt   time.Time `json:"next_at"`
		Failures int       `json:"failures"`
		Error    string    `json:"error"`
		Held     string    `json:"held"`
	} `json:"people"`
}

func (c *client) status() (status, error) {
	var s status
	err := c.call(http.MethodGet, "/api/v1/status", nil, &s)
	return s, err
}

// eventView is what the API tells of an event.
type eventView struct {
	ID      string    `json:"id"`
	Wanted  string    `json:"wanted"`
	Reason  string    `json:"reason"`
	Detail  string    `json:"detail"`
	Meeting int64     `json:"meeting"`
	Until   time.Time `json:"until"`
}

func (c *client) event(calendar int64, id string) (eventView, error) {
	var v eventView
	err := c.call(http.MethodGet, fmt.Sprintf("/api/v1/events/%d:%s", calendar, url.PathEscape(id)), nil, &v)
	return v, err
}

// unanswered reports whether a create is still being looked for. Events are told
// page by page.
func (c *client) unanswered() (bool, error) {
	for query := (url.Values{"limit": {"500"}}); ; {
		var page struct {
			Events []eventView `json:"events"`
			Next   string      `json:"next"`
		}
		err := c.call(http.MethodGet, "/api/v1/events?"+query.Encode(), nil, &page)
		found := slices.ContainsFunc(page.Events, func(v eventView) bool { return v.Reason == "unanswered_create" })
		if err != nil || found || page.Next == "" {
			return found, err
		}
		query.Set("cursor", page.Next)
	}
}

// calendarView is what the API tells of a calendar.
type calendarView struct {
	ID         int64  `json:"id"`
	ProviderID string `json:"provider_id"`
	Enabled    bool   `json:"enabled"`
}

func (c *client) calendars(email string, refresh bool) ([]calendarView, error) {
	method, path := http.MethodGet, "/api/v1/people/"+url.PathEscape(email)+"/calendars"
	if refresh {
		method, path = http.MethodPost, path+"/refresh"
	}
	var out struct {
		Calendars []calendarView `json:"calendars"`
	}
	err := c.call(method, path, nil, &out)
	return out.Calendars, err
}
