package sources_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"slotward/sources"
)

// parsed is an address and what it leads to.
type parsed struct{ url, provider, meeting string }

func parsing(t *testing.T, tests []parsed) {
	t.Helper()
	for _, test := range tests {
		link, ok := sources.ParseLink(test.url)
		if ok != (test.provider != "") || ok && (link.Provider != test.provider || link.Meeting != test.meeting) {
			t.Errorf("ParseLink(%q) = %+v, %v; want %q %q", test.url, link, ok, test.provider, test.meeting)
		}
		if !ok && link != (sources.Link{}) {
			t.Errorf("ParseLink(%q) refuses, but gives %+v", test.url, link)
		}
	}
}

func TestParseZoomLink(t *testing.T) {
	parsing(t, []parsed{
		// Zoom: hosts
		{"https://zoom.us/j/98884753832", "zoom", "98884753832"},
		{"https://us02web.zoom.us/j/98884753832?pwd=c21EQWxT.1", "zoom", "98884753832"},
		{"https://acme.zoom.com/j/98884753832", "zoom", "98884753832"},
		{"https://acme.zoomgov.com/j/1608123456", "zoom", "1608123456"},
		{"https://zoom.com.cn/j/98884753832", "zoom", "98884753832"},
		{"https://uni.zoom-x.de/j/68884753832", "zoom", "68884753832"},
		{"HTTPS://US02WEB.ZOOM.US/j/98884753832", "zoom", "98884753832"},
		{"https://zoom.us./j/98884753832", "zoom", "98884753832"},
		{"https://zoom.us:443/j/98884753832", "zoom", "98884753832"},
		{"zoom.us/j/98884753832", "zoom", "98884753832"},
		// Zoom: paths
		{"https://zoom.us/w/98884753832?tk=abc", "zoom", "98884753832"},
		{"https://zoom.us/s/98884753832", "zoom", "98884753832"},
		{"https://app.zoom.us/wc/98884753832/join", "zoom", "98884753832"},
		{"https://zoom.us/wc/join/98884753832", "zoom", "98884753832"},
		{"https://zoom.us/my/ada.lovelace", "zoom", ""},
		{"https://zoom.us/meeting/register/tJ0u-abc", "zoom", ""},
		{"https://zoom.us/webinar/register/WN_abc", "zoom", ""},
		{"https://zoom.us/launch/jc/98884753832", "zoom", ""},
		{"zoommtg://zoom.us/join?confno=98884753832&pwd=x", "zoom", "98884753832"},
		{"zoommtg://us02web.zoom.us/join?action=join&confno=98884753832", "zoom", "98884753832"},
		// Zoom: not meetings
		{"https://zoom.us/rec/share/abc", "", ""},
		{"https://zoom.us/docs/en-us/", "", ""},
		{"https://zoom.us/pricing", "", ""},
		{"https://zoom.us", "", ""},
		{"https://zoom.us/j/", "", ""},
		{"https://zoom.us/j/abc", "", ""},
	})
}

func TestParseLookAlikes(t *testing.T) {
	parsing(t, []parsed{
		{"https://zoom.us.attacker.test/j/98884753832", "", ""},
		{"https://evilzoom.us/j/98884753832", "", ""},
		{"https://userzoom.com/j/98884753832", "", ""},
		{"https://zoom.us@attacker.test/j/98884753832", "", ""},
		{"https://attacker.test/zoom.us/j/98884753832", "", ""},
		{"https://attacker.test/?u=https://zoom.us/j/98884753832", "", ""},
		{"https://attacker.test#.zoom.us/j/98884753832", "", ""},
		{"https://zооm.us/j/98884753832", "", ""}, // Cyrillic
		{"https://zoom.us:8443/j/98884753832", "", ""},
		{"ftp://zoom.us/j/98884753832", "", ""},
		{"javascript://zoom.us/j/98884753832", "", ""},
		{"https://meet.google.com.attacker.test/abc-defg-hij", "", ""},
		{"https://x.meet.google.com/abc-defg-hij", "", ""},
		{"https://notteams.microsoft.com/l/meetup-join/x", "", ""},
	})
}

