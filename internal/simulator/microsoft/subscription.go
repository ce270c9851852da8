package microsoft

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	longestSubscription  = 10_080 * time.Minute
	shortestSubscription = 45 * time.Minute
	subscriptionQuota    = 1000
)

// subscription is one app's wish to be told about one mailbox or calendar.
type subscription struct {
	subscriptionBody
	account, client string
	calendar        string // one calendar only; "": the whole mailbox
	immutable       bool   // ids in notifications, as the creating request preferred
	expires         time.Time
	authorised      time.Time // until when delivery is authorised
	asked           bool      // to be reauthorised
}

// subscriptionBody is a subscription on the wire.
type subscriptionBody struct {
	Context           string  `json:"@odata.context,omitempty"`
	ID                string  `json:"id"`
	Resource          string  `json:"resource"`
	ApplicationID     string  `json:"applicationId"`
	ChangeType        string  `json:"changeType"`
	ClientState       *string `json:"clientState"`
	NotificationURL   string  `json:"notificationUrl"`
	QueryOptions      *string `json:"notificationQueryOptions"`
	ContentType       *string `json:"notificationContentType"`
	LifecycleURL      *string `json:"lifecycleNotificationUrl"`
	Expiration        string  `json:"expirationDateTime"`
	CreatorID         string  `json:"creatorId"`
	IncludeData       *bool   `json:"includeResourceData"`
	TLS               string  `json:"latestSupportedTlsVersion"`
	Certificate       *string `json:"encryptionCertificate"`
	CertificateID     *string `json:"encryptionCertificateId"`
	NotificationAppID *string `json:"notificationUrlAppId"`
}

func invalidSubscription(message string) *problem { return invalidRequest("ValidationError", message) }

func noSubscription() *problem {
	return &problem{status: 404, code: "ResourceNotFound", message: "The object was not found."}
}

// createSubscription checks what is wanted, asks the callback addresses whether
// they want it, too, and only then answers.
func (s *Server) createSubscription(q *request) (answer, *problem) {
	ch, p := readObject(q.Request)
	if p != nil {
		return answer{}, p
	}
	sub := &subscription{account: q.account.email, client: q.token.client, immutable: q.prefer.immutable, authorised: q.token.expires}
	if p := s.readSubscription(q, sub, ch); p != nil {
		return answer{}, p
	}
	addresses := []string{sub.NotificationURL}
	if sub.LifecycleURL != nil {
		addresses = append(addresses, *sub.LifecycleURL)
	}
	return answer{afterwards: func(ctx context.Context) (answer, *problem) {
		for _, address := range addresses {
			if p := s.validate(ctx, address); p != nil {
				return answer{}, p
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.made++
		sub.ID = guid(fmt.Sprint("subscription ", s.made))
		s.watching[sub.ID] = sub
		return answer{status: 201, body: sub.wire(true)}, nil
	}}, nil
}

func (s *Server) readSubscription(q *request, sub *subscription, ch changes) *problem {
	body := &sub.subscriptionBody
	body.TLS = "v1_0"
	fields := map[string]any{
		"changeType": &body.ChangeType, "notificationUrl": &body.NotificationURL, "lifecycleNotificationUrl": &body.LifecycleURL,
		"resource": &body.Resource, "expirationDateTime": &body.Expiration, "clientState": &body.ClientState,
		"latestSupportedTlsVersion": &body.TLS, "includeResourceData": &body.IncludeData,
		"encryptionCertificate": &body.Certificate, "encryptionCertificateId": &body.CertificateID,
	}
	for name := range ch {
		if fields[name] == nil && !strings.Contains(name, "@odata.") {
			return badBody("The property '" + name + "' does not exist on type 'microsoft.graph.subscription' or cannot be set.")
		}
	}
	for name, to := range fields {
		if p := ch.decode(name, to); p != nil {
			return p
		}
	}
	body.ApplicationID, body.CreatorID = sub.client, q.account.oid
	for _, kind := range strings.Split(body.ChangeType, ",") {
		if !slices.Contains([]string{"created", "updated", "deleted"}, strings.TrimSpace(kind)) {
			return invalidSubscription("Subscription change type is invalid: '" + body.ChangeType + "'.")
		}
	}
	if body.ClientState != nil && len(*body.ClientState) > 128 {
		return invalidSubscription("The clientState is longer than 128 characters.")
	}
	if body.IncludeData != nil && *body.IncludeData {
		return invalidSubscription("Resource data needs a certificate and $select in the resource.")
	}
	for _, address := range []*string{&body.NotificationURL, body.LifecycleURL} {
		if address != nil && !s.callable(*address) {
			return invalidSubscription("Notification url is invalid: it must be an absolute https URL.")
		}
	}
	if p := s.readResource(q, sub); p != nil {
		return p
	}
	if p := s.prolong(sub, body.Expiration); p != nil {
		return p
	}
	mine := 0
	for _, other := range s.watching {
		if other.account == sub.account && s.now().Before(other.expires) {
			mine++
		}
	}
	if mine >= cmp.Or(s.behaviour.SubscriptionQuota, subscriptionQuota) {
		return &problem{status: 403, code: "ExtensionError", message: "Operation: Create; Exception: [Status Code: Forbidden; Reason: Subscription quota for the mailbox has been exceeded.]"}
	}
	return nil
}

func (s *Server) callable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && s.behaviour.PlainCallbacks)
}

