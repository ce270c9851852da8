package server

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"slotward/sources"
	"slotward/store"
	"slotward/zoom"
)

// problemPrefix stands before every problem's class, to make a URI of it.
const problemPrefix = "urn:slotward:problem:"

// problem is an RFC 9457 answer. The detail says what is wrong and what cures it.
func problem(status int, class, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Type: problemPrefix + class, Title: http.StatusText(status), Status: status, Detail: detail}
}

// class ties an error to its answer. The error's own words are the detail:
// errors with a class promise to carry a cure and no secret.
type class struct {
	is     error
	status int
	name   string
}

// classes is looked through from the top; the first that matches answers.
var classes = []class{
	{store.ErrNotFound, http.StatusNotFound, "not_found"},
	{store.ErrLastAdmin, http.StatusConflict, "last_admin"},
	{store.ErrSealed, http.StatusConflict, "sealed"},
	{sources.ErrRevoked, http.StatusConflict, "needs_reauth"},
	{zoom.ErrRevoked, http.StatusConflict, "needs_reauth"},
	{sources.ErrMissingScope, http.StatusConflict, "missing_scope"},
	{zoom.ErrMissingScope, http.StatusConflict, "missing_scope"},
	{zoom.ErrNotAllowed, http.StatusConflict, "not_allowed"},
	{sources.ErrUnavailable, http.StatusBadGateway, "provider_unavailable"},
	{zoom.ErrUnavailable, http.StatusBadGateway, "provider_unavailable"},
	{sources.ErrIncomplete, http.StatusBadGateway, "provider_unavailable"},
	{zoom.ErrIncomplete, http.StatusBadGateway, "provider_unavailable"},
	{store.ErrUnusable, http.StatusServiceUnavailable, "store"},
	{context.DeadlineExceeded, http.StatusGatewayTimeout, "timeout"},
}

// explain turns an error into the problem that the client gets. An error
// without a class may say anything, so it is logged and not shown.
func (s *server) explain(ctx context.Context, operation string, err error) error {
	var ready *huma.ErrorModel
	if errors.As(err, &ready) {
		return err
	}
	var taken *store.TakenError
	if errors.As(err, &taken) {
		return problem(http.StatusConflict, "taken", s.tellTaken(ctx, taken))
	}
	var exists *store.ExistsError
	if errors.As(err, &exists) {
		return problem(http.StatusConflict, "exists", exists.Error())
	}
	if until, limited := limitedUntil(err); limited {
		p := problem(http.StatusServiceUnavailable, "limited", err.Error())
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {retryAfter(until, s.Now())}})
	}
	for _, c := range classes {
		if errors.Is(err, c.is) {
			return problem(c.status, c.name, err.Error())
		}
	}
	if ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "request failed", slog.String("operation", operation), slog.Any("error", err))
	}
	return problem(http.StatusInternalServerError, "internal", "something went wrong here; the log says what")
}

// limitedUntil reports whether a provider wants no more requests, and until when.
func limitedUntil(err error) (time.Time, bool) {
	var calendar *sources.LimitedError
	if errors.As(err, &calendar) {
		return calendar.Until, true
	}
	var meetings *zoom.LimitedError
	if errors.As(err, &meetings) {
		return meetings.Until, true
	}
	return time.Time{}, false
}

// retryAfter is the header's value in whole seconds, at least one.
func retryAfter(until, now time.Time) string {
	return strconv.Itoa(max(1, int(until.Sub(now).Seconds())))
}

// writeProblem answers outside of an operation.
func writeProblem(w http.ResponseWriter, p *huma.ErrorModel) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// unprocessable says that one field's value is wrong.
func unprocessable(field string, value any, message string) *huma.ErrorModel {
	p := problem(http.StatusUnprocessableEntity, "invalid", message)
	p.Errors = []*huma.ErrorDetail{{Message: message, Location: field, Value: value}}
	return p
}

// printable cuts what a stranger sent to something that can stand in an answer.
func printable(text string) string {
	const limit = 80
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return text
}
