package zoom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

func (c *Client) create(ctx context.Context, p payload) (Meeting, error) {
	a, err := c.write(ctx, request{method: http.MethodPost, path: "/users/me/meetings", label: Medium, about: aboutUser}, p)
	var lost *sendError
	switch {
	case errors.As(err, &lost) && lost.sent:
		return Meeting{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	case err != nil:
		return Meeting{}, err
	}
	defer a.wipe()
	if a.status >= 200 && a.status < 300 {
		return c.created(ctx, a)
	}
	err = a.refused(c.now())
	if a.status < 400 || a.status >= 500 || a.status == http.StatusRequestTimeout {
		return Meeting{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return Meeting{}, err
}

// created reads the answer to a create that worked. When it is damaged but
// tells the id, the rest is read from Zoom again.
func (c *Client) created(ctx context.Context, a answer) (Meeting, error) {
	m, bad := readMeeting(a.body)
	if bad == nil {
		bad = a.broken
	}
	switch {
	case m.ID <= 0:
		return Meeting{}, fmt.Errorf("%w: %w: HTTP %d without a meeting id", ErrUnknown, ErrIncomplete, a.status)
	case m.JoinURL != "" && bad == nil:
		return m, nil
	}
	whole, err := c.Get(ctx, m.ID)
	switch {
	case err == nil:
		return whole, nil
	case m.JoinURL != "":
		return m, nil // only something optional is missing
	}
	return m, fmt.Errorf("%w: meeting %d was made but cannot be read: %w", ErrUnknown, m.ID, err)
}

// write sends a payload, and once more without its time zone if Zoom does not
// know that zone: the start carries Z, so the zone is for display only. But a
// series with fixed times repeats in its zone: refusing that is ErrRecurrence.
func (c *Client) write(ctx context.Context, r request, p payload) (answer, error) {
	var err error
	if r.body, err = p.bytes(); err != nil {
		return answer{}, err
	}
	a, err := c.send(ctx, r)
	if err != nil || a.status != http.StatusBadRequest {
		return a, err
	}
	var no *refusal
	if !errors.As(a.refused(c.now()), &no) || no.code != codeValidation {
		return a, nil
	}
	if p.Repeats != nil && !slices.ContainsFunc(no.fields, isText) {
		return a, fmt.Errorf("%w: %w", ErrRecurrence, no)
	}
	if p.TimeZone == "" || !slices.Contains(no.fields, "timezone") {
		return a, nil
	}
	p.TimeZone = ""
	if p.Topic == nil && p.Type == nil && p.Start == "" && p.Minutes == nil && p.Agenda == "" {
		return a, nil // nothing else was to be changed
	}
	return c.write(ctx, r, p)
}

// isText reports whether a field has nothing to do with when a meeting is.
func isText(field string) bool { return field == "topic" || field == "agenda" || field == "settings" }

// done reads the answer to a write that answers nothing. Only 204 is success: a
// page with status 200 came from somebody else.
func (c *Client) done(a answer, err error) error {
	switch {
	case err != nil:
		return err
	case a.status == http.StatusNoContent:
		return nil
	case a.status >= 200 && a.status < 300:
		return fmt.Errorf("%w: HTTP %d where 204 was due", ErrIncomplete, a.status)
	}
	return a.refused(c.now())
}
