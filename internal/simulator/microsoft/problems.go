package microsoft

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"slotward/internal/simulator"
)

// problem is a refusal in Graph's own shape.
type problem struct {
	status        int
	code, message string
	inner         map[string]any // of innerError, besides date and request ids
	header        map[string]string
	html          bool // a gateway answers with a page instead
}

func (p *problem) Error() string { return p.code + ": " + p.message }

// write answers with the problem.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, p *problem) {
	for k, v := range p.header {
		w.Header().Set(k, v)
	}
	if p.html {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set(simulator.FaultHeader, "html")
		w.WriteHeader(p.status)
		_, _ = fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%d</title></head><body><h2>Our services aren't available right now</h2></body></html>", p.status)
		return
	}
	inner := map[string]any{
		"date": s.now().Format("2006-01-02T15:04:05"), "request-id": r.Header.Get("request-id"), "client-request-id": r.Header.Get("client-request-id"),
	}
	for k, v := range p.inner {
		inner[k] = v
	}
	writeJSON(w, p.status, map[string]any{"error": map[string]any{"code": p.code, "message": p.message, "innerError": inner}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8")
	w.Header().Set("Cache-Control", "private")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(body) // the client may be gone
}

func invalidRequest(code, message string) *problem {
	return &problem{status: 400, code: code, message: message}
}

func badBody(message string) *problem { return invalidRequest("RequestBodyRead", message) }

func badProperties(message string) *problem {
	return invalidRequest("ErrorInvalidPropertySet", message)
}

func notFound() *problem {
	return &problem{status: 404, code: "ErrorItemNotFound", message: "The specified object was not found in the store."}
}

func noSuchCalendar() *problem {
	return &problem{status: 404, code: "ErrorItemNotFound", message: "The specified object was not found in the store., The calendar folder could not be found."}
}

func accessDenied() *problem {
	return &problem{status: 403, code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again."}
}

func badToken() *problem {
	return &problem{status: 401, code: "InvalidAuthenticationToken", message: "Lifetime validation failed, the token is expired.",
		header: map[string]string{"WWW-Authenticate": `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`}}
}

// claimsChallenge is the refusal that continuous access evaluation sends.
func claimsChallenge() *problem {
	p := badToken()
	p.message = "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"
	p.header = map[string]string{"WWW-Authenticate": `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", ` +
		`error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNzk1NzY2NDAwIn19fQ=="`}
	return p
}

func conflict() *problem {
	return &problem{status: 412, code: "ErrorIrresolvableConflict",
		message: "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item."}
}

// tooMany is the ordinary 429; its Retry-After may have a fraction.
func tooMany(after string) *problem {
	p := &problem{status: 429, code: "TooManyRequests", message: "Please retry again later.",
		inner: map[string]any{"code": "429", "message": "Please retry after", "status": "429"}}
	if after != "" {
		p.header = map[string]string{"Retry-After": after}
	}
	return p
}

// throttled is the 429 for too many requests in flight.
func throttled() *problem {
	return &problem{status: 429, code: "ApplicationThrottled", message: "Application is over its MailboxConcurrency limit.", header: map[string]string{"Retry-After": "1"}}
}

func (s *Server) expired(code, restart string) *problem {
	if code == "" {
		code = s.behaviour.GoneCode
	}
	messages := map[string]string{
		"SyncStateNotFound": "The sync state generation is not found; generation=149;[highest=157]",
		"SyncStateInvalid":  "The sync state is invalid.",
		"ResyncRequired":    "Resync required. Replace any local items with the server's version.",
	}
	if messages[code] == "" {
		code = "SyncStateNotFound"
	}
	p := &problem{status: 410, code: code, message: messages[code]}
	if s.behaviour.GoneLocation {
		p.header = map[string]string{"Location": restart}
	}
	return p
}

// faults are the refusals that can be armed by name on Graph operations. Any
// other number from 400 to 599 refuses with that status, "html502" and the like
// with a gateway's page of that status. "KIND:VALUE" also sends VALUE as
// Retry-After, "410:CODE" answers with that code.
var faults = map[string]func() *problem{
	"400":       func() *problem { return badBody("Unable to read JSON request payload.") },
	"401":       badToken,
	"claims":    claimsChallenge,
	"403":       accessDenied,
	"scope":     accessDenied,
	"404":       notFound,
	"412":       conflict,
	"429":       func() *problem { return tooMany("2.128") },
	"throttled": throttled,
	"mailbox": func() *problem {
		return &problem{status: 404, code: "MailboxNotEnabledForRESTAPI", message: "The mailbox is either inactive, soft-deleted, or is hosted on-premise."}
	},
	"500": func() *problem {
		return &problem{status: 500, code: "ErrorInternalServerTransientError", message: "An internal server error occurred. Try again later."}
	},
	"503": func() *problem {
		return &problem{status: 503, code: "serviceNotAvailable", message: "The service is temporarily unavailable. Please retry later."}
	},
	"504": func() *problem {
		return &problem{status: 504, code: "UnknownError", message: "The request was not completed in time."}
	},
	"509": func() *problem {
		return &problem{status: 509, code: "bandwidthLimitExceeded", message: "The app has been throttled for exceeding the maximum bandwidth cap."}
	},
}

// fault finds the refusal for a kind of fault, nil for a kind that is none.
func (s *Server) fault(m *method, kind string) *problem {
	kind, value, _ := strings.Cut(kind, ":")
	if kind == "410" && m.name == "microsoft.delta" {
		return s.expired(value, s.url)
	}
	p := func() *problem {
		if make, ok := faults[kind]; ok {
			return make()
		}
		number, page := strings.CutPrefix(kind, "html")
		if status, _ := strconv.Atoi(number); status >= 400 && status < 600 {
			return &problem{status: status, code: "UnknownError", message: http.StatusText(status), html: page}
		}
		return nil
	}()
	if p != nil && value != "" {
		p.header = map[string]string{"Retry-After": value}
		if value == "none" {
			p.header = nil
		}
	}
	return p
}
