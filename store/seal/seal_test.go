package seal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestSealOpensOnlyAtItsPlace(t *testing.T) {
	k := newKeyset(t)
	sealed, err := k.Seal([]byte("refresh-token"), []byte("connections/1/refresh"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("refresh-token")) {
		t.Fatal("sealed bytes hold the plain text")
	}
	plain, err := k.Open(sealed, []byte("connections/1/refresh"))
	if err != nil || string(plain) != "refresh-token" {
		t.Fatalf("open: %q, %v", plain, err)
	}
	if _, err := k.Open(sealed, []byte("connections/2/refresh")); !errors.Is(err, ErrOpen) {
		t.Fatalf("opened in another row: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := k.Open(sealed, []byte("connections/1/refresh")); !errors.Is(err, ErrOpen) {
		t.Fatalf("opened though altered: %v", err)
	}
}

func TestRotateOpensOldAndKeepsInstallation(t *testing.T) {
	old := newKeyset(t)
	before, _ := old.Seal([]byte("x"), nil)
	k, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Open(before, nil); err != nil || string(plain) != "x" {
		t.Fatalf("the rotated keyset does not open what was sealed before: %v", err)
	}
	after, _ := k.Seal([]byte("y"), nil)
	if _, err := old.Open(after, nil); !errors.Is(err, ErrOpen) {
		t.Fatalf("the new key is not the primary: %v", err)
	}
	if old.InstallationID() != k.InstallationID() || len(k.InstallationID()) != 10 {
		t.Fatalf("installation id %q became %q", old.InstallationID(), k.InstallationID())
	}
	if other := newKeyset(t); other.InstallationID() == k.InstallationID() {
		t.Fatal("two keys give one installation id")
	}
}

func TestFromFileMakesOnceAndReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slotward.key")
	first, made, err := FromFile(path)
	if err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", info.Mode())
	}
	second, made, err := FromFile(path)
	if err != nil || made || second.InstallationID() != first.InstallationID() {
		t.Fatalf("read again: made %v, %v", made, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".slotward-key-*")); len(left) != 0 {
		t.Fatalf("left behind: %v", left)
	}
}

func TestFromFileTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slotward.key")
	ids := make([]string, 16)
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() {
			if k, _, err := FromFile(path); err == nil {
				ids[i] = k.InstallationID()
			}
		})
	}
	wait.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("processes that start together have keys %v", ids)
		}
	}
}

func TestFromFileRefuses(t *testing.T) {
	tests := []struct {
		name  string
		write func(path string) error
		class error
		cure  string
	}{
		{"group readable", func(p string) error { return writeKey(p, 0o640) }, ErrExposed, "chmod 600"},
		{"world readable", func(p string) error { return writeKey(p, 0o604) }, ErrExposed, "chmod 600"},
		{"empty", func(p string) error { return os.WriteFile(p, nil, 0o600) }, ErrInvalid, "backup"},
		{"garbage", func(p string) error { return os.WriteFile(p, []byte("hunter2"), 0o600) }, ErrInvalid, "backup"},
		{"a folder", func(p string) error { return os.Mkdir(p, 0o700) }, ErrInvalid, "not a file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "slotward.key")
			if err := test.write(path); err != nil {
				t.Fatal(err)
			}
			_, made, err := FromFile(path)
			if made || !errors.Is(err, test.class) || !strings.Contains(err.Error(), test.cure) {
				t.Fatalf("made %v, error %v", made, err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Fatal("the error quotes the key file")
			}
		})
	}
	_, _, err := FromFile(filepath.Join(t.TempDir(), "absent", "slotward.key"))
	if err == nil || !strings.Contains(err.Error(), "make the folder") {
		t.Fatalf("missing folder: %v", err)
	}
}

func TestEnvRoundTrip(t *testing.T) {
	k := newKeyset(t)
	value, err := k.Env()
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromEnv(value[:20] + "\n" + value[20:] + "\n")
	if err != nil || again.InstallationID() != k.InstallationID() {
		t.Fatalf("round trip: %v", err)
	}
	for _, bad := range []string{"", "%%%", "aGVsbG8="} {
		if _, err := FromEnv(bad); !errors.Is(err, ErrInvalid) {
			t.Fatalf("%q: %v", bad, err)
		}
	}
}

func TestKeysetPrintsNoKey(t *testing.T) {
	k := newKeyset(t)
	material := k.handle.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, k); !strings.HasPrefix(text, "sealing key of installation ") || strings.Contains(text, material) {
			t.Fatalf("%s prints %q", verb, text)
		}
	}
}

func newKeyset(t *testing.T) *Keyset {
	t.Helper()
	k, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func writeKey(path string, mode os.FileMode) error {
	k, err := New()
	if err != nil {
		return err
	}
	text, err := k.marshal()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
