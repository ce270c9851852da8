package seal

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// FromEnv reads a keyset from the value of an environment variable: the text of
// a key file in base64, as Env and `base64 -w0 FILE` print it.
func FromEnv(value string) (*Keyset, error) {
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
	if err != nil {
		return nil, fmt.Errorf("%w: the value is not base64: set it to the output of `base64 -w0` of a key file", ErrInvalid)
	}
	k, err := unmarshal(text)
	if err != nil {
		return nil, fmt.Errorf("%w: the value decodes to something else: set it to the output of `base64 -w0` of a key file", err)
	}
	return k, nil
}

// Env returns the keyset as FromEnv reads it. It is the key in the clear.
func (k *Keyset) Env() (string, error) {
	text, err := k.marshal()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(text), nil
}
