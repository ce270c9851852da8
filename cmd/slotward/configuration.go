package main

import (
	"fmt"
	"strings"

	"slotward/config"
	"slotward/reconciler/plan"
)

// configuration are the flags of commands that read the configuration. Flags
// win over the environment, and that over the file.
type configuration struct {
	ConfigFile string   `name:"config" placeholder:"FILE" help:"YAML file (SLOTWARD_CONFIG; default: ${default_file} if it exists)."`
	Listen     *string  `placeholder:"HOST:PORT" help:"Address of the HTTP server."`
	PublicURL  *string  `name:"public-url" placeholder:"URL" help:"Where browsers reach it."`
	Data       *string  `placeholder:"FOLDER" help:"Folder of everything that is kept."`
	Database   *string  `placeholder:"URL" help:"postgres://… instead of SQLite in the data folder."`
	Set        []string `sep:"none" placeholder:"KEY=VALUE" help:"Set any value, such as google.client_id=… (repeatable)."`
}

// load reads the configuration in all its layers.
func (c *configuration) load(t *terminal) (*config.Loaded, error) {
	flags := map[string]string{}
	for _, pair := range c.Set {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("--set %s: write it as KEY=VALUE", pair)
		}
		flags[key] = value
	}
	for key, value := range map[string]*string{"listen": c.Listen, "public_url": c.PublicURL, "data": c.Data, "database": c.Database} {
		if value != nil {
			flags[key] = *value
		}
	}
	loaded, err := config.Load(config.Options{File: c.ConfigFile, Environ: t.environ, Flags: flags, CheckSetting: plan.ParseSetting})
	if err != nil {
		return nil, fmt.Errorf("the configuration has faults, so nothing was started:\n  %s", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return loaded, nil
}
