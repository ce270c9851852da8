package dashboard

import (
	"net/http"
	"time"

	"slotward/internal/server"
)

// choiceOptions are the providers that somebody can choose for one event, on a
// calendar whose own link is called native.
func choiceOptions(native string) []option {
	return []option{
		{Value: "", Text: "As the settings say"}, {Value: "zoom", Text: "Zoom"}, {Value: "native", Text: native},
		{Value: "static", Text: "The fixed link"}, {Value: "none", Text: "No link"},
	}
}

// chosenEvent is an event with what was asked for it alone.
type chosenEvent struct {
	server.Event
	Choice  *asked `json:"choice"`
	Renewal *asked `json:"renewal"`
}

// asked is what somebody asked for one event.
type asked struct {
	Provider string    `json:"provider"` // of a choice
	At       time.Time `json:"at"`
	By       string    `json:"by"`
}

// eventChoice is the body of a choice for one event; nil takes it back.
type eventChoice struct {
	Provider *string `json:"provider"`
}

// choiceOf is the choice in a form; an empty one takes it back.
func (r *request) choice() (choice eventChoice) {
	if value := r.FormValue("provider"); value != "" {
		choice.Provider = &value
	}
	return choice
}

// previewed is what a choice for one event, or a new link, would lead to.
type previewed struct {
	Name, Path  string // what it is, and where it is done
	Provider    string
	Renew       bool
	Stays, Goes []string
	Waiting     int
	Refused     string // why it cannot be done, and what cures that
	Told        foreseen
}

// addPreview adds what another provider, or a new link, would lead to, if that is
// what is asked. The API changes nothing when it is asked for that.
func (r *request) addPreview(p *meetingPage) (status int, err error) {
	query := r.URL.Query()
	var body any
	switch {
	case query.Has("renew"):
		p.Preview = &previewed{Name: "A new link", Path: p.Here + "/renew", Renew: true}
		body = map[string]bool{"renew": true}
	case query.Has("provider"):
		value := query.Get("provider")
		p.Options = chosen(p.Options, value)
		p.Preview = &previewed{Name: nameOf(p.Options), Path: p.Here + "/provider", Provider: value}
		body = r.choice()
	default:
		return http.StatusOK, nil
	}
	ahead, err := r.foresee(r.eventPath()+"/preview", body)
	if err != nil {
		return 0, err
	}
	if no := ahead.refused; no != nil {
		if no.Status != http.StatusConflict {
			return 0, no
		}
		p.Preview.Refused = sentence(no.Detail)
		return no.Status, nil
	}
	p.Preview.Told = ahead.foreseen
	p.Preview.Stays, p.Preview.Goes, p.Preview.Waiting = sentences(ahead.Stays), sentences(ahead.Goes), ahead.Waiting
	return http.StatusOK, nil
}

// nameOf is the text of the option that is chosen.
func nameOf(options []option) string {
	for _, o := range options {
		if o.Chosen {
			return o.Text
		}
	}
	return ""
}

func sentences(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = sentence(text)
	}
	return out
}

// chooseProvider chooses a provider for one event.
func (d *dashboard) chooseProvider(r *request) (answer, error) {
	e, _, _, err := r.event() // of this person, whatever the API would allow
	if err != nil {
		return answer{}, err
	}
	if err := r.api.send(http.MethodPatch, r.eventPath(), r.choice(), nil); err != nil {
		return answer{}, err
	}
	return done(r.meetingPath(e.ID), "chosen"), nil
}

// renewLink asks for another link in the place of the event's own.
func (d *dashboard) renewLink(r *request) (answer, error) {
	e, _, _, err := r.event()
	if err != nil {
		return answer{}, err
	}
	if err := r.api.send(http.MethodPost, r.eventPath()+"/renew", nil, nil); err != nil {
		return answer{}, err
	}
	return done(r.meetingPath(e.ID), "renewed"), nil
}
