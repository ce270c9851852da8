package store

import (
	"encoding/json"
	"fmt"
	"time"
)

// micros is an instant as it is stored: microseconds since 1970 UTC, exact for
// what every provider tells (milliseconds at best); 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant is the inverse of micros.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// asJSON encodes a small list or map for a JSON column. Maps come out sorted,
// so equal values are equal texts.
func asJSON(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// settingsJSON encodes settings; nil and empty are the same.
func settingsJSON(m map[string]string) (string, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	return asJSON(m)
}

// fromJSON decodes a JSON column into into, naming the column when it cannot.
func fromJSON(text, column string, into any) error {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%w: %s is not JSON: %w", ErrCorrupt, column, err)
	}
	return nil
}
