package dashboard

import "net/url"

// flashes are what a form's redirect can say was done, by the value of its
// parameter "done". A page says nothing that is not in this table.
var flashes = map[string]string{
	"saved": "Saved. The next pass goes by it.",
}

// flashOf is what was just done, in words; "" for nothing.
func flashOf(query url.Values) string { return flashes[query.Get("done")] }

// done returns an address that says what was done.
func done(path, what string) answer { return goTo(path + "?" + url.Values{"done": {what}}.Encode()) }
