package sources

// Profile is who signed in at a provider, as its ID token says.
type Profile struct {
	// Account is the provider's immutable id, the one that a connection of the
	// same account is bound to.
	Account string
	Name    string // "" when it is not told
	// Email is the account's address in lower case, if the provider vouches for
	// its being the account's; "" otherwise.
	Email string
	// Domain is that of the organisation that manages the account, in lower case;
	// "" for a personal account, and when it is not known for sure.
	Domain string
}
