package server

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"slotward/internal/server/frame"
)

// byAdmin is the state of an administrator's consent. It is no secret: nothing
// is stored when the browser comes back, whoever's it is.
const byAdmin = "admin"

// fromAdmin reports whether an answer is to an administrator's consent. The
// state decides, because the answer to somebody's own sign-in may carry
// admin_consent as well, and a refusal may come without it.
func fromAdmin(query url.Values) bool {
	return query.Get("state") == byAdmin || query.Has("admin_consent") && !query.Has("state")
}

// needsAdmin refuses a consent that an administrator has to give first, and
// says where.
func (s *server) needsAdmin(at provider, admin AdminConsent) error {
	r := at.refuse(refusedAdmin, at.title+" lets people of your organisation use an app only after an administrator has allowed it.")
	r.copied = admin.AdminConsent(byAdmin, s.redirectURI(at.name))
	return r
}

// refusedConsent refuses a consent that was not given. Whoever was told to ask an
// administrator comes back from that page in the same way as who said no, so the
// administrator's address is offered to both.
func (s *server) refusedConsent(at provider, auth Authorizer) error {
	r := at.refuse(refusedConsent, "The permission was not given.")
	if admin, ok := auth.(AdminConsent); ok {
		r.cure += " If " + at.title + " said that an administrator has to approve, send them this address."
		r.copied = admin.AdminConsent(byAdmin, s.redirectURI(at.name))
	}
	return r
}

// showAdminConsent answers the administrator's browser. The provider has noted
// the consent; people connect as before, each with a link of their own.
func (s *server) showAdminConsent(w http.ResponseWriter, r *http.Request, at provider, auth Authorizer) {
	admin, ok := auth.(AdminConsent)
	if !ok {
		s.showRefusal(w, r, at.refuse(refusedState, ""))
		return
	}
	if !strings.EqualFold(r.URL.Query().Get("admin_consent"), "true") || r.URL.Query().Has("error") {
		refused := at.refuse(refusedConsent, "The organisation has not allowed it.")
		refused.again = admin.AdminConsent(byAdmin, s.redirectURI(at.name))
		s.showRefusal(w, r, refused)
		return
	}
	s.Log.InfoContext(r.Context(), "a browser came back from the consent of an administrator", slog.String("provider", at.name))
	s.show(w, r, http.StatusOK, frame.Notice{
		Title: "Your organisation has allowed it", Good: true,
		Lines: []string{"People of your organisation can connect " + at.title + " from now on, each with the link that they were given."},
		After: "You can close this page.",
	})
}
