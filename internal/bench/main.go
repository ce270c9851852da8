// Command bench measures what Slotward promises about its speed and size, on
// Google's calendars and on Microsoft's, and prints one table: what was measured,
// what is promised, and whether it holds.
//
//	go run ./internal/bench [figure…]
//
// Package figures measures; here stands only what reaches the providers, so that
// no test has to link Microsoft's SDK.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"slotward/internal/bench/figures"
	"slotward/sources"
	"slotward/sources/microsoft"
)

// outlook reaches Microsoft's calendars.
var outlook = figures.Provider{
	Name: sources.Microsoft,
	OAuth: func(a figures.App) figures.OAuth {
		return &microsoft.OAuth{ClientID: a.ID, ClientSecret: a.Secret, LoginURL: a.URL, GraphURL: a.URL, Now: a.Now}
	},
	Source: func(hc *http.Client, a figures.App) (sources.Source, error) { return microsoft.New(hc, a.URL, a.Now) },
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failures, err := figures.Run(ctx, os.Stdout, os.Stderr, os.Args[1:], figures.Google, outlook)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if failures > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d figures are not as promised\n", failures)
		os.Exit(1)
	}
}
