package google

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// apiError is a refusal in Google's own shape.
type apiError struct {
	code                  int
	domain, reason        string
	message               string // of the error in the list
	outer                 string // of the whole; "": the same as message
	locationType, locates string
	status                string // newer front ends name the RPC status …
	info                  string // … and put a reason into an ErrorInfo
	metadata              map[string]string
	header                map[string]string
}

func (e *apiError) Error() string { return e.reason + ": " + e.message }

// write answers with the error.
func (e *apiError) write(w http.ResponseWriter) {
	item := map[string]any{"domain": e.domain, "reason": e.reason, "message": e.message}
	if e.locates != "" {
		item["locationType"], item["location"] = e.locationType, e.locates
	}
	outer := e.outer
	if outer == "" {
		outer = e.message
	}
	body := map[string]any{"errors": []any{item}, "code": e.code, "message": outer}
	if e.status != "" {
		body["status"] = e.status
	}
	if e.info != "" {
		info := map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": e.info, "domain": "googleapis.com"}
		if e.metadata != nil {
			info["metadata"] = e.metadata
		}
		body["details"] = []any{info}
	}
	for k, v := range e.header {
		w.Header().Set(k, v)
	}
	writeJSON(w, e.code, map[string]any{"error": body})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

func invalid(message string) *apiError {
	return &apiError{code: 400, domain: "global", reason: "invalid", message: message}
}

func invalidParameter(name, message string) *apiError {
	return &apiError{code: 400, domain: "global", reason: "invalidParameter", message: message, locationType: "parameter", locates: name}
}

func required(message string) *apiError {
	return &apiError{code: 400, domain: "global", reason: "required", message: message}
}

func notFound() *apiError {
	return &apiError{code: 404, domain: "global", reason: "notFound", message: "Not Found"}
}

func deletedAlready() *apiError {
	return &apiError{code: 410, domain: "global", reason: "deleted", message: "Resource has been deleted"}
}

func fullSyncRequired() *apiError {
	return &apiError{code: 410, domain: "calendar", reason: "fullSyncRequired", locationType: "parameter", locates: "syncToken",
		message: "Sync token is no longer valid, a full sync is required."}
}

func conditionNotMet() *apiError {
	return &apiError{code: 412, domain: "global", reason: "conditionNotMet", message: "Precondition Failed", locationType: "header", locates: "If-Match"}
}

func notOrganizer() *apiError {
	return &apiError{code: 403, domain: "calendar", reason: "forbiddenForNonOrganizer", message: "Shared properties can only be changed by the organizer of the event."}
}

func needsWriter() *apiError {
	return &apiError{code: 403, domain: "calendar", reason: "requiredAccessLevel", message: "You need to have writer access to this calendar."}
}

func forbidden(message string) *apiError {
	return &apiError{code: 403, domain: "global", reason: "forbidden", message: message}
}

func badCredentials() *apiError {
	return &apiError{code: 401, domain: "global", reason: "authError", message: "Invalid Credentials", locationType: "header", locates: "Authorization",
		status: "UNAUTHENTICATED", header: map[string]string{"WWW-Authenticate": `Bearer realm="https://accounts.google.com/", error="invalid_token"`}}
}

// missingScope is the refusal of a token that lacks every scope the method accepts.
func missingScope(methodID string, scopes []string) *apiError {
	return &apiError{code: 403, domain: "global", reason: "insufficientPermissions", message: "Insufficient Permission",
		outer: "Request had insufficient authentication scopes.", status: "PERMISSION_DENIED", info: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
		metadata: map[string]string{"service": "calendar-json.googleapis.com", "method": "calendar.v3." + methodID},
		header:   map[string]string{"WWW-Authenticate": `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="` + strings.Join(scopes, " ") + `"`}}
}

func backendError(code int) *apiError {
	return &apiError{code: code, domain: "global", reason: "backendError", message: "Backend Error"}
}

func usage(code int, reason, message string) *apiError {
	return &apiError{code: code, domain: "usageLimits", reason: reason, message: message}
}

func projectProblem(reason, info, message string) *apiError {
	e := usage(403, reason, message)
	e.status, e.info = "PERMISSION_DENIED", info
	e.metadata = map[string]string{"service": "calendar-json.googleapis.com"}
	return e
}

// faultErrors are the refusals that can be armed by name on API operations.
// Any other number from 400 to 599 refuses with that status.
var faultErrors = map[string]func() *apiError{
	"400":          func() *apiError { return invalid("Bad Request") },
	"401":          badCredentials,
	"403":          func() *apiError { return forbidden("Forbidden") },
	"404":          notFound,
	"410":          deletedAlready, // on google.list: fullSyncRequired
	"412":          conditionNotMet,
	"429":          func() *apiError { return usage(429, "rateLimitExceeded", "Rate Limit Exceeded") },
	"rate":         func() *apiError { return usage(403, "rateLimitExceeded", "Rate Limit Exceeded") },
	"userRate":     func() *apiError { return usage(403, "userRateLimitExceeded", "User Rate Limit Exceeded") },
	"quota":        func() *apiError { return usage(403, "quotaExceeded", "Calendar usage limits exceeded.") },
	"daily":        func() *apiError { return usage(403, "dailyLimitExceeded", "Daily Limit Exceeded") },
	"nonOrganizer": notOrganizer,
	"access":       needsWriter,
	"disabled": func() *apiError {
		return projectProblem("accessNotConfigured", "SERVICE_DISABLED", "Google Calendar API has not been used in this project before or it is disabled.")
	},
	"billing": func() *apiError {
		return projectProblem("forbidden", "BILLING_DISABLED", "This API method requires billing to be enabled.")
	},
	"duplicate": func() *apiError {
		return &apiError{code: 409, domain: "global", reason: "duplicate", message: "The requested identifier already exists."}
	},
	"409": func() *apiError {
		return &apiError{code: 409, domain: "global", reason: "conflict", message: "Conflict"}
	},
}

// faultError finds the refusal for a kind of fault, nil for a kind that is not
// a refusal. "429:VALUE" and any other kind with a colon also sends VALUE as
// Retry-After.
func faultError(m *method, kind string) *apiError {
	kind, after, _ := strings.Cut(kind, ":")
	e := func() *apiError {
		switch {
		case kind == "scope":
			return missingScope(m.id, m.scopes)
		case kind == "410" && m.name == "google.list":
			return fullSyncRequired()
		case faultErrors[kind] != nil:
			return faultErrors[kind]()
		}
		switch code, _ := strconv.Atoi(kind); code / 100 {
		case 4:
			return &apiError{code: code, domain: "global", reason: "badRequest", message: http.StatusText(code)}
		case 5:
			return backendError(code)
		}
		return nil
	}()
	if e != nil && after != "" {
		e.header = map[string]string{"Retry-After": after}
	}
	return e
}
