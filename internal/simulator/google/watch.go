package google

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

const (
	defaultChannelTTL = 7 * 24 * time.Hour
	defaultMaxTTL     = 30 * 24 * time.Hour
	deliveryAttempts  = 5
)

// channel is one user's wish to be told about one calendar.
type channel struct {
	channelBody
	account, client string
	calendar        string
	expires         time.Time
	number          int // of the last message
}

// channelBody is a channel on the wire. An expiration is a string of
// milliseconds; a bare number is accepted, too.
type channelBody struct {
	Kind        string            `json:"kind,omitempty"`
	ID          string            `json:"id,omitempty"`
	ResourceID  string            `json:"resourceId,omitempty"`
	ResourceURI string            `json:"resourceUri,omitempty"`
	Token       string            `json:"token,omitempty"`
	Expiration  any               `json:"expiration,omitempty"`
	Type        string            `json:"type,omitempty"`
	Address     string            `json:"address,omitempty"`
	Payload     bool              `json:"payload,omitempty"`
	Params      map[string]string `json:"params,omitempty"`
}

// Notification is one message to a channel's address that waits to be
// delivered. Messages wait until somebody takes them, so that a test can lose,
// double, delay or shuffle them.
type Notification struct {
	Channel string
	Address string
	Header  http.Header
}

var channelID = regexp.MustCompile(`^[A-Za-z0-9\-_+/=]{1,64}$`)

func readChannel(q *request) (b channelBody, e *apiError) {
	raw, e := readBody(q.Request)
	if e != nil {
		return b, e
	}
	e = decodeStrict(raw, &b)
	return b, e
}

func (s *Server) watchEvents(q *request) (answer, *apiError) {
	b, e := readChannel(q)
	if e != nil {
		return answer{}, e
	}
	if e := s.checkChannel(b); e != nil {
		return answer{}, e
	}
	now := s.now()
	longest := cmp.Or(s.behaviour.MaxChannelTTL, defaultMaxTTL)
	ttl := min(defaultChannelTTL, longest)
	if seconds, err := strconv.Atoi(b.Params["ttl"]); err == nil && seconds > 0 {
		ttl = min(time.Duration(seconds)*time.Second, longest)
	}
	if ms := milliseconds(b.Expiration); ms != 0 {
		ttl = min(time.UnixMilli(ms).Sub(now), longest)
	}
	if ttl <= 0 {
		return answer{}, invalid("Invalid expiration.")
	}
	id := q.calendar.id
	ch := &channel{account: q.account, client: q.client, calendar: id, expires: now.Add(ttl), channelBody: channelBody{
		Kind: "api#channel", ID: b.ID, Token: b.Token, Address: b.Address,
		ResourceID:  resourceID(q.account, id),
		ResourceURI: "https://www.googleapis.com" + base + "calendars/" + url.PathEscape(id) + "/events?alt=json",
		Expiration:  strconv.FormatInt(now.Add(ttl).UnixMilli(), 10),
	}}
	s.channels[b.ID] = ch
	s.notify(ch, "sync")
	out := answer{body: channelAnswer(ch.channelBody)}
	if s.behaviour.SyncFirst {
		out.afterwards = func() { s.Pump(q.Context(), http.DefaultClient) }
	}
	return out, nil
}

// milliseconds reads an expiration; 0: none that could be read.
func milliseconds(v any) int64 {
	switch v := v.(type) {
	case string:
		ms, _ := strconv.ParseInt(v, 10, 64)
		return ms
	case float64:
		return int64(v)
	}
	return 0
}

// channelAnswer leaves the address out, as Google does.
func channelAnswer(b channelBody) channelBody {
	b.Address = ""
	return b
}

func (s *Server) checkChannel(b channelBody) *apiError {
	address, err := url.Parse(b.Address)
	whole := err == nil && address.Host != ""
	switch {
	case !channelID.MatchString(b.ID):
		return invalid("Invalid channel id.")
	case len(b.Token) > 256:
		return invalid("Invalid channel token.")
	case b.Type != "web_hook" && b.Type != "webhook":
		return invalid("Unsupported channel type.")
	case !whole || address.Scheme != "https" && (address.Scheme != "http" || !s.behaviour.PlainCallbacks):
		return &apiError{code: 400, domain: "push", reason: "webhookUrlNotHttps", message: "WebHook callback must be HTTPS: " + b.Address}
	case s.channels[b.ID] != nil:
		return &apiError{code: 400, domain: "global", reason: "channelIdNotUnique", message: "Channel id " + b.ID + " not unique"}
	}
	return nil
}

func (s *Server) stopChannel(q *request) (answer, *apiError) {
	b, e := readChannel(q)
	if e != nil {
		return answer{}, e
	}
	ch := s.channels[b.ID]
	if ch == nil || ch.ResourceID != b.ResourceID || ch.account != q.account || ch.client != q.client || !s.now().Before(ch.expires) {
		e := notFound()
		e.message = fmt.Sprintf("Channel '%s' not found for project '%s'", b.ID, projectOf(q.client))
		return answer{}, e
	}
	delete(s.channels, b.ID)
	return answer{}, nil
}

// resourceID is the same for every channel of one user on one calendar.
func resourceID(account, calendar string) string { return "r" + subOf(account + " " + calendar)[1:] }

// announce tells the channels of a calendar that something changed there.
func (s *Server) announce(c *calendar) {
	if len(s.channels) == 0 {
		return
	}
	ids := make([]string, 0, len(s.channels))
	for id := range s.channels {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if ch := s.channels[id]; ch.calendar == c.id && s.now().Before(ch.expires) && c.roles[ch.account] > none {
			s.notify(ch, "exists")
		}
	}
}

// notify puts one message in the queue. Numbers grow, but not one by one.
func (s *Server) notify(ch *channel, state string) {
	ch.number += 1 + ch.number%3
	h := http.Header{
		"User-Agent":                {"APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"},
		"X-Goog-Channel-Id":         {ch.ID},
		"X-Goog-Message-Number":     {strconv.Itoa(ch.number)},
		"X-Goog-Resource-Id":        {ch.ResourceID},
		"X-Goog-Resource-State":     {state},
		"X-Goog-Resource-Uri":       {ch.ResourceURI},
		"X-Goog-Channel-Expiration": {ch.expires.Format(http.TimeFormat)},
	}
	if ch.Token != "" {
		h.Set("X-Goog-Channel-Token", ch.Token)
	}
	s.waiting = append(s.waiting, Notification{Channel: ch.ID, Address: ch.Address, Header: h})
}

// Notifications takes the messages that wait, oldest first.
func (s *Server) Notifications() []Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.waiting
	s.waiting = nil
	return out
}

// Deliver sends one message as Google does: an empty POST, tried again at once
// (at most 5 times) only after 500, 502, 503 or 504. It returns the last status.
func Deliver(ctx context.Context, hc *http.Client, n Notification) (status int, err error) {
	for range deliveryAttempts {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.Address, http.NoBody)
		if err != nil {
			return 0, err
		}
		req.Header = n.Header.Clone()
		resp, err := hc.Do(req)
		if err != nil {
			return 0, err
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
		_ = resp.Body.Close()
		status = resp.StatusCode
		if !slices.Contains([]int{500, 502, 503, 504}, status) {
			break
		}
	}
	return status, nil
}

// Pump takes and delivers everything that waits, in order. What cannot be
// delivered is lost.
func (s *Server) Pump(ctx context.Context, hc *http.Client) {
	for _, n := range s.Notifications() {
		_, _ = Deliver(ctx, hc, n)
	}
}
