package microsoft

import (
	"fmt"
	"strings"
	"testing"

	"slotward/sources"
)

const (
	longLink  = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NjQ2%40thread.v2/0?context=%7b%22Tid%22%3a%2272f9%22%2c%22Oid%22%3a%22a1b2%22%7d"
	shortLink = "https://teams.microsoft.com/meet/2918349938283?p=6sXoa1bGSv3T"
	ruleLine  = "________________________________________________________________________________"
)

// wording is what a block says in one language.
type wording struct{ tag, title, join, help, id, passcode, options string }

var wordings = []wording{
	{"en-US", "Microsoft Teams meeting", "Join the meeting now", "Need help?", "Meeting ID:", "Passcode:", "Meeting options"},
	{"de-DE", "Microsoft Teams-Besprechung", "Jetzt an der Besprechung teilnehmen", "Benötigen Sie Hilfe?", "Besprechungs-ID:", "Passcode:", "Besprechungsoptionen"},
	{"ja-JP", "Microsoft Teams 会議", "今すぐ会議に参加する", "ヘルプが必要ですか?", "会議 ID:", "パスコード:", "会議のオプション"},
	{"ar-SA", "اجتماع Microsoft Teams", "انضم إلى الاجتماع الآن", "هل تحتاج إلى مساعدة؟", "معرف الاجتماع:", "رمز المرور:", "خيارات الاجتماع"},
}

// oldBlock stands between two lines that are not part of the container.
func oldBlock(w wording, link string) string {
	return `<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray; opacity:.36">` + ruleLine + `</span> </div>
<div class="me-email-text" lang="` + w.tag + `" style="color:#252424">
<div style="margin-top:24px"><span style="font-size:24px">` + w.title + `</span> </div>
<div><a class="me-email-headline" href="` + strings.ReplaceAll(link, "&", "&amp;") + `" target="_blank">` + w.join + `</a></div>
<div>` + w.id + ` <span>291 834 993 828</span><br><span>` + w.passcode + `</span> 6sXoa1</div>
<div><a class="me-email-link" href="tel:+49695050">+49 69 5050</a> | <a href="https://teams.microsoft.com/meetingOptions/?organizerId=1">` + w.options + `</a></div>
</div>
<div style="font-size:14px; margin-bottom:4px"></div>
<div style="font-size:12px"></div>
<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray; opacity:.36">` + ruleLine + `</span> </div>`
}

// newBlock has its lines inside, and the class on inner nodes, too.
func newBlock(w wording, link string) string {
	return `<div class="me-email-text" lang="` + w.tag + `" style="max-width:1024px">
<div aria-hidden="true" style="overflow:hidden">` + ruleLine + `</div>
<div><span class="me-email-text" style="font-size:24px">` + w.title + `</span> <a id="meet_invite_block.action.help" class="me-email-link" href="https://aka.ms/JoinTeamsMeeting?omkt=` + w.tag + `">` + w.help + `</a></div>
<div><a id="meet_invite_block.action.join_link" class="me-email-headline" href="` + link + `">` + w.join + `</a></div>
<div><span class="me-email-text-secondary">` + w.id + ` </span><span class="me-email-text">291 834 993 828</span></div>
<div><hr style="border:0"></div>
<div><a id="meet_invite_block.action.organizer_meet_options" class="me-email-link" href="https://teams.microsoft.com/meetingOptions/?x=1">` + w.options + `</a></div>
<div aria-hidden="true" style="overflow:hidden">` + ruleLine + `</div>
</div>`
}

// What people write around a block, before and after.
var surroundings = [][2]string{
	{"", ""},
	{"<div>Agenda</div><br>\r\n", "\r\n"},
	{"<p>Hello <b>all</b>,<br>one &amp; two", "</p><ul><li>bring a pen</li></ul>"},
	{`<div style="x"><div>Agenda</div>`, "<div>Regards</div></div>"},
	{"<p>unclosed <b>bold", " rest &nbsp;</i> of it"},
	{"─── kept ──<br>", "<table><tr><td>1</td></tr></table>"},
}

func TestBlocksAreCut(t *testing.T) {
	for _, w := range wordings {
		for i, around := range surroundings {
			for name, block := range map[string]string{
				"old": oldBlock(w, longLink), "new": newBlock(w, shortLink), "new with the long link": newBlock(w, longLink),
				"quoted": strings.ReplaceAll(newBlock(w, shortLink), `class="`, `class="x_x_`),
			} {
				link := shortLink
				if strings.Contains(block, "meetup-join") {
					link = longLink
				}
				got, ok := cutTeams(around[0]+block+around[1], link, false)
				if !ok || got != around[0]+around[1] {
					t.Errorf("%s, %s, %d: cut %v\n%q", w.tag, name, i, ok, got)
				}
			}
		}
	}
}

func TestBlocksWithoutTheClassAreCutBetweenTheirLines(t *testing.T) {
	w := wordings[1]
	bare := strings.NewReplacer(` class="me-email-text"`, "", ` class="me-email-headline"`, "", ` class="me-email-link"`, "").Replace(oldBlock(w, longLink))
	if got, ok := cutTeams("<div>Agenda</div>"+bare+"<div>x</div>", longLink, false); !ok || got != "<div>Agenda</div><div>x</div>" {
		t.Errorf("cut %v: %q", ok, got)
	}
	word := `<p class="MsoNormal">Agenda</p><p class="MsoNormal">` + ruleLine + `</p><p class="MsoNormal"><b>` + w.title + `</b></p>` +
		`<p class="MsoNormal"><a href="` + longLink + `">` + w.join + `</a></p><p class="MsoNormal">` + ruleLine + `</p><p>after</p>`
	if got, ok := cutTeams(word, longLink, false); !ok || got != `<p class="MsoNormal">Agenda</p><p>after</p>` {
		t.Errorf("cut %v: %q", ok, got)
	}
}

