package main

import (
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
	t.out.table(func(w *printer) {
		w.print("KEY\tVALUE\tFROM\n")
		for _, v := range result.Values {
			w.printf("%s\t%s\t%s\n", v.Key, firstOf(v.Value, "–"), v.Origin)
		}
	})
	t.out.print("\n")
	printMissing(t.out, &loaded.Config)
	return nil
}

// printMissing says what to do before people can connect, and the addresses
// to register, to the letter.
func printMissing(w *printer, c *config.Config) {
	if missing := c.MissingToConnect(); len(missing) > 0 {
		w.print("Missing before people can connect:\n")
		for _, m := range missing {
			w.printf("  - %s\n", m.Cure)
		}
	} else {
		w.print("Nothing is missing: people can connect.\n")
	}
	w.print("Register these redirect URIs, exactly so:\n")
	for _, r := range c.Redirects() {
		w.printf("  %-7s %s\n          at %s\n", r.Provider, r.URI, r.Where)
	}
	if c.PublicURL == "" {
		w.print("public_url is not set, so these addresses work in a browser on this machine only.\n")
	}
}
