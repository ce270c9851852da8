// Package seal makes and keeps the key that seals tokens, mirror and
// joining details at rest: a Tink AEAD keyset (AES-256-GCM), from a file or
// from the environment.
//
//	keyset.go   Keyset: Seal, Open, InstallationID, Rotate
//	file.go     FromFile: a key file that only its owner can read
//	env.go      FromEnv: the same text, in base64
//
// Losing the key means that everybody has to connect again; nothing else is
// lost. Back it up apart from the store.
package seal