func TestWhatIsNotCertainStays(t *testing.T) {
	w := wordings[0]
	old, now := oldBlock(w, longLink), newBlock(w, shortLink)
	first, _, _ := strings.Cut(old, `<div class="me-email-text"`)
	for name, test := range map[string]struct{ body, link string }{
		"no block":                       {"<div>Agenda</div>", longLink},
		"no link of its own":             {"<div>Agenda</div>", ""},
		"a link that a person typed":     {`<p>Join <a href="` + longLink + `">here</a></p>`, longLink},
		"a second link outside":          {now + `<p><a href="` + shortLink + `">again</a></p>`, shortLink},
		"a second link as mere text":     {"<p>" + shortLink + "</p>" + now, shortLink},
		"another meeting's block":        {now, longLink},
		"only one line of underscores":   {first + `<p><a href="` + longLink + `">join</a></p>`, longLink},
		"the container is not closed":    {strings.TrimSuffix(now, "</div>"), shortLink},
		"a list was typed into it":       {strings.Replace(now, "<div><hr", "<ul><li>Bring a pen</li></ul><div><hr", 1), shortLink},
		"a link was typed into it":       {strings.Replace(now, "<div><hr", `<a href="https://acme.test/agenda">agenda</a><div><hr`, 1), shortLink},
		"our block stands in it":         {strings.Replace(now, "<div><hr", "<div>──────── end · kept by Slotward ────────</div><div><hr", 1), shortLink},
		"nested beyond reason":           {strings.Repeat("<div>", 600) + now, shortLink},
		"a look-alike host":              {strings.ReplaceAll(now, "teams.microsoft.com", "teams.microsoft.com.attacker.test"), shortLink},
		"text: the link stands outside":  {"Agenda\n" + ruleLine + "\nTeams\n" + ruleLine + "\n" + shortLink, shortLink},
		"text: only one line":            {"Agenda\n" + ruleLine + "\n" + shortLink, shortLink},
		"text: our block between":        {ruleLine + "\n" + shortLink + "\nkept by Slotward\n" + ruleLine, shortLink},
		"text: two lines without a link": {ruleLine + "\nnothing\n" + ruleLine, shortLink},
	} {
		if got, ok := cutTeams(test.body, test.link, strings.HasPrefix(name, "text")); ok || got != test.body {
			t.Errorf("%s: cut %v: %q", name, ok, got)
		}
	}
}

func TestTextBlocksAreCut(t *testing.T) {
	block := ruleLine + "\r\nMicrosoft Teams-Besprechung\r\nJetzt teilnehmen<" + shortLink + ">\r\nID: 1\r\n" + ruleLine + "\r\n"
	got, ok := cutTeams("Agenda\r\n\r\n"+block+"Gruß", shortLink, true)
	if !ok || got != "Agenda\r\n\r\nGruß" {
		t.Errorf("cut %v: %q", ok, got)
	}
}

// Words in the block are Teams', not people's: they ask for nothing.
func TestBlocksAskForNothing(t *testing.T) {
	for _, w := range wordings {
		for name, block := range map[string]string{"old": oldBlock(w, longLink), "new": newBlock(w, longLink)} {
			e := sources.Event{ID: "e", Description: block, Native: sources.Native{Provider: "teams", URL: longLink}}
			sources.Inspect(&e)
			if e.Shown.Override != "" || len(e.Shown.Links) != 0 {
				t.Errorf("%s, %s: asks for %q by %q, shows %+v", w.tag, name, e.Shown.Override, e.Shown.Words, e.Shown.Links)
			}
		}
	}
}

// Whatever stands around a block stays, byte for byte; whatever is not cut
// stays as it was; and nothing is cut without a Teams link in it.
func FuzzCutTeams(f *testing.F) {
	for _, around := range surroundings {
		f.Add(around[0], around[1], false)
	}
	f.Add("<div", "<!-- x", false)
	f.Add("<style>a<b</style><p>", "</body></html>", false)
	f.Add("Agenda\r\n", "x", true)
	f.Fuzz(func(t *testing.T, before, after string, isText bool) {
		block := newBlock(wordings[0], shortLink)
		if isText {
			block = "\n" + ruleLine + "\n" + shortLink + "\n" + ruleLine + "\n"
		}
		got, ok := cutTeams(before+block+after, shortLink, isText)
		if !ok && got != before+block+after {
			t.Fatalf("changed without a cut: %q", got)
		}
		if ok && !strings.Contains(before+after, "__") && (!strings.HasPrefix(got, before) || !strings.HasSuffix(got, after)) {
			t.Fatalf("%q and %q became %q", before, after, got)
		}
		if free, ok := cutTeams(before+after, shortLink, isText); ok && !strings.Contains(before+after, "teams.") {
			t.Fatalf("cut out of nothing: %q", free)
		}
	})
}

func BenchmarkCutTeams(b *testing.B) {
	for _, size := range []int{0, 100_000} {
		body := strings.Repeat("<p>words</p>", size/12) + newBlock(wordings[0], shortLink)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				cutTeams(body, shortLink, false)
			}
		})
	}
}
