package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"slotward/internal/server"
	"slotward/internal/simulator/browser"
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
		if err := d.connect(ctx, p, "zoom", p.email); err != nil {
			return err
		}
		for _, c := range p.calendars {
			if err := d.connect(ctx, p, string(c.provider), c.account); err != nil {
				return err
			}
			if err := d.findCalendar(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// connect connects one account, and says so.
func (d *demo) connect(ctx context.Context, p *demoPerson, provider, account string) error {
	if err := d.consent(ctx, p, provider, account); err != nil {
		return fmt.Errorf("connecting %s's %s account: %w", p.name, names[provider], err)
	}
	d.tell.line("  %s allowed Slotward to use the %s account %s", p.name, names[provider], account)
	return nil
}

// consent asks the daemon for a link, opens it in a browser of the person's
// own, and says yes to everything.
func (d *demo) consent(ctx context.Context, p *demoPerson, provider, account string) error {
	content, err := d.client.call(ctx, http.MethodPost, "/api/v1/people/"+url.PathEscape(p.email)+"/connections", nil, map[string]string{"provider": provider})
	if err != nil {
		return err
	}
	var invitation server.Invitation
	if err := json.Unmarshal(content, &invitation); err != nil {
		return err
	}
	page, err := browser.Connect(ctx, invitation.URL, browser.Choice{Account: account})
	if err != nil {
		return err
	}
	if page.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", page.Status, clip(page.Words(), 400))
	}
	return nil
}

// findCalendar learns the daemon's number of a calendar.
func (d *demo) findCalendar(ctx context.Context, c *demoCalendar) error {
	id, err := c.app.providerID()
	if err != nil {
		return err
	}
	content, err := d.client.get(ctx, "/api/v1/people/"+url.PathEscape(c.owner.email)+"/calendars", nil)
	if err != nil {
		return err
	}
	var list server.CalendarList
	if err := json.Unmarshal(content, &list); err != nil {
		return err
	}
	for _, known := range list.Calendars {
		if known.ProviderID == id && known.Enabled {
			c.id = known.ID
			return nil
		}
	}
	return fmt.Errorf("the calendar of %s was not turned on by connecting it", c.account)
}
