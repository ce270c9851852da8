package contract

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// batched checks what travels inside a batch: every request, and its answer.
func batched(d *document, outer *http.Request, sent, answered []byte) []Violation {
	if outer.Method != http.MethodPost || outer.URL.Path != graphPrefix+"$batch" {
		return nil
	}
	var asked struct {
		Requests []struct {
			ID, Method, URL string
			Headers         map[string]string
			Body            json.RawMessage
		}
	}
	var got struct {
		Responses []struct {
			ID      string
			Status  int
			Headers map[string]string
			Body    json.RawMessage
		}
	}
	if json.Unmarshal(sent, &asked) != nil || json.Unmarshal(answered, &got) != nil {
		return nil // the batch itself is not what it should be, which is said already
	}
	var found []Violation
	for _, one := range asked.Requests {
		body := one.Body
		r, err := http.NewRequestWithContext(outer.Context(), one.Method, strings.TrimSuffix(graphPrefix, "/")+one.URL, bytes.NewReader(body))
		if err != nil {
			continue
		}
		for name, value := range one.Headers {
			r.Header.Set(name, value)
		}
		x, broken := d.checkRequest(r, body)
		found = append(found, broken...)
		for _, a := range got.Responses {
			if a.ID != one.ID {
				continue
			}
			header := http.Header{}
			for name, value := range a.Headers {
				header.Set(name, value)
			}
			found = append(found, x.checkAnswer(a.Status, header, a.Body)...)
		}
	}
	return found
}
