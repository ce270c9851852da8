package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"slotward/config"
)

// cli is the command line.
type cli struct {
	Serve      serveCommand      `cmd:"" help:"Run the daemon."`
	Demo       demoCommand       `cmd:"" help:"Run the daemon against simulated providers; nothing to set up."`
	Plan       planCommand       `cmd:"" help:"Show what a pass would do now, and do nothing."`
	Adopt      adoptCommand      `cmd:"" help:"Take up what was made before, after a lost or old store."`
	Resync     resyncCommand     `cmd:"" help:"Make a pass now and watch it."`
	Status     statusCommand     `cmd:"" help:"Show what the daemon is doing."`
	Why        whyCommand        `cmd:"" help:"Explain why an event has the link it has."`
	Token      tokenCommand      `cmd:"" help:"Make, list and delete API tokens."`
	Config     configCommand     `cmd:"" help:"Look at the configuration."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Completion completionCommand `cmd:"" help:"Print the completion script for a shell."`
}

// terminal is what a command may touch of the outside.
type terminal struct {
	out     *printer  // what a command prints as its result
	err     io.Writer // what it says besides
	environ []string
}

// env returns a variable of the environment; "" when it is not set.
func (t *terminal) env(name string) string {
	for i := len(t.environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(t.environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// say prints a line for people, beside what the command prints as its result.
func (t *terminal) say(format string, values ...any) {
	_, _ = fmt.Fprintf(t.err, format+"\n", values...) // nowhere is left to tell of a failure
}

// exitCode ends the process with this code and no further words.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

const description = `Keeps one right meeting link on every calendar event.

Start with "slotward demo", which needs nothing. "slotward serve" runs the daemon and says what it lacks;
the commands that ask a running daemon take --url and --token, or SLOTWARD_URL and SLOTWARD_TOKEN.`

// run is the program: arguments without its name, streams, and the environment
// as os.Environ gives it. Cancelling ctx ends what is running in good order.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, environ []string) (err error) {
	// Kong ends the process after --help; here that ends only this call.
	defer func() {
		switch ended := recover().(type) {
		case nil:
		case exitCode:
			if ended != 0 {
				err = ended
			}
		default:
			panic(ended)
		}
	}()
	t := &terminal{out: &printer{w: stdout}, err: stderr, environ: environ}
	var commands cli
	parser, err := kong.New(&commands,
		kong.Name("slotward"), kong.Description(description), kong.UsageOnError(),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { panic(exitCode(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Vars{"default_file": config.DefaultFile, "default_url": defaultURL},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; `slotward --help` lists what there is", err)
	}
	if err := chosen.Run(parser.Model); err != nil {
		return err
	}
	return t.out.err
}
