package server

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"slotward/store"
)

// exportFormat is the number of the document's format.
const exportFormat = 1

// exportPage is how many events, or entries of the journal, are read at a time.
const exportPage = 500

// exportAnswer writes the document piece by piece.
type exportAnswer struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               func(huma.Context)
}

func (s *server) routePersonExport() {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Export](), true, "Export")
	register(s, own(huma.Operation{
		OperationID: "export-person", Method: http.MethodGet, Path: "/api/v1/people/{person}/export", Tags: []string{"people"},
		Summary: "Export everything about a person",
		Description: "Everything that is stored about the person, as a document to keep. It has no tokens, no passcodes and no links that begin a meeting. " +
			"It is written piece by piece: one that ends early is not whole, and not JSON.",
		Errors: []int{http.StatusNotFound},
		Responses: map[string]*huma.Response{
			"200": {Description: "The document, to be saved as a file.", Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
		},
	}), s.exportPerson)
}

func (s *server) exportPerson(ctx context.Context, in *PersonPath) (*exportAnswer, error) {
	p, err := s.findPerson(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	var known stored
	if known.Snapshot, err = s.Store.Load(ctx, p.ID); err != nil {
		return nil, err
	}
	if known.identities, err = s.Store.Identities(ctx, p.ID); err != nil {
		return nil, err
	}
	if known.sessions, err = s.Store.Sessions(ctx, p.ID); err != nil {
		return nil, err
	}
	return &exportAnswer{
		ContentType: "application/json", ContentDisposition: `attachment; filename="` + exportName(p, s.Now().UTC()) + `"`,
		Body: func(to huma.Context) { s.export(to, known) },
	}, nil
}

// export writes the document. What goes wrong half way through ends the
// connection, so that half a document is not taken for a whole one.
func (s *server) export(to huma.Context, known stored) {
	ctx, cancel := context.WithTimeout(to.Context(), requestLimit)
	defer cancel()
	out := bufio.NewWriter(to.BodyWriter())
	d := &jsonObject{out: out, json: json.NewEncoder(out)}
	s.exportTo(ctx, d, known)
	if d.err == nil {
		d.err = out.Flush()
	}
	if d.err == nil {
		return
	}
	if ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "an export broke off", slog.Int64("person", known.Person.ID), slog.Any("error", d.err))
	}
	panic(http.ErrAbortHandler)
}

// stored is what of a person is read at once; the rest is read as it is written.
type stored struct {
	*store.Snapshot
	identities []store.Identity
	sessions   []store.Session
}

func (s *server) exportTo(ctx context.Context, d *jsonObject, known stored) {
	d.text("{")
	d.field("format", exportFormat)
	d.field("exported_at", s.Now().UTC())
	d.field("installation", s.Store.Installation())
	d.field("person", standing(known.Person, known.Connections))
	d.list("signs_in_with", turned(known.identities, exportedIdentity))
	d.list("sessions", turned(known.sessions, exportedSession))
	d.list("connections", turned(known.Connections, exportedConnection))
	d.list("calendars", turned(known.Calendars, func(c store.Calendar) Calendar { return s.calendarOf(ctx, c) }))
	d.list("events", s.exportEvents(ctx, known.Person.ID))
	d.list("meetings", turned(known.Meetings, exportedMeeting))
	d.list("claims", turned(known.Claims, exportedClaim))
	d.list("unanswered", turned(known.Intents, exportedIntent))
	d.list("repairs", turned(known.Repairs, exportedRepair))
	d.list("journal", s.exportJournal(ctx, known.Person.ID))
	d.text("}\n")
}

// exportEvents gives every event of a person's, page by page.
func (s *server) exportEvents(ctx context.Context, person int64) func(give func(any)) error {
	return func(give func(any)) error {
		query := store.EventQuery{Person: person, Limit: exportPage}
		for {
			views, next, err := s.Store.EventViews(ctx, query)
			if err != nil {
				return err
			}
			for _, v := range views {
				give(exportedEvent(v))
			}
			if next == "" {
				return nil
			}
			query.Cursor = next
		}
	}
}

// exportJournal gives what was done for a person, page by page.
func (s *server) exportJournal(ctx context.Context, person int64) func(give func(any)) error {
	return func(give func(any)) error {
		query := store.JournalQuery{Person: person, Limit: exportPage}
		for {
			entries, err := s.Store.JournalEntries(ctx, query)
			if err != nil {
				return err
			}
			for _, e := range entries {
				give(entryOf(e))
			}
			if len(entries) < exportPage {
				return nil
			}
			query.After = entries[len(entries)-1].ID
		}
	}
}

// turned gives each item as the document has it.
func turned[T, O any](items []T, turn func(T) O) func(give func(any)) error {
	return func(give func(any)) error {
		for _, item := range items {
			give(turn(item))
		}
		return nil
	}
}

// jsonObject is a JSON object that is written member by member. After an error
// nothing more is written.
type jsonObject struct {
	out  *bufio.Writer
	json *json.Encoder
	some bool // has a member already
	err  error
}

func (d *jsonObject) text(text string) {
	if d.err == nil {
		_, d.err = d.out.WriteString(text)
	}
}

func (d *jsonObject) value(v any) {
	if d.err == nil {
		d.err = d.json.Encode(v)
	}
}

// name begins a member.
func (d *jsonObject) name(name string) {
	if d.some {
		d.text(",")
	}
	d.some = true
	d.text(`"` + name + `":`)
}

func (d *jsonObject) field(name string, v any) {
	d.name(name)
	d.value(v)
}

func (d *jsonObject) list(name string, each func(give func(any)) error) {
	d.name(name)
	d.text("[")
	first := true
	err := each(func(v any) {
		if !first {
			d.text(",")
		}
		first = false
		d.value(v)
	})
	if d.err == nil {
		d.err = err
	}
	d.text("]")
}
