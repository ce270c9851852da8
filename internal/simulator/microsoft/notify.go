package microsoft

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	handshakePatience = 10 * time.Second
	deliveryAttempts  = 3
	// heldFor is how long notifications wait for a subscription to be reauthorised.
	heldFor = 4 * time.Hour
)

// Notification is one item that waits to be delivered to a callback address.
// Items wait until somebody takes them, so that a test can lose, double, delay
// or shuffle them.
type Notification struct {
	Subscription string
	Address      string
	At           time.Time
	// ChangeType is created, updated or deleted, Event the id of the event;
	// Lifecycle is set instead for messages about the subscription itself.
	ChangeType, Event, Lifecycle string
	Body                         json.RawMessage // the item as it travels
}

// validate asks an address synchronously whether it wants notifications: it must
// send the token back as plain text within ten seconds.
func (s *Server) validate(ctx context.Context, address string) *problem {
	token := "Validation: Testing client application reachability for subscription Request-Id: " + guid(rand.Text())
	failed := func(why string) *problem {
		return invalidSubscription("Subscription validation request failed. " + why)
	}
	u, err := url.Parse(address)
	if err != nil {
		return failed("The address is invalid.")
	}
	query := u.Query()
	query.Set("validationToken", token)
	u.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, handshakePatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), http.NoBody)
	if err != nil {
		return failed("The address is invalid.")
	}
	req.Header.Set("Content-Type", "text/plain; charset=utf-8")
	resp, err := s.callback.Do(req)
	if err != nil {
		return failed("The notification endpoint could not be reached.")
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	switch {
	case resp.StatusCode != http.StatusOK:
		return failed("Notification endpoint must respond with 200 OK to validation request.")
	case !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain"):
		return failed("Validation response must have the content type text/plain.")
	case err != nil || string(text) != token:
		return failed("Validation response must have the validation token.")
	}
	return nil
}

// announce tells the subscriptions of a mailbox that an event changed there.
func (s *Server) announce(c *calendar, old, now *record) {
	if len(s.watching) == 0 {
		return
	}
	kind := "updated"
	switch {
	case now.gone:
		kind = "deleted"
	case (old == nil || old.gone) && now.master == 0:
		kind = "created"
	}
	for _, id := range s.subscriptionIDs(c.owner) {
		sub := s.watching[id]
		if strings.Contains(sub.ChangeType, kind) && (sub.calendar == "" || sub.calendar == c.id) {
			s.notify(c, sub, kind, now)
		}
	}
}

func (s *Server) notify(c *calendar, sub *subscription, kind string, r *record) {
	oid := s.accounts[c.owner].oid
	id := r.id
	if sub.immutable {
		id = r.immutable
	}
	item := map[string]any{
		"id": guid("notification " + sub.ID + r.etag()), "changeType": kind, "resource": "Users/" + oid + "/Events/" + id,
		"resourceData": map[string]any{
			"@odata.type": "#Microsoft.Graph.Event", "@odata.id": "Users/" + oid + "/Events/" + id, "@odata.etag": r.etag(), "id": id,
		},
	}
	s.enqueue(sub, Notification{Address: sub.NotificationURL, ChangeType: kind, Event: id}, item)
}

// lifecycle tells about the subscription itself, to those who asked for it.
func (s *Server) lifecycle(sub *subscription, event string) {
	if sub.LifecycleURL != nil {
		s.enqueue(sub, Notification{Address: *sub.LifecycleURL, Lifecycle: event}, map[string]any{"lifecycleEvent": event})
	}
}

func (s *Server) enqueue(sub *subscription, n Notification, item map[string]any) {
	item["subscriptionId"], item["subscriptionExpirationDateTime"], item["tenantId"] = sub.ID, sub.Expiration, s.accounts[sub.account].tid
	if sub.ClientState != nil {
		item["clientState"] = *sub.ClientState
	}
	n.Body, _ = json.Marshal(item) // strings only
	n.Subscription, n.At = sub.ID, s.now()
	s.waiting = append(s.waiting, n)
}

// Notifications takes the items that wait, oldest first. With TokenBound, those
// of a subscription whose authorisation ended stay, for four hours at most, and
// its owner is asked to authorise it again.
func (s *Server) Notifications() []Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out, held []Notification
	for _, n := range s.waiting {
		sub := s.watching[n.Subscription]
		paused := s.behaviour.TokenBound && sub != nil && n.Lifecycle == "" && !s.now().Before(sub.authorised)
		switch {
		case !paused:
			out = append(out, n)
		case s.now().Sub(n.At) < heldFor:
			held = append(held, n)
			if !sub.asked && sub.LifecycleURL != nil {
				sub.asked = true
				s.lifecycle(sub, "reauthorizationRequired")
				out = append(out, s.waiting[len(s.waiting)-1])
			}
		}
	}
	s.waiting = held
	return out
}

// Deliver posts items to the address of the first one, as one request. Answers
// of 500 and more are tried again at once, at most 3 times in all. It returns
// the last status.
func Deliver(ctx context.Context, hc *http.Client, items ...Notification) (status int, err error) {
	values := make([]json.RawMessage, len(items))
	for i, n := range items {
		values[i] = n.Body
	}
	body, err := json.Marshal(map[string]any{"value": values})
	if err != nil || len(items) == 0 {
		return 0, err
	}
	for range deliveryAttempts {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, items[0].Address, bytes.NewReader(body))
		if err != nil {
			return 0, err
		}
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
		resp, err := hc.Do(req)
		if err != nil {
			return 0, err
		}
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
		_ = resp.Body.Close()
		if status = resp.StatusCode; status < 500 {
			break
		}
	}
	return status, nil
}

// Pump takes and delivers everything that waits, in order, items for the same
// address together. What cannot be delivered is lost.
func (s *Server) Pump(ctx context.Context, hc *http.Client) {
	all := s.Notifications()
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(one Notification) bool { return one.Address != all[0].Address })
		if n < 0 {
			n = len(all)
		}
		_, _ = Deliver(ctx, hc, all[:n]...)
		all = all[n:]
	}
}

// Subscriptions returns the ids of an account's living subscriptions, sorted.
func (s *Server) Subscriptions(email string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.subscriptionIDs(email)
}

// Lifecycle sends a subscription's owner a message about it:
// reauthorizationRequired, missed, or subscriptionRemoved, which also ends it.
func (s *Server) Lifecycle(id, event string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.watching[id]
	switch {
	case sub == nil:
		return unknown("subscription", id)
	case !slices.Contains([]string{"reauthorizationRequired", "missed", "subscriptionRemoved"}, event):
		return unknown("lifecycle event", event)
	}
	s.lifecycle(sub, event)
	if event == "subscriptionRemoved" {
		delete(s.watching, id)
	}
	return nil
}
