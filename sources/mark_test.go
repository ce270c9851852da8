package sources_test

import (
	"testing"

	"pgregory.net/rapid"

	"slotward/sources"
)

func TestMarkComesBackAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := sources.Mark{
			Installation:  rapid.StringN(1, 12, 40).Draw(t, "installation"),
			EventHash:     sources.HashEvent(rapid.String().Draw(t, "event")),
			Meeting:       rapid.StringN(0, 12, 40).Draw(t, "meeting"),
			Location:      rapid.Uint64().Draw(t, "location"),
			Native:        rapid.SampledFrom([]string{"", "meet", "teams"}).Draw(t, "native"),
			NativeMeeting: rapid.StringN(0, 20, 60).Draw(t, "native meeting"),
		}
		got, ok := sources.ParseMark(mark.String())
		if !ok || got != mark {
			t.Fatalf("%q came back as %+v, %v", mark.String(), got, ok)
		}
	})
}

func TestParseMark(t *testing.T) {
	whole := sources.Mark{Installation: "k3x9", EventHash: sources.HashEvent("abc"), Meeting: "98884753832", Location: 0xbeef, Native: "meet"}
	for name, test := range map[string]struct {
		text string
		want sources.Mark
		ok   bool
	}{
		"whole":                  {whole.String(), whole, true},
		"a newer field":          {whole.String() + ";z=9", whole, true},
		"another version":        {"2;i=k3x9;e=1", sources.Mark{}, false},
		"nothing":                {"", sources.Mark{}, false},
		"somebody else's":        {"true", sources.Mark{}, false},
		"no installation":        {"1;e=0011223344556677;m=1", sources.Mark{EventHash: "0011223344556677", Meeting: "1"}, false},
		"no event":               {"1;i=k3x9;m=1", sources.Mark{Installation: "k3x9", Meeting: "1"}, false},
		"location not a number":  {"1;i=k3x9;e=00;l=zz", sources.Mark{}, false},
		"escape cut in the half": {"1;i=k3%;e=00", sources.Mark{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := sources.ParseMark(test.text)
			if ok != test.ok || got != test.want {
				t.Errorf("ParseMark(%q) = %+v, %v; want %+v, %v", test.text, got, ok, test.want, test.ok)
			}
		})
	}
}

func TestMarkCountsOnlyOnItsEvent(t *testing.T) {
	mark := sources.Mark{Installation: "a", EventHash: sources.HashEvent("original")}
	if !mark.Names("original") {
		t.Error("the mark does not know its own event")
	}
	if mark.Names("copy") {
		t.Error("a copied mark counts on the copy")
	}
	if (sources.Mark{}).Names("") {
		t.Error("the zero mark names an event")
	}
	if (sources.Mark{}).String() != "" || !(sources.Mark{}).Zero() {
		t.Error("the zero mark is not empty")
	}
}

func TestNamesDoesNotAllocate(t *testing.T) {
	mark := sources.Mark{EventHash: sources.HashEvent("7cbh8rpc10lrc0ckih9tafss99_20261201T100000Z")}
	if n := testing.AllocsPerRun(100, func() { mark.Names("7cbh8rpc10lrc0ckih9tafss99_20261201T100000Z") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add("1;i=a;e=b;m=1;l=ff;n=meet")
	f.Add("1;;;=;%")
	f.Fuzz(func(t *testing.T, text string) {
		mark, ok := sources.ParseMark(text)
		if !ok {
			return
		}
		if again, ok := sources.ParseMark(mark.String()); !ok || again != mark {
			t.Errorf("%q: %+v came back as %+v", text, mark, again)
		}
	})
}
