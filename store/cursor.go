package store

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// encodeCursor turns the place after a page's last row into a text that nobody
// has to understand.
func encodeCursor(place any) (string, error) {
	text, err := json.Marshal(place)
	return base64.RawURLEncoding.EncodeToString(text), err
}

// decodeCursor reads what encodeCursor wrote; ErrNotFound when it did not.
func decodeCursor(cursor string, place any) error {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(text, place)
	}
	if err != nil {
		return fmt.Errorf("store: the cursor is not one of ours: take it from the previous answer (%w)", ErrNotFound)
	}
	return nil
}