func TestParseLink(t *testing.T) {
	parsing(t, []parsed{
		// Meet
		{"https://meet.google.com/abc-defg-hij", "meet", "abc-defg-hij"},
		{"https://meet.google.com/ABC-defg-hij?authuser=1", "meet", "abc-defg-hij"},
		{"https://meet.google.com/_meet/abc-defg-hij", "meet", "abc-defg-hij"},
		{"https://meet.google.com/lookup/weekly", "meet", "weekly"},
		{"https://meet.google.com/landing", "", ""},
		{"https://hangouts.google.com/hangouts/_/acme.test/ada", "meet", "_/acme.test/ada"},
		{"https://stream.meet.google.com/stream/4f1", "meet", "4f1"},
		// Teams
		{"https://teams.microsoft.com/l/meetup-join/19%3ameeting_ABC%40thread.v2/0?context=%7b%22Tid%22%3a%22t%22%7d", "teams", "19:meeting_ABC@thread.v2"},
		{"https://teams.microsoft.com/meet/2345678901234?p=abc", "teams", "2345678901234"},
		{"https://teams.live.com/meet/9345678901234?p=abc", "teams", "9345678901234"},
		{"https://teams.microsoft.com/dl/launcher/launcher.html?url=%2F_%23%2Fl%2Fmeetup-join%2F19%3Ameeting_ABC%40thread.v2%2F0%3Fcontext%3Dx&type=meetup-join", "teams", "19:meeting_ABC@thread.v2"},
		{"https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/19:meeting_ABC@thread.v2/0?context=x", "teams", "19:meeting_ABC@thread.v2"},
		{"https://teams.live.com/light-meetings/launch?agent=web&coords=eyJ0", "teams", "eyJ0"},
		{"https://gov.teams.microsoft.us/l/meetup-join/19:gcch@thread.v2/0", "teams", "19:gcch@thread.v2"},
		{"https://dod.teams.microsoft.us/l/meetup-join/19:dod@thread.v2/0", "teams", "19:dod@thread.v2"},
		{"msteams://teams.microsoft.com/l/meetup-join/19:a@thread.v2/0", "teams", "19:a@thread.v2"},
		{"https://teams.microsoft.com/l/channel/19%3aabc", "", ""},
		// Webex
		{"https://acme.webex.com/acme/j.php?MTID=m1234", "webex", "m1234"},
		{"https://acme.webex.com/meet/ada", "webex", "acme.webex.com/ada"},
		{"https://acme.webex.com/join/ada", "webex", "acme.webex.com/ada"},
		{"https://www.webex.com/pricing", "", ""},
		// others
		{"https://meet.jit.si/StandUp", "jitsi", "StandUp"},
		{"https://chime.aws/1234567890", "chime", "1234567890"},
		{"https://v.ringcentral.com/join/123456789", "ringcentral", "123456789"},
		{"https://global.gotomeeting.com/join/123456789", "gotomeeting", "123456789"},
		{"https://bluejeans.com/123456789/1234", "bluejeans", "123456789"},
		{"https://8x8.vc/acme/room", "8x8", "acme/room"},
		{"https://whereby.com/ada", "whereby", "ada"},
		{"https://acme.whereby.com/ada", "whereby", "ada"},
		{"https://vc.feishu.cn/j/123456789", "lark", "123456789"},
		{"https://facetime.apple.com/join#v=1&p=abc", "facetime", "v=1&p=abc"},
		{"https://discord.gg/abc", "discord", "abc"},
		{"https://riverside.fm/studio/ada", "riverside", "ada"},
		{"https://streamyard.com/abc123", "streamyard", "abc123"},
		{"https://app.slack.com/huddle/T1/C1", "slack", "T1/C1"},
		{"https://app.cal.com/video/abc", "cal", "abc"},
		{"https://acme.test/meeting", "", ""},
		{"mailto:ada@zoom.us", "", ""},
		{"", "", ""},
		{"https://", "", ""},
		{"https://%zz/j/1", "", ""},
	})
}

