package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"slotward/internal/server"
)

// connectEverybody adds each person and connects Zoom first, so that the very
// first look at the calendar can give links.
func (d *demo) connectEverybody(ctx context.Context) error {
	d.tell.chapter("People connect their accounts, through the real OAuth pages")
	d.tell.wait()
	for _, p := range d.people {
		content, err := d.client.call(ctx, http.MethodPost, "/api/v1/people", nil, map[string]string{"name": p.name, "email": p.email})
		if err != nil {
			return fmt.Errorf("adding %s: %w", p.email, err)
		}
		var added server.Person
		if err := json.Unmarshal(content, &added); err != nil {
			return fmt.Errorf("adding %s: %w", p.email, err)
		}
		p.id = added.ID
		d.tell.name(p)
		for _, provider := range []string{"zoom", "google"} {
			if err := d.connect(ctx, p, provider); err != nil {
				return fmt.Errorf("connecting %s's %s account: %w", p.name, provider, err)
			}
			d.tell.line("  %s allowed Slotward to use the %s account %s", p.name, title(provider), p.email)
		}
		if err := d.findCalendar(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func title(provider string) string { return strings.ToUpper(provider[:1]) + provider[1:] }

// connect asks the daemon for a link, opens it in a browser of the person's
// own, and says yes to everything.
func (d *demo) connect(ctx context.Context, p *demoPerson, provider string) error {
	content, err := d.client.call(ctx, http.MethodPost, "/api/v1/people/"+url.PathEscape(p.email)+"/connections", nil, map[string]string{"provider": provider})
	if err != nil {
		return err
	}
	var invitation server.Invitation
	if err := json.Unmarshal(content, &invitation); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	page, err := visit(ctx, browser, http.MethodGet, invitation.URL, nil)
	if err != nil {
		return err
	}
	action, fields, err := consent(page, p.email)
	if err != nil {
		return err
	}
	_, err = visit(ctx, browser, http.MethodPost, action, fields)
	return err
}

// webPage is where a browser came to.
type webPage struct {
	address *url.URL
	text    string
}

// visit loads a page and fails with what it says when it is not a good one.
func visit(ctx context.Context, browser *http.Client, method, address string, fields url.Values) (webPage, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		return webPage{}, err
	}
	if fields != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := browser.Do(req)
	if err != nil {
		return webPage{}, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return webPage{}, err
	}
	if resp.StatusCode != http.StatusOK {
		return webPage{}, fmt.Errorf("%s %s", resp.Status, clip(strings.Join(strings.Fields(string(content)), " "), 400))
	}
	return webPage{resp.Request.URL, string(content)}, nil
}

// consent fills in a provider's consent form: this account, everything ticked.
func consent(page webPage, account string) (action string, fields url.Values, err error) {
	document, err := html.Parse(strings.NewReader(page.text))
	if err != nil {
		return "", nil, err
	}
	fields = url.Values{}
	for node := range document.Descendants() {
		switch {
		case node.Type != html.ElementNode:
		case node.Data == "form" && action == "":
			target, err := page.address.Parse(attribute(node, "action"))
			if err != nil {
				return "", nil, err
			}
			action = target.String()
		case node.Data == "input" && attribute(node, "type") != "radio":
			fields.Add(attribute(node, "name"), attribute(node, "value"))
		}
	}
	if action == "" {
		return "", nil, errors.New("the provider's page holds no form")
	}
	fields.Set("account", account)
	fields.Set("decision", "allow")
	return action, fields, nil
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// findCalendar learns the daemon's number of a person's calendar.
func (d *demo) findCalendar(ctx context.Context, p *demoPerson) error {
	content, err := d.client.get(ctx, "/api/v1/people/"+url.PathEscape(p.email)+"/calendars", nil)
	if err != nil {
		return err
	}
	var list server.CalendarList
	if err := json.Unmarshal(content, &list); err != nil {
		return err
	}
	for _, c := range list.Calendars {
		if c.ProviderID == p.email && c.Enabled {
			p.calendar = c.ID
			return nil
		}
	}
	return fmt.Errorf("%s's calendar was not turned on by connecting it", p.name)
}
