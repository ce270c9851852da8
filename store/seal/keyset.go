package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Classes of failure.
var (
	// ErrInvalid says that a key is not a keyset of this package.
	ErrInvalid = errors.New("not a sealing key of Slotward")
	// ErrExposed says that others than its owner can read or write the key file.
	ErrExposed = errors.New("the sealing key can be read by others")
	// ErrOpen says that a sealed value was not sealed with any key of the
	// keyset, or for another place, or was altered.
	ErrOpen = errors.New("cannot be opened with this sealing key")
)

// Keyset seals with its primary key and opens with all of its keys. It is safe
// for concurrent use. Printing it shows no key.
type Keyset struct {
	handle       *keyset.Handle
	aead         tink.AEAD
	installation string
}

// New makes a keyset with one new key.
func New() (*Keyset, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("seal: making a key: %w", err)
	}
	return fromHandle(handle)
}

// fromHandle prepares a Tink keyset for use.
func fromHandle(handle *keyset.Handle) (*Keyset, error) {
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, ErrInvalid
	}
	return &Keyset{handle: handle, aead: primitive, installation: installationID(handle)}, nil
}

// Seal encrypts plain for the place that associated names. The result is 33
// bytes longer than plain.
func (k *Keyset) Seal(plain, associated []byte) ([]byte, error) {
	return k.aead.Encrypt(plain, associated)
}

// Open decrypts what Seal made for the same place, with any key of the keyset;
// everything else is ErrOpen.
func (k *Keyset) Open(sealed, associated []byte) ([]byte, error) {
	plain, err := k.aead.Decrypt(sealed, associated)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// InstallationID returns a short name that is derived from the keyset's first
// key. It survives rotation and the loss of the store, and tells nothing of the key.
func (k *Keyset) InstallationID() string { return k.installation }

// String keeps keys out of logs.
func (k *Keyset) String() string { return "sealing key of installation " + k.installation }

// GoString keeps keys out of logs.
func (k *Keyset) GoString() string { return k.String() }

// Rotate returns a keyset with a new primary key, with which everything is
// sealed from now on; what was sealed before still opens. Give it to every
// process that works on the store before any of them uses it.
func (k *Keyset) Rotate() (*Keyset, error) {
	manager := keyset.NewManagerFromHandle(k.handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("seal: adding a key: %w", err)
	}
	if err := manager.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("seal: choosing the new key: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return fromHandle(handle)
}

// marshal returns the keyset as JSON, keys in the clear.
func (k *Keyset) marshal() ([]byte, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&text)); err != nil {
		return nil, fmt.Errorf("seal: writing the key: %w", err)
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}

// unmarshal reads a keyset from JSON. Its error never quotes the text.
func unmarshal(text []byte) (*Keyset, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, ErrInvalid
	}
	return fromHandle(handle)
}

// installationID derives 10 characters (50 bits) from the first key. Rotation
// appends keys, so the first one stays.
func installationID(handle *keyset.Handle) string {
	material := insecurecleartextkeyset.KeysetMaterial(handle)
	mac := hmac.New(sha256.New, material.GetKey()[0].GetKeyData().GetValue())
	mac.Write([]byte("slotward installation"))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)))[:10]
}
