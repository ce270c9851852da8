package zoom

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is a status with what is said; a nil body says nothing.
type answer struct {
	status int
	body   any
}

// fault is the body of an error.
type fault struct {
	Code    int          `json:"code"`
	Message string       `json:"message"`
	Errors  []fieldFault `json:"errors,omitempty"`
}

type fieldFault struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// The messages, in Zoom's own words.
const (
	msgValidation      = "Validation Failed."
	msgInvalidField    = "Invalid field."
	msgNotJSON         = "Request Body should be a valid JSON object."
	msgBadOccurrence   = "Invalid parameter: occurrence_id."
	msgBadPage         = "The next page token is either invalid or expired."
	msgInvalidToken    = "Invalid access token."
	msgTokenInQuery    = "Invalid access token, not supported as query parameter string."
	msgExpiredToken    = "Access token is expired."
	msgScopes          = "Invalid access token, does not contain scopes:[%s]."
	msgNoUser          = "User does not exist: %s."
	msgNoMeeting       = "Meeting does not exist: %s."
	msgNotHost         = "You are not the meeting host."
	msgRunning         = "Sorry, you cannot delete this meeting since it's in progress."
	msgPMI             = "Not allowed to delete PMI."
	msgNotAllowed      = "Your user account is not allowed meeting hosting and scheduling capabilities."
	msgScheduleFor     = "You cannot schedule a meeting for %s"
	msgInstantFor      = "Instant meetings do not support the `schedule_for` parameter, and you can't schedule an instant meeting for another user."
	msgPreSchedule     = "Prescheduling is only available for scheduled meetings (type 2) and recurring meetings with no fixed time (type 3)."
	msgUnrecognised    = "This API endpoint is not recognized."
	msgNotPermitted    = "The authenticated user has not permitted access to the targeted resource."
	msgPerSecond       = "You have reached the maximum per-second rate limit for this API. Try again later."
	msgHostDaily       = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00."
	msgAccountDaily    = "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request."
	msgInternalTrouble = "Internal error."
)

// translations are the messages of an account whose language is not English.
// Those of the two 429s stay as they are.
var translations = map[string]map[string]string{
	"fr": {
		msgValidation:   "Échec de la validation.",
		msgInvalidField: "Champ non valide.",
		msgNotJSON:      "Le corps de la requête doit être un objet JSON valide.",
		msgInvalidToken: "Jeton d’accès non valide.",
		msgExpiredToken: "Le jeton d’accès a expiré.",
		msgScopes:       "Jeton d’accès non valide, portées absentes : [%s].",
		msgNoUser:       "Utilisateur introuvable : %s.",
		msgNoMeeting:    "Réunion introuvable : %s.",
		msgNotHost:      "Vous n’êtes pas l’animateur de la réunion.",
		msgRunning:      "Désolé, cette réunion est en cours et ne peut pas être supprimée.",
		msgNotAllowed:   "Votre compte n’est pas autorisé à animer ni à programmer des réunions.",
	},
}

func (s *Server) words(message string, args ...any) string {
	if local, ok := translations[s.switches.Language][message]; ok {
		message = local
	}
	if len(args) == 0 {
		return message
	}
	return fmt.Sprintf(message, args...)
}

func (s *Server) problem(status, code int, message string, args ...any) *answer {
	return &answer{status, fault{Code: code, Message: s.words(message, args...)}}
}

// invalid names the fields that were refused.
func (s *Server) invalid(fields ...string) *answer {
	body := fault{Code: 300, Message: s.words(msgValidation)}
	for _, field := range fields {
		body.Errors = append(body.Errors, fieldFault{field, s.words(msgInvalidField)})
	}
	return &answer{400, body}
}

func (s *Server) missingScope(scopes ...string) *answer {
	code := 4711
	if s.switches.Scope104 {
		code = 104
	}
	return s.problem(400, code, msgScopes, strings.Join(scopes, ", "))
}

func unrecognised() answer { return answer{404, fault{Code: 2300, Message: msgUnrecognised}} }

// say writes an answer the way the gateway does.
func (s *Server) say(w http.ResponseWriter, a answer) {
	w.Header().Set("x-zm-trackingid", s.number("v=2.0;clid=us02;rid=WEB_"))
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(a.status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // links carry & and must stay greppable
	_ = encoder.Encode(a.body)   // a map or struct of our own: always encodable
}

// number returns prefix followed by a number that is used once.
func (s *Server) number(prefix string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return prefix + strconv.FormatInt(int64(s.serial), 16)
}

// refusal answers the faults that need Zoom's words. scope and meeting are those
// of the operation that the fault strikes.
func (s *Server) refusal(scope, meeting string) func(http.ResponseWriter, string) bool {
	return func(w http.ResponseWriter, kind string) bool {
		s.mu.Lock()
		a, known := s.strike(w.Header(), kind, scope, meeting)
		s.mu.Unlock()
		switch {
		case !known:
			return false
		case a != nil:
			s.say(w, *a)
		default:
			sayXML(w, kind)
		}
		return true
	}
}

// strike is the answer of one kind of fault; nil with true stands for the XML
// that Zoom's edge sends when something behind it is broken.
func (s *Server) strike(header http.Header, kind, scope, meeting string) (*answer, bool) {
	switch kind {
	case "429":
		paceHeaders(header, light, "QPS", 30, 0)
		return s.problem(429, 429, msgPerSecond), true
	case "daily":
		return s.hostDaily(header, s.clock.Now()), true
	case "account-daily":
		return s.accountDaily(header, light, s.clock.Now()), true
	case "401":
		return s.problem(401, 124, msgInvalidToken), true
	case "expired":
		return s.problem(401, 124, msgExpiredToken), true
	case "scope":
		return s.missingScope(scope, scope+":admin"), true
	case "400":
		return s.invalid("topic"), true
	case "403":
		return s.problem(403, 403, msgNotPermitted), true
	case "404": // without the code that means that a meeting is gone
		a := unrecognised()
		return &a, true
	case "gone":
		return s.problem(404, 3001, msgNoMeeting, meeting), true
	case "3161":
		return s.problem(400, 3161, msgNotAllowed), true
	case "xml":
		return nil, true
	}
	status, err := strconv.Atoi(kind)
	return nil, err == nil && status >= 500
}

// sayXML answers as Zoom's edge does when something behind it is broken. The
// kind is a status, or "xml" for a 400.
func sayXML(w http.ResponseWriter, kind string) {
	status, err := strconv.Atoi(kind)
	if err != nil {
		status = http.StatusBadRequest
	}
	w.Header().Set("Content-Type", "application/xml;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<result><code>%d</code><errorMessage>%s</errorMessage></result>", status, msgInternalTrouble)
}

// afterwards is the status of a fault like "503-after", which strikes when the
// operation is done: the change stands, the answer is an error.
func afterwards(kind string) (status string, ok bool) { return strings.CutSuffix(kind, "-after") }
