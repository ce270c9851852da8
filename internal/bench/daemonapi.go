package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"time"

	simzoom "slotward/internal/simulator/zoom"
)

// api speaks to the daemon that is measured.
type api struct {
	base, token string
}

// call makes one request and decodes the answer into out, unless that is nil.
func (a *api) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// join adds the person and connects both accounts in a browser, Zoom first.
func (a *api) join(ctx context.Context) error {
	if err := a.call(ctx, http.MethodPost, "/api/v1/people", map[string]string{"name": "Ada", "email": person}, nil); err != nil {
		return err
	}
	if err := a.connect(ctx, "zoom", simzoom.DefaultScopes()); err != nil {
		return err
	}
	return a.connect(ctx, "google", nil)
}

func (a *api) connect(ctx context.Context, provider string, scopes []string) error {
	var invitation struct {
		URL string `json:"url"`
	}
	err := a.call(ctx, http.MethodPost, "/api/v1/people/"+person+"/connections", map[string]string{"provider": provider, "calendars": "primary"}, &invitation)
	if err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	page, err := browser.Get(invitation.URL)
	if err != nil {
		return err
	}
	_ = page.Body.Close()
	done, err := allow(ctx, browser, page.Request.URL, person, scopes)
	if err != nil {
		return err
	}
	defer func() { _ = done.Body.Close() }()
	if done.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(done.Body, 2000))
		return fmt.Errorf("connecting %s: %s: %s", provider, done.Status, said)
	}
	return nil
}

// status is how the daemon stands.
type status struct {
	Idle        bool  `json:"idle"`
	RowsWritten int64 `json:"rows_written"`
	People      []struct {
		LastPass time.Time `json:"last_pass"`
		Error    string    `json:"error"`
	} `json:"people"`
}

func (a *api) status(ctx context.Context) (s status, err error) {
	return s, a.call(ctx, http.MethodGet, "/api/v1/status", nil, &s)
}
