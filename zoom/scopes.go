package zoom

import "slices"

// neededScopes are the permissions that the client cannot work without, each
// with what grants it as well: an older app has classic scopes, which cover
// several granular ones, and an administrator's app has ":admin" ones.
var neededScopes = []struct {
	scope string
	also  string // classic
}{
	{"meeting:write:meeting", "meeting:write"},
	{"meeting:read:meeting", "meeting:read"},
	{"meeting:update:meeting", "meeting:write"},
	{"meeting:delete:meeting", "meeting:write"}, // granular scopes split delete from write
	{"meeting:read:list_meetings", "meeting:read"},
	{"user:read:user", "user:read"},
}

// MissingScopes returns which of the permissions that are needed were not
// granted, by their granular names; nil when all were.
func (o *OAuth) MissingScopes(granted []string) []string {
	var missing []string
	for _, need := range neededScopes {
		if !slices.ContainsFunc(granted, func(have string) bool {
			return have == need.scope || have == need.scope+":admin" || have == need.also || have == need.also+":admin"
		}) {
			missing = append(missing, need.scope)
		}
	}
	return missing
}
