package microsoft_test

import (
	"slices"
	"strings"
	"testing"

	"slotward/internal/simulator/microsoft"
)

// since returns what was mailed after the first n mails, "kind to to".
func (w *world) since(n int) []string {
	var out []string
	for _, m := range w.Mails()[n:] {
		out = append(out, m.Kind+" "+strings.Join(m.Recipients, " "))
	}
	return out
}

func TestWhoIsMailed(t *testing.T) {
	w := newWorld(t)
	id := w.insert(microsoft.NewEvent{Title: "one", Start: at("2026-12-02T10:00:00Z"), Guests: []string{eve, bob}, Rooms: []string{"room@acme.test"}})
	alone := w.insert(microsoft.NewEvent{Title: "alone", Start: at("2026-12-02T10:00:00Z")})
	guests := func(list ...string) object {
		var out []object
		for _, g := range list {
			out = append(out, object{"type": "required", "emailAddress": object{"address": g}})
		}
		return object{"attendees": out}
	}
	for _, tc := range []struct {
		name string
		id   string
		body object
		want []string
	}{
		{"a title", id, object{"subject": "two"}, []string{"update bob@acme.test eve@client.test"}},
		{"a title that is the same", id, object{"subject": "two"}, []string{"update bob@acme.test eve@client.test"}},
		{"body and places at once", id, object{"body": object{"contentType": "html", "content": "x"}, "locations": []object{}}, []string{"update bob@acme.test eve@client.test"}},
		{"a property", id, object{"singleValueExtendedProperties": []object{{"id": mark, "value": "1"}}}, nil},
		{"what is one's own", id, object{"categories": []string{"Red"}, "showAs": "free", "isReminderOn": false}, nil},
		{"nobody to tell", alone, object{"subject": "two"}, nil},
		{"one goes, one comes", id, guests(eve, "kim@client.test"), []string{"invitation kim@client.test", "cancellation bob@acme.test"}},
		{"the same attendees", id, guests(eve, "kim@client.test"), nil},
		{"attendees and a title", id, object{"subject": "x", "attendees": guests(eve)["attendees"]}, []string{"cancellation kim@client.test", "update eve@client.test"}},
	} {
		n := len(w.Mails())
		w.ok("PATCH", "/me/events/"+tc.id, tc.body)
		if got := w.since(n); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	w.Configure(func(b *microsoft.Behaviour) { b.PropertyMails = true })
	n := len(w.Mails())
	w.Configure(func(b *microsoft.Behaviour) { b.NothingSilent = true })
	w.ok("PATCH", "/me/events/"+id, object{"categories": []string{"Blue"}})
	if got := w.since(n); len(got) != 1 {
		t.Error(got)
	}
	w.Configure(func(b *microsoft.Behaviour) { b.NothingSilent = false })
	n = len(w.Mails())
	w.ok("PATCH", "/me/events/"+id, object{"singleValueExtendedProperties": []object{{"id": mark, "value": "2"}}})
	if got := w.since(n); !slices.Equal(got, []string{"update eve@client.test"}) {
		t.Error(got)
	}
}

func TestASeriesMailsForItsExceptionsToo(t *testing.T) {
	w := newWorld(t)
	series := weekly(w)
	w.must(w.EditInstance(ada, series, "2026-12-08", microsoft.Change{Title: ptr("special")}))
	if len(w.Mails()) != 0 {
		t.Fatal("what people do in Outlook is not recorded")
	}
	w.ok("PATCH", "/me/events/"+series, object{"body": object{"contentType": "html", "content": "x"}})
	mails := w.Mails()
	if len(mails) != 2 || mails[0].Event != series || mails[1].Series != series {
		t.Fatal(mails)
	}
	id, err := w.Instance(ada, series, "2026-12-15")
	w.must(err)
	w.ok("PATCH", "/me/events/"+id, object{"subject": "x"})
	if m := w.Mails()[2]; m.Event != id || m.Series != series {
		t.Fatal(m)
	}
}
