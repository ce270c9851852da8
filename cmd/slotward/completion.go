package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCommand prints a script that teaches a shell our commands.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help says how to use the script.
func (c *completionCommand) Help() string {
	return `bash: source <(slotward completion bash)
zsh:  slotward completion zsh > "${fpath[1]}/_slotward"
fish: slotward completion fish > ~/.config/fish/completions/slotward.fish`
}

// Run prints the script for the commands as they are now.
func (c *completionCommand) Run(t *terminal, model *kong.Application) error {
	words := map[string]func(*printer, []completion){"bash": bashScript, "zsh": zshScript, "fish": fishScript}
	words[c.Shell](t.out, completions(model.Node, ""))
	return nil
}

// completion is what may come after one command.
type completion struct {
	path  string // "config check"; "" for the program itself
	words []word
}

// word is a command, flag or value, with its explanation.
type word struct{ text, help string }

// completions walks the commands.
func completions(node *kong.Node, path string) []completion {
	here := completion{path: path}
	var below []completion
	for _, child := range node.Children {
		if child.Hidden {
			continue
		}
		here.words = append(here.words, word{child.Name, child.Help})
		below = append(below, completions(child, strings.TrimSpace(path+" "+child.Name))...)
	}
	for _, argument := range node.Positional {
		for _, value := range argument.EnumSlice() {
			here.words = append(here.words, word{value, argument.Help})
		}
	}
	for _, flag := range node.Flags {
		if !flag.Hidden {
			here.words = append(here.words, word{"--" + flag.Name, flag.Help})
		}
	}
	return append([]completion{here}, below...)
}

// names are the words of a completion, parted by blanks.
func (c completion) names() string {
	var out []string
	for _, w := range c.words {
		out = append(out, w.text)
	}
	return strings.Join(out, " ")
}

// walk is the part that bash and zsh share: which command the words typed so
// far have reached, in $reached.
const walk = `  local reached="" word
  for word in "${typed[@]}"; do
    case "$reached $word" in
%s    esac
  done
`

// walkCases are the steps from a command to the one below.
func walkCases(all []completion) string {
	var b strings.Builder
	for _, c := range all {
		if c.path == "" {
			continue
		}
		above, name := "", c.path
		if i := strings.LastIndex(c.path, " "); i >= 0 {
			above, name = c.path[:i], c.path[i+1:]
		}
		fmt.Fprintf(&b, "      %q) reached=%q ;;\n", above+" "+name, c.path)
	}
	return b.String()
}

func bashScript(w *printer, all []completion) {
	w.printf("_slotward() {\n  local typed=(\"${COMP_WORDS[@]:1:COMP_CWORD-1}\") words=\"\"\n"+walk, walkCases(all))
	w.print("  case \"$reached\" in\n")
	for _, c := range all {
		w.printf("    %q) words=%q ;;\n", c.path, c.names())
	}
	w.print("  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n  [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null\n}\ncomplete -F _slotward slotward\n")
}

func zshScript(w *printer, all []completion) {
	w.printf("#compdef slotward\n_slotward() {\n  local -a typed=(\"${words[@]:1:$((CURRENT-2))}\") offered=()\n"+walk, walkCases(all))
	w.print("  case \"$reached\" in\n")
	for _, c := range all {
		w.printf("    %q) offered=(", c.path)
		for _, word := range c.words {
			w.printf(" '%s:%s'", word.text, plain(strings.ReplaceAll(word.help, ":", " -")))
		}
		w.print(" ) ;;\n")
	}
	w.print("  esac\n  _describe slotward offered || _files\n}\nif [ \"$funcstack[1]\" = \"_slotward\" ]; then _slotward \"$@\"; else compdef _slotward slotward; fi\n")
}

func fishScript(w *printer, all []completion) {
	w.print("function __slotward_at\n  set -l typed (commandline -opc | string match -v -- '-*')\n  test \"$typed[2..-1]\" = \"$argv\"\nend\n")
	for _, c := range all {
		for _, word := range c.words {
			w.printf("complete -c slotward -n '__slotward_at %s' ", c.path)
			if name, flag := strings.CutPrefix(word.text, "--"); flag {
				w.printf("-l %s", name)
			} else {
				w.printf("-f -a %s", word.text)
			}
			w.printf(" -d '%s'\n", plain(word.help))
		}
	}
}

// plain takes out of an explanation what a quoted word of a shell cannot hold.
func plain(text string) string {
	return strings.NewReplacer("'", "’", "\\", "", "\n", " ").Replace(text)
}