func TestParseLinkUnwraps(t *testing.T) {
	const zoom = "https://us02web.zoom.us/j/98884753832?pwd=abc.1"
	for name, raw := range map[string]string{
		"SafeLinks":           "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F98884753832%3Fpwd%3Dabc.1&data=05%7C01&reserved=0",
		"SafeLinks, HTML":     "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F98884753832%3Fpwd%3Dabc.1&amp;data=05%7C01&amp;reserved=0",
		"SafeLinks, AP path":  "https://nam02.safelinks.protection.outlook.com/ap/t-59584e83/?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F98884753832%3Fpwd%3Dabc.1&data=x",
		"Google":              "https://www.google.com/url?q=https://us02web.zoom.us/j/98884753832?pwd%3Dabc.1&sa=D&source=calendar&usd=2",
		"Google in SafeLinks": "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fus02web.zoom.us%252Fj%252F98884753832%253Fpwd%253Dabc.1%26sa%3DD&data=x",
		"Proofpoint":          "https://urldefense.com/v3/__https://us02web.zoom.us/j/98884753832?pwd=abc.1__;!!abc!def$",
		"sentence":            zoom + ".",
		"brackets":            zoom + ">).",
	} {
		t.Run(name, func(t *testing.T) {
			if link, ok := sources.ParseLink(raw); !ok || link.URL != zoom {
				t.Errorf("%+v, %v", link, ok)
			}
		})
	}
	endless := "https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl"
	for range 100 {
		endless = "https://www.google.com/url?q=" + strings.NewReplacer("%", "%25", "&", "%26", "?", "%3F").Replace(endless)
		if len(endless) > 100_000 {
			break
		}
	}
	for name, raw := range map[string]string{
		"wrapped without end":    endless,
		"wrapper around nothing": "https://eur01.safelinks.protection.outlook.com/?data=x",
		"wrapper around itself":  "https://www.google.com/url?q=/url?q=/url?q=",
		"search page":            "https://www.google.com/search?q=https://zoom.us/j/98884753832",
		"look-alike wrapper":     "https://safelinks.protection.outlook.com.attacker.test/?url=https%3A%2F%2Fzoom.us%2Fj%2F98884753832",
		"look-alike inside":      "https://www.google.com/url?q=https://zoom.us.attacker.test/j/98884753832",
	} {
		t.Run(name, func(t *testing.T) {
			if link, ok := sources.ParseLink(raw); ok {
				t.Errorf("%+v", link)
			}
		})
	}
}

func TestFindLinks(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want string // providers and meetings
	}{
		"none":               {"See you at zoom.us offices, 55 Almaden Blvd.", ""},
		"plain":              {"Join: https://zoom.us/j/98884753832?pwd=x.1.", "zoom 98884753832"},
		"in brackets":        {"(https://zoom.us/j/98884753832), thanks", "zoom 98884753832"},
		"HTML":               {`<p>Join <a href="https://zoom.us/j/98884753832?pwd=x&amp;from=y">here</a></p>`, "zoom 98884753832"},
		"single quotes":      {`<a href='https://zoom.us/j/98884753832'>x</a>`, "zoom 98884753832"},
		"entities around":    {"&lt;https://zoom.us/j/98884753832&gt;&nbsp;x", "zoom 98884753832"},
		"markdown":           {"[Join](https://meet.google.com/abc-defg-hij)", "meet abc-defg-hij"},
		"label glued on":     {"Link:https://zoom.us/j/98884753832", "zoom 98884753832"},
		"joined by a comma":  {"https://zoom.us/j/98884753832,https://meet.google.com/abc-defg-hij", "zoom 98884753832, meet abc-defg-hij"},
		"no scheme":          {"us02web.zoom.us/j/98884753832", "zoom 98884753832"},
		"Chinese stop":       {"会议：https://zoom.us/j/98884753832。谢谢", "zoom 98884753832"},
		"twice, host varies": {"https://zoom.us/j/98884753832 https://us02web.zoom.us/j/98884753832?pwd=x", "zoom 98884753832"},
		"several":            {"a https://teams.live.com/meet/9345678901234?p=1 b https://whereby.com/ada", "teams 9345678901234, whereby ada"},
		"Teams, raw context": {`https://teams.microsoft.com/l/meetup-join/19%3ameeting_A%40thread.v2/0?context={"Tid":"x"}`, "teams 19:meeting_A@thread.v2"},
		"mail address":       {"ada@zoom.us/j/98884753832", ""},
		"quoted-printable":   {"https://zoom.us/j/=\n98884753832", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, link := range sources.FindLinks(test.text) {
				got = append(got, link.Provider+" "+link.Meeting)
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("%q, want %q", strings.Join(got, ", "), test.want)
			}
		})
	}
	links := sources.FindLinks("https://zoom.us/j/98884753832 https://us02web.zoom.us/j/98884753832?pwd=x")
	if len(links) != 1 || links[0].URL != "https://us02web.zoom.us/j/98884753832?pwd=x" {
		t.Errorf("the longer form is not kept: %+v", links)
	}
}

