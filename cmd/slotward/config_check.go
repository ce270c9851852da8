package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"slotward/config"
)

// configCommand groups what looks at the configuration.
type configCommand struct {
	Check configCheckCommand `cmd:"" help:"Print every value with its origin, and what is missing to connect."`
}

// configCheckCommand prints the configuration.
type configCheckCommand struct {
	configuration
	JSON bool `help:"Print JSON."`
}

// checked is the outcome of a check.
type checked struct {
	File      string            `json:"file,omitempty"`
	Values    []config.Value    `json:"values"`
	Missing   []config.Missing  `json:"missing"`
	Redirects []config.Redirect `json:"redirects"`
}

// Run prints every value, secrets masked. Faults fail the command; what is
// merely missing to connect does not, because the daemon runs without it.
func (c *configCheckCommand) Run(t *terminal) error {
	loaded, err := c.load(t)
	if err != nil {
		return err
	}
	result := checked{loaded.File, loaded.Values(), loaded.MissingToConnect(), loaded.Redirects()}
	if c.JSON {
		return writeJSON(t.out, result)
	}
	w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "KEY\tVALUE\tFROM")
	for _, v := range result.Values {
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.Key, firstOf(v.Value, "–"), v.Origin)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.out)
	printMissing(t.out, &loaded.Config)
	return nil
}

// printMissing says what to do before people can connect, and the addresses
// to register, to the letter.
func printMissing(w io.Writer, c *config.Config) {
	if missing := c.MissingToConnect(); len(missing) > 0 {
		fmt.Fprintln(w, "Missing before people can connect:")
		for _, m := range missing {
			fmt.Fprintf(w, "  - %s\n", m.Cure)
		}
	} else {
		fmt.Fprintln(w, "Nothing is missing: people can connect.")
	}
	fmt.Fprintln(w, "Register these redirect URIs, exactly so:")
	for _, r := range c.Redirects() {
		fmt.Fprintf(w, "  %-7s %s\n          at %s\n", r.Provider, r.URI, r.Where)
	}
	if c.PublicURL == "" {
		fmt.Fprintf(w, "public_url is not set, so these addresses work in a browser on this machine only.\n")
	}
}
