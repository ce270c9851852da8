package store

import (
	"errors"
	"fmt"
)

// Classes of failure. The store wraps them with what a person needs to act.
var (
	ErrNotFound  = errors.New("not found")
	ErrLeaseLost = errors.New("the lease was lost")                         // somebody else works on this person now
	ErrNoneDue   = errors.New("nobody is due")                              // Claim found nothing to do
	ErrSealed    = errors.New("sealed with another key")                    // the sealing key is not the one that sealed this
	ErrNewer     = errors.New("the store was made by a newer version")      // upgrade the binary
	ErrCorrupt   = errors.New("the store is damaged")                       // restore a backup, or start over and adopt
	ErrForeign   = errors.New("not a store of Slotward")                    // the file or database is something else's
	ErrUnusable  = errors.New("the store cannot be opened or written here") // folder, permissions, disk, server
	ErrLastAdmin = errors.New("make somebody else an admin first")          // nobody else is one
)

// TakenError says that something which only one person can have is somebody
// else's. Its text names the cure.
type TakenError struct {
	What string // "the Zoom account ada@acme.test"
	By   string // e-mail address of the person who has it
	Cure string // what to do; "" for none
}

func (e *TakenError) Error() string {
	text := fmt.Sprintf("%s is kept by %s", e.What, e.By)
	if e.Cure != "" {
		text += ": " + e.Cure
	}
	return text
}

// ExistsError says that something by this name is there already.
type ExistsError struct {
	What string // "a person with the e-mail address ada@acme.test"
	Cure string // what to do; "" for none
}

func (e *ExistsError) Error() string {
	if e.Cure != "" {
		return e.What + " exists already: " + e.Cure
	}
	return e.What + " exists already"
}