func FuzzFindLinks(f *testing.F) {
	f.Add("Join https://zoom.us/j/98884753832?pwd=x.1, or <a href=\"https://www.google.com/url?q=https://meet.google.com/abc-defg-hij&amp;sa=D\">")
	f.Add("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D")
	f.Add("teams.microsoft.com/l/meetup-join/19%3a%zz/0?context={\"&#x26;&amp;amp;")
	f.Add("──────── Zoom meeting · kept by Slotward ────────<br>Join: ://zoom.us/")
	f.Fuzz(func(t *testing.T, text string) {
		for _, link := range sources.FindLinks(text) {
			again, ok := sources.ParseLink(link.URL)
			if !ok || again.Provider != link.Provider || again.Meeting != link.Meeting {
				t.Errorf("%q: %+v reads as %+v, %v by itself", text, link, again, ok)
			}
		}
		e := sources.Event{ID: "e", Title: text, Location: text, Description: text}
		sources.Inspect(&e)
		first := e.Shown
		sources.Inspect(&e)
		if first.Block != e.Shown.Block || first.Override != e.Shown.Override || len(first.Links) != len(e.Shown.Links) {
			t.Errorf("%q: looked at twice, seen differently", text)
		}
	})
}

// hostile are megabytes of what makes naive searching quadratic.
var hostile = map[string]string{
	"words":       strings.Repeat("Please bring the quarterly numbers and a pen. ", 23_000),
	"one word":    strings.Repeat("a", 1<<20),
	"dots":        strings.Repeat("a.b/", 1<<18),
	"schemes":     strings.Repeat("https://", 1<<17),
	"separators":  strings.Repeat("https://,", 1<<17),
	"entities":    strings.Repeat("&amp;", 1<<18),
	"nested":      "https://zoom.us/j/1" + strings.Repeat("&amp;amp;", 1<<17),
	"tags":        strings.Repeat("<a href=", 1<<17),
	"open tags":   strings.Repeat("<", 1<<20),
	"real links":  strings.Repeat("https://zoom.us/j/98884753832?pwd=c21EQWxT.1 ", 23_000),
	"other links": strings.Repeat("https://acme.test/path/to/page?with=query&and=more ", 20_000),
	"many links":  manyLinks(),
	"markers":     strings.Repeat("──────── Zoom meeting · kept by Slotward ────────\n", 14_000),
	"phrases":     strings.Repeat("on google meet ", 70_000),
}

func manyLinks() string {
	var b strings.Builder
	for i := range 23_000 {
		fmt.Fprintf(&b, "https://zoom.us/j/%011d?pwd=c21EQWxT.1 ", i)
	}
	return b.String()
}

func TestInspectIsLinear(t *testing.T) {
	for name, text := range hostile {
		e := sources.Event{ID: "e", Title: text, Location: text, Description: text}
		start := time.Now()
		sources.Inspect(&e)
		// Megabytes in milliseconds; a quadratic search would take minutes,
		// and the race detector on a busy machine some seconds.
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func BenchmarkInspectMegabyte(b *testing.B) {
	for name, text := range hostile {
		b.Run(name, func(b *testing.B) {
			e := sources.Event{ID: "e", Description: text}
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				sources.Inspect(&e)
			}
		})
	}
}
