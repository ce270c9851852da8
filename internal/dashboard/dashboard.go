package dashboard

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"time"

	"slotward/internal/server"
	"slotward/internal/server/frame"
)

//go:embed pages
var pageFiles embed.FS

// Options is what the pages need. API and Frame are required.
type Options struct {
	// API is the daemon's own API; requests to it carry an identity in their context.
	API   http.Handler
	Frame *frame.Frame
	// Joining returns the links of a person's own events as whoever joins needs
	// them, with the passcode, by the event's id; what is not the person's is not
	// among them. nil: pages show no link to join.
	Joining func(ctx context.Context, person int64, events ...string) (map[string]string, error)
	// Stopping is closed when the server stops: streams end then. nil: they end
	// with their request.
	Stopping <-chan struct{}
	// Go starts work that goes on beside requests and ends soon after Stopping is
	// closed; whoever gives it waits for that. nil: nobody does.
	Go  func(func())
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // nil: nothing is logged
}

// dashboard is what handlers share; it is not changed after New.
type dashboard struct {
	Options
	mux       *http.ServeMux
	streams   server.Streams
	templates map[string]*frame.Template // by the name of the file in pages/
	foresight *foresight
}

// New returns the handler of every page. Requests carry the identity of whoever
// is signed in (server.WithIdentity); nobody else gets here.
func New(o Options) http.Handler { return newDashboard(o).mux }

func newDashboard(o Options) *dashboard {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &dashboard{Options: o, mux: http.NewServeMux(), templates: map[string]*frame.Template{}, foresight: newForesight(&o)}
	d.routes()
	return d
}

// routes registers every page and every form's target.
func (d *dashboard) routes() {
	d.routeAdmin()
	d.page("GET /{$}", d.home)
	d.routeMeetings()
	d.routeMeeting()
	d.routeResync()
	d.routePreview()
	d.routeActivity()
	d.routeWelcome()
	d.routeConferencing()
	d.routeChoices()
	d.routeConnect()
	d.routeDisconnect()
	d.routeData()
	d.routeHelp()
	d.mux.HandleFunc("GET /people/{person}/live", d.live)
	d.mux.HandleFunc("/", d.notFound)
}

// home leads to one's own meetings, or to what is still to be connected for them;
// who has none, to the installation's pages.
func (d *dashboard) home(r *request) (answer, error) {
	if r.who.Person == 0 {
		return goTo("/admin"), nil
	}
	r.person = "me"
	unfinished, err := r.unfinished()
	if err == nil && unfinished {
		return goTo("/people/me/welcome"), nil
	}
	return goTo("/people/me/meetings"), err
}
