package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// allow presses "allow" on the consent page at address, as account and with
// everything ticked that the app may ask for. The simulated providers take the
// page's own parameters back with the form.
func allow(ctx context.Context, browser *http.Client, address *url.URL, account string, scopes []string) (*http.Response, error) {
	fields := address.Query()
	asked := strings.Fields(fields.Get("scope"))
	fields.Set("account", account)
	fields.Set("decision", "allow")
	fields["scope"] = append(asked, scopes...)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return browser.Do(req)
}

// consentCode lets an app in and returns the code that the provider sends back
// with the browser.
func consentCode(ctx context.Context, authorize, account string, scopes []string) (string, error) {
	address, err := url.Parse(authorize)
	if err != nil {
		return "", err
	}
	browser := &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := allow(ctx, browser, address, account, scopes)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	back, err := resp.Location()
	if err != nil {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		return "", fmt.Errorf("the consent page answers %s: %s", resp.Status, said)
	}
	code := back.Query().Get("code")
	if code == "" {
		return "", fmt.Errorf("the provider refuses: %s", back.Query().Get("error"))
	}
	return code, nil
}
