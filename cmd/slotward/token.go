package main

import (
	"context"
	"errors"
	"fmt"

	"slotward/store"
)

// tokenCommand groups what is done to API tokens. It works on the store
// itself, because without a token nobody can ask the daemon for one.
type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Make a token and print it, once."`
	List   tokenListCommand   `cmd:"" help:"List the tokens' names."`
	Delete tokenDeleteCommand `cmd:"" help:"Delete a token; it stops working at once."`
}

// withStore opens the configured store for one task.
func (c *configuration) withStore(ctx context.Context, t *terminal, do func(*store.Store) error) error {
	loaded, err := c.load(t)
	if err != nil {
		return err
	}
	opened, _, err := openStore(ctx, &loaded.Config, clock(loaded.Debug), false)
	if err != nil {
		return err
	}
	return errors.Join(do(opened), opened.Close())
}

type tokenCreateCommand struct {
	configuration
	Name string `arg:"" help:"What the token is for."`
	JSON bool   `help:"Print JSON."`
}

// Run makes a token. Only its hash is kept, so this is the one time that it can be seen.
func (c *tokenCreateCommand) Run(ctx context.Context, t *terminal) error {
	return c.withStore(ctx, t, func(s *store.Store) error {
		secret, err := s.CreateAPIToken(ctx, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(t.out, map[string]string{"name": c.Name, "token": secret})
		}
		t.say("Keep this token; it is shown only now. Use it as SLOTWARD_TOKEN or --token:")
		t.out.print(secret + "\n")
		return nil
	})
}

type tokenListCommand struct {
	configuration
	JSON bool `help:"Print JSON."`
}

// Run prints the tokens' names.
func (c *tokenListCommand) Run(ctx context.Context, t *terminal) error {
	return c.withStore(ctx, t, func(s *store.Store) error {
		tokens, err := s.APITokens(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(t.out, namesOf(tokens))
		}
		if len(tokens) == 0 {
			t.say("no tokens yet: `slotward token create NAME` makes one")
			return nil
		}
		t.out.table(func(w *printer) {
			w.print("NAME\tMADE\n")
			for _, token := range tokens {
				w.printf("%s\t%s\n", token.Name, moment(token.CreatedAt))
			}
		})
		return nil
	})
}

// tokenName is a token as it is listed: its secret is nowhere.
type tokenName struct {
	Name      string `json:"name"`
	CreatedAt string `json:"created_at"`
}

func namesOf(tokens []store.APIToken) []tokenName {
	out := make([]tokenName, len(tokens))
	for i, token := range tokens {
		out[i] = tokenName{token.Name, token.CreatedAt.UTC().Format("2006-01-02T15:04:05Z07:00")}
	}
	return out
}

type tokenDeleteCommand struct {
	configuration
	Name string `arg:"" help:"The token's name."`
}

// Run deletes a token.
func (c *tokenDeleteCommand) Run(ctx context.Context, t *terminal) error {
	return c.withStore(ctx, t, func(s *store.Store) error {
		err := s.DeleteAPIToken(ctx, c.Name)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no token named %q: `slotward token list` shows those there are", c.Name)
		}
		return err
	})
}