// readResource understands the user's own mailbox and, unless switched off, one
// of its calendars.
func (s *Server) readResource(q *request, sub *subscription) *problem {
	parts := strings.Split(strings.Trim(sub.Resource, "/"), "/")
	bad := invalidSubscription("Resource '" + sub.Resource + "' is not supported.")
	switch {
	case len(parts) > 1 && strings.EqualFold(parts[0], "me"):
		parts = parts[1:]
	case len(parts) > 2 && strings.EqualFold(parts[0], "users"):
		if parts[1] != q.account.oid && !strings.EqualFold(parts[1], q.account.email) {
			return accessDenied() // delegated permission is for the own mailbox only
		}
		parts = parts[2:]
	default:
		return bad
	}
	switch {
	case len(parts) == 1 && strings.EqualFold(parts[0], "events"):
		return nil
	case len(parts) == 3 && strings.EqualFold(parts[0], "calendars") && strings.EqualFold(parts[2], "events") && !s.behaviour.NoCalendarSubscriptions:
		c := s.calendars[parts[1]]
		if c == nil || c.owner != q.account.email {
			return noSuchCalendar()
		}
		sub.calendar = c.id
		return nil
	}
	return bad
}

// prolong sets a subscription's end: not beyond the longest life, and never
// sooner than 45 minutes from now.
func (s *Server) prolong(sub *subscription, until string) *problem {
	at, err := time.Parse(time.RFC3339Nano, until)
	if err != nil {
		return invalidSubscription("Subscription expiration time is invalid.")
	}
	now := s.now()
	longest := cmp.Or(s.behaviour.MaxSubscription, longestSubscription)
	switch {
	case !at.After(now):
		return invalidSubscription("Subscription expiration time must be in the future.")
	case at.Sub(now) > longest:
		return invalidSubscription("Subscription expiration can only be " + longest.String() + " in the future.")
	case at.Sub(now) < shortestSubscription:
		at = now.Add(shortestSubscription)
	}
	sub.expires = at.UTC()
	sub.Expiration = sub.expires.Format(stampLayout)
	return nil
}

func (sub *subscription) wire(whole bool) subscriptionBody {
	out := sub.subscriptionBody
	if whole {
		out.Context = contextBase + "subscriptions/$entity"
	}
	return out
}

// subscriptionOf finds the living subscription that the path names, of the
// calling app and user.
func (s *Server) subscriptionOf(q *request) (*subscription, *problem) {
	sub := s.watching[q.PathValue("subscription")]
	if sub == nil || sub.client != q.token.client || sub.account != q.account.email || !s.now().Before(sub.expires) {
		return nil, noSubscription()
	}
	return sub, nil
}

func (s *Server) listSubscriptions(q *request) (answer, *problem) {
	values := []any{}
	for _, id := range s.subscriptionIDs(q.account.email) {
		if sub := s.watching[id]; sub.client == q.token.client {
			values = append(values, sub.wire(false))
		}
	}
	return answer{body: map[string]any{"@odata.context": contextBase + "subscriptions", "value": values}}, nil
}

func (s *Server) getSubscription(q *request) (answer, *problem) {
	sub, p := s.subscriptionOf(q)
	if p != nil {
		return answer{}, p
	}
	return answer{body: sub.wire(true)}, nil
}

// renewSubscription moves the end, and the address after asking the new one.
func (s *Server) renewSubscription(q *request) (answer, *problem) {
	ch, p := readObject(q.Request)
	if p != nil {
		return answer{}, p
	}
	sub, p := s.subscriptionOf(q)
	if p != nil {
		return answer{}, p
	}
	var until, address string
	for name := range ch {
		if name != "expirationDateTime" && name != "notificationUrl" && !strings.Contains(name, "@odata.") {
			return answer{}, invalidRequest("InvalidRequest", "The property '"+name+"' cannot be updated.")
		}
	}
	if p := ch.decode("expirationDateTime", &until); p != nil {
		return answer{}, p
	}
	if p := ch.decode("notificationUrl", &address); p != nil {
		return answer{}, p
	}
	if address != "" && !s.callable(address) {
		return answer{}, invalidSubscription("Notification url is invalid: it must be an absolute https URL.")
	}
	renew := func() (answer, *problem) {
		if until != "" {
			if p := s.prolong(sub, until); p != nil {
				return answer{}, p
			}
		}
		sub.NotificationURL = cmp.Or(address, sub.NotificationURL)
		s.authorise(sub, q.token.expires)
		return answer{body: sub.wire(true)}, nil
	}
	if address == "" {
		return renew()
	}
	return answer{afterwards: func(ctx context.Context) (answer, *problem) {
		if p := s.validate(ctx, address); p != nil {
			return answer{}, p
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return renew()
	}}, nil
}

func (s *Server) authorise(sub *subscription, until time.Time) {
	sub.authorised, sub.asked = until, false
}

func (s *Server) reauthorizeSubscription(q *request) (answer, *problem) {
	sub, p := s.subscriptionOf(q)
	if p != nil {
		return answer{}, p
	}
	s.authorise(sub, q.token.expires)
	return answer{status: 200}, nil
}

func (s *Server) deleteSubscription(q *request) (answer, *problem) {
	sub, p := s.subscriptionOf(q)
	if p != nil {
		return answer{}, p
	}
	delete(s.watching, sub.ID)
	return answer{}, nil
}

// subscriptionIDs are the living subscriptions of an account, sorted.
func (s *Server) subscriptionIDs(email string) []string {
	var out []string
	for id, sub := range s.watching {
		if sub.account == email && s.now().Before(sub.expires) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
