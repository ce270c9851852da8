package main

import (
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"strings"

	"slotward/internal/simulator/website"
	"slotward/internal/simulator/zoom"
	"slotward/sources"
)

// watched serves a provider, and notes when somebody changes something on its page.
func (w *demoWorld) watched(provider http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		account, played := player(r)
		if !played {
			provider.ServeHTTP(out, r)
			return
		}
		status := &statusWriter{ResponseWriter: out}
		provider.ServeHTTP(status, r)
		if status.code != http.StatusSeeOther {
			return // it was refused, and said so
		}
		select {
		case w.played <- "Somebody plays " + account + ", and changes something":
		default: // a pass is to come that will see it
		}
	})
}

// player is whose page a form was sent from.
func player(r *http.Request) (account string, played bool) {
	for _, pages := range []string{website.People, zoom.People} {
		if rest, found := strings.CutPrefix(r.URL.Path, pages); found && r.Method == http.MethodPost {
			account, _, _ = strings.Cut(rest, "/")
			return account, true
		}
	}
	return "", false
}

// statusWriter remembers how a request was answered.
type statusWriter struct {
	http.ResponseWriter
	code int
}

func (w *statusWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

//go:embed demo_play.html
var playText string

// stage is what the demo's first page shows.
type stage struct {
	Dashboard string
	SignIn    string // whom to sign in as, in words
	People    []staged
}

// staged is one person, with what they have open.
type staged struct {
	Name  string
	Pages []stagedPage
}

type stagedPage struct{ What, Account, Address string }

// stage lists where everything is.
func (d *demo) stage() stage {
	s := stage{Dashboard: strings.TrimRight(d.client.base.String(), "/") + "/"}
	var emails []string
	for _, p := range d.people {
		emails = append(emails, p.email)
		one := staged{Name: p.name}
		for _, c := range p.calendars {
			base := d.world.googleURL
			if c.provider == sources.Microsoft {
				base = d.world.microsoftURL
			}
			one.Pages = append(one.Pages, stagedPage{names[string(c.provider)] + " calendar", c.account, base + website.People + url.PathEscape(c.account)})
		}
		one.Pages = append(one.Pages, stagedPage{"Zoom meetings", p.email, d.world.zoomURL + zoom.People + url.PathEscape(p.email)})
		s.People = append(s.People, one)
	}
	s.SignIn = strings.Join(emails, " or ")
	return s
}

// invitePlayers serves the page from which everything is one click away, and
// says where everything is.
func (d *demo) invitePlayers(ctx context.Context) error {
	page, shown := website.Parse(playText), d.stage()
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+website.StylePath, website.ServeStyle)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		page.Write(w, http.StatusOK, website.Page{Brand: website.Brand{Name: "world", Class: "demo"}, Title: "Slotward’s demo", Content: shown})
	})
	address, err := d.world.serve(ctx, mux)
	if err != nil {
		return err
	}
	d.tell.line("\nPlay: change a calendar on its page, and Slotward follows at once.")
	d.tell.line("  everything  %s/   (these addresses as links)", address)
	d.tell.line("  dashboard   %s   (sign in as %s)", shown.Dashboard, shown.SignIn)
	d.tell.table(func(w *printer) {
		for _, p := range shown.People {
			for _, page := range p.Pages {
				w.printf("  %s\t%s\t%s\n", p.Name, page.What, page.Address)
			}
		}
	})
	return nil
}
