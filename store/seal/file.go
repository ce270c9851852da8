package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxFile bounds what is read of a key file; a keyset of a hundred keys is
// smaller.
const maxFile = 64 << 10

// FromFile reads the key file at path. When there is none it makes one, with
// mode 0600, and says so: made is true, and whoever runs this should back the
// file up. A file that its group or others can read is ErrExposed.
func FromFile(path string) (k *Keyset, made bool, err error) {
	k, err = read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return k, false, err
	}
	if k, err = New(); err != nil {
		return nil, false, err
	}
	err = create(path, k)
	if errors.Is(err, fs.ErrExist) {
		k, err = read(path) // another process made it first
		return k, false, err
	}
	if err != nil {
		return nil, false, err
	}
	return k, true, nil
}

// read reads a key file that nobody else can read.
func read(path string) (*Keyset, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrInvalid, path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %04o: run chmod 600 %s", ErrExposed, path, info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	k, err := unmarshal(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: restore it from its backup, or move it away to start with a new key (everybody then has to connect again)", err, path)
	}
	return k, nil
}

// create writes a new key file whole or not at all, and never over another:
// a process that dies half-way leaves no half key.
func create(path string, k *Keyset) error {
	temporary, err := stage(path, k)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary) }()
	err = os.Link(temporary, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = createPlainly(path, k) // some file systems have no hard links
	}
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// createPlainly writes a new key file in place, never over another.
func createPlainly(path string, k *Keyset) error {
	text, err := k.marshal()
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}

// stage writes the key beside path, with mode 0600, and makes it durable.
func stage(path string, k *Keyset) (temporary string, err error) {
	text, err := k.marshal()
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".slotward-key-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("seal: the sealing key cannot be written: make the folder %s and let the user that runs slotward own it (%w)", filepath.Dir(path), err)
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("seal: %w", err)
	}
	return file.Name(), nil
}

// syncFolder makes a new name in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return nil
}
