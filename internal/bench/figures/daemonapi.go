package figures

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"slotward/internal/simulator/browser"
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
func (a *api) join(ctx context.Context, calendars string) error {
	if err := a.call(ctx, http.MethodPost, "/api/v1/people", map[string]string{"name": "Ada", "email": person}, nil); err != nil {
		return err
	}
	if err := a.connect(ctx, "zoom"); err != nil {
		return err
	}
	return a.connect(ctx, calendars)
}

func (a *api) connect(ctx context.Context, provider string) error {
	var invitation struct {
		URL string `json:"url"`
	}
	err := a.call(ctx, http.MethodPost, "/api/v1/people/"+person+"/connections", map[string]string{"provider": provider, "calendars": "primary"}, &invitation)
	if err != nil {
		return err
	}
	page, err := browser.Connect(ctx, invitation.URL, browser.Choice{Account: person})
	if err != nil {
		return err
	}
	if page.StatusCode != http.StatusOK {
		return fmt.Errorf("connecting %s: %s: %s", provider, page.Status, page.Words())
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
