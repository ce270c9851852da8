package server

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// Paging is the input of a list that is answered page by page.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many to answer at most." example:"50"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"The next of the page before, as it is; left out: the first page." example:"eyJBZnRlciI6MTAwfQ"`
}

// personCursor is the place after a page's last person.
type personCursor struct {
	Name  string `json:",omitempty"` // in lower case, when the list is by name
	After int64
}

func (c personCursor) String() string {
	text, _ := json.Marshal(c) // a text and a number always encode
	return base64.RawURLEncoding.EncodeToString(text)
}

// readPersonCursor reads what String wrote.
func readPersonCursor(text string) (c personCursor, err error) {
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(content, &c)
	}
	if err != nil {
		return c, wrongCursor(text)
	}
	return c, nil
}

// wrongCursor refuses a cursor that is not one of ours.
func wrongCursor(text string) *huma.ErrorModel {
	return unprocessable("query.cursor", printable(text), "this cursor is not one of ours: take it from the page before, as it is")
}

// notOurCursor says so, if that is what is wrong with a reading of the store.
func notOurCursor(text string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return wrongCursor(text)
	}
	return err
}

// tagged is an answer that can be changed, with the tag of its present state.
type tagged[T any] struct {
	ETag string `header:"ETag" doc:"Names what can be changed as it is now; send it as If-Match with a change." example:"\"9f86d081884c7d65\""`
	Body T
}

// IfMatch is the input of a change that holds only for what its sender has seen.
type IfMatch struct {
	Tag string `header:"If-Match" maxLength:"1000" doc:"The ETag of what was read. When it has changed since, nothing is changed and the answer is 412; left out: changed whatever it is now." example:"\"9f86d081884c7d65\""`
}

// changed is the refusal of a change whose sender has not seen what there is now.
func changed() *huma.ErrorModel {
	return problem(http.StatusPreconditionFailed, "changed",
		"somebody else changed this after you had read it, so nothing was changed: read it again, and send your change with the ETag that it has then")
}
