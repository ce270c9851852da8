package zoom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BaseURL is where Zoom's API is for everybody but Zoom for Government. The
// regional addresses that tokens name are faster for some, never required.
const BaseURL = "https://api.zoom.us/v2"

const (
	pageSize = 300  // Zoom's maximum
	maxPages = 1000 // a listing that is longer goes in circles
)

// Client calls Zoom for one connection. It is safe for concurrent use.
type Client struct {
	http     *http.Client
	base     string
	now      func() time.Time
	pacer    *Pacer
	settings map[string]any
	sleep    func(context.Context, time.Duration) error
}

// Option configures a Client.
type Option func(*Client)

// WithSettings sends these members as the settings of every meeting created, as
// they are. Without it no settings are sent and the account's own apply.
func WithSettings(settings map[string]any) Option {
	return func(c *Client) { c.settings = settings }
}

// WithPacer keeps to p, which the clients of one account share. Without it the
// client paces itself for Zoom's Free plan.
func WithPacer(p *Pacer) Option {
	return func(c *Client) { c.pacer = p }
}

// WithPause replaces how the client waits before it tries a read again, for
// tests in which time does not pass by itself.
func WithPause(pause func(context.Context, time.Duration) error) Option {
	return func(c *Client) { c.sleep = pause }
}

// New returns a client. hc adds the access token to every request and renews
// it; baseURL is like BaseURL; now is used to tell when limits end.
func New(hc *http.Client, baseURL string, now func() time.Time, options ...Option) *Client {
	own := *hc
	// Zoom's API never redirects; whoever does must not be handed our requests.
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c := &Client{http: &own, base: strings.TrimRight(baseURL, "/"), now: now, sleep: sleep}
	for _, option := range options {
		option(c)
	}
	if c.pacer == nil {
		c.pacer = NewPacer(Free)
	}
	return c
}

// Create makes a meeting for the token's user. It is sent once; a second time
// only without the time zone, when Zoom refused exactly that.
//
// Errors that wrap ErrUnknown leave it open whether the meeting exists: find
// out by looking for the draft's reference in List, never by creating again. If
// the answer at least told the id, the Meeting carries it beside the error. Any
// other error means that there is no meeting. When nothing could be sent the
// error is ErrUnavailable and not ErrUnknown.
func (c *Client) Create(ctx context.Context, d Draft) (Meeting, error) {
	if err := d.check(); err != nil {
		return Meeting{}, fmt.Errorf("create meeting: %w", err)
	}
	m, err := c.create(ctx, d.payload(c.settings))
	if err != nil {
		return m, fmt.Errorf("create meeting: %w", err)
	}
	return m, nil
}

// Update changes a meeting; an empty change sends nothing. The link stays as it
// is. ErrGone means that there is no such meeting any more.
func (c *Client) Update(ctx context.Context, id int64, change Change) error {
	if change.Empty() {
		return nil
	}
	r := request{method: http.MethodPatch, path: meetingPath(id), label: Light, about: aboutMeeting}
	if err := c.done(c.write(ctx, r, change.payload())); err != nil {
		return fmt.Errorf("update meeting %d: %w", id, err)
	}
	return nil
}

// Delete deletes a meeting. One that is gone already, or has ended and cannot
// be deleted any more, is success. ErrBusy: it is running right now.
func (c *Client) Delete(ctx context.Context, id int64) error {
	r := request{method: http.MethodDelete, path: meetingPath(id), label: Light, about: aboutMeeting}
	err := c.done(c.send(ctx, r))
	var no *refusal
	switch {
	case err == nil, errors.Is(err, ErrGone):
		return nil
	case errors.As(err, &no) && no.status == http.StatusBadRequest && no.code == codeHasEnded:
		return nil
	}
	return fmt.Errorf("delete meeting %d: %w", id, err)
}

// DeleteOccurrence deletes the occurrence of a FixSeries that begins at an
// instant. Zoom is asked first which one that is: none is success, because it was
// deleted before, or the series has been scheduled anew. ErrGone: the whole series
// is.
func (c *Client) DeleteOccurrence(ctx context.Context, id int64, at time.Time) error {
	m, err := c.Get(ctx, id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(m.Occurrences, func(o Occurrence) bool { return o.Start.Equal(at) && !o.Deleted && o.ID != "" })
	if i < 0 || m.Type != FixSeries {
		return nil
	}
	r := request{method: http.MethodDelete, path: meetingPath(id), label: Light, about: aboutMeeting,
		query: url.Values{"occurrence_id": {m.Occurrences[i].ID}}}
	if err := c.done(c.send(ctx, r)); err != nil {
		return fmt.Errorf("delete an occurrence of meeting %d: %w", id, err)
	}
	return nil
}

// Get reads one meeting. ErrGone means that it no longer exists.
func (c *Client) Get(ctx context.Context, id int64) (Meeting, error) {
	var m Meeting
	r := request{path: meetingPath(id), label: Light, about: aboutMeeting}
	err := c.read(ctx, r, func(a answer) error {
		var bad error
		if m, bad = readMeeting(a.body); bad != nil {
			return fmt.Errorf("%w: %w", ErrIncomplete, bad)
		}
		if m.ID != id || m.JoinURL == "" {
			return fmt.Errorf("%w: not the meeting that was asked for", ErrIncomplete)
		}
		return nil
	})
	if err != nil {
		return Meeting{}, fmt.Errorf("read meeting %d: %w", id, err)
	}
	return m, nil
}

// List reads all scheduled and recurring meetings of the token's user that have
// not expired; instant meetings are not listed. The list is complete, or there
// is an error and no list. Agendas are cut to 250 characters; passcodes,
// dial-in numbers and whether a meeting is running are not told.
func (c *Client) List(ctx context.Context) ([]Meeting, error) {
	var all []Meeting
	seen := map[int64]bool{}
	var tokens []string
	for next := ""; ; {
		page, following, err := c.page(ctx, next)
		if err != nil {
			return nil, fmt.Errorf("list meetings: %w", err)
		}
		for _, m := range page {
			if !seen[m.ID] { // pages shift when a meeting is made meanwhile
				seen[m.ID] = true
				all = append(all, m)
			}
		}
		if following == "" {
			return all, nil
		}
		if slices.Contains(tokens, following) || len(tokens) == maxPages {
			return nil, fmt.Errorf("list meetings: %w: the pages go in circles", ErrIncomplete)
		}
		tokens, next = append(tokens, following), following
	}
}

func (c *Client) page(ctx context.Context, token string) (meetings []Meeting, next string, err error) {
	query := url.Values{"type": {"scheduled"}, "page_size": {strconv.Itoa(pageSize)}}
	if token != "" {
		query.Set("next_page_token", token)
	}
	r := request{path: "/users/me/meetings", query: query, label: Medium, about: aboutUser}
	err = c.read(ctx, r, func(a answer) (bad error) {
		meetings, next, bad = readPage(a.body)
		return bad
	})
	return meetings, next, err
}

// Me reads the user whose token it is.
func (c *Client) Me(ctx context.Context) (User, error) {
	var u User
	err := c.read(ctx, request{path: "/users/me", label: Light, about: aboutUser}, func(a answer) (bad error) {
		u, bad = readUser(a.body)
		return bad
	})
	if err != nil {
		return User{}, fmt.Errorf("read user: %w", err)
	}
	return u, nil
}

func meetingPath(id int64) string { return "/meetings/" + strconv.FormatInt(id, 10) }

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
