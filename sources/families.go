package sources

import (
	"net/url"
	"strings"
)

// family is one provider's hosts and how a URL on them names a meeting.
type family struct {
	provider string
	exact    bool // sub-domains do not belong to it
	meeting  func(u *url.URL) (id string, ok bool)
	// unwrap takes the link out of a mail filter's; such a family has no meetings.
	unwrap func(u *url.URL) string
}

// families knows the hosts, each with its sub-domains. The whole host is
// compared, never a part of it: zoom.us.attacker.test and userzoom.com are
// nobody's.
var families = buildFamilies()

func buildFamilies() map[string]*family {
	all := map[string]*family{}
	add := func(f family, hosts ...string) {
		for _, host := range hosts {
			all[host] = &f
		}
	}
	add(family{provider: "zoom", meeting: zoomMeeting}, "zoom.us", "zoom.com", "zoomgov.com", "zoom.com.cn", "zoom-x.de")
	add(family{provider: "meet", exact: true, meeting: meetMeeting}, "meet.google.com")
	add(family{provider: "meet", exact: true, meeting: under("/hangouts/", "/call/", "/meet/")}, "hangouts.google.com")
	add(family{provider: "meet", exact: true, meeting: under("/stream/")}, "stream.meet.google.com")
	add(family{provider: "teams", meeting: teamsMeeting},
		"teams.microsoft.com", "teams.live.com", "teams.microsoft.us", "teams.cloud.microsoft", "teams.microsoftonline.cn")
	add(family{provider: "webex", meeting: webexMeeting}, "webex.com")
	for _, o := range otherFamilies {
		add(family{provider: o.provider, exact: o.exact, meeting: o.meeting}, o.host)
	}
	for host, take := range wrappers {
		add(family{unwrap: take}, host)
	}
	return all
}

// otherFamilies are the providers of which only the shape of a meeting link is known.
var otherFamilies = []struct {
	provider, host string
	exact          bool
	meeting        func(u *url.URL) (string, bool)
}{
	{"proton", "meet.proton.me", true, under("/")},
	{"jitsi", "meet.jit.si", true, under("/")},
	{"chime", "chime.aws", false, digitsUnder("/", "/meetings/")},
	{"ringcentral", "v.ringcentral.com", true, under("/join/")},
	{"ringcentral", "video.ringcentral.com", true, under("/join/")},
	{"ringcentral", "meetings.ringcentral.com", true, digitsUnder("/j/")},
	{"gotomeeting", "gotomeet.me", false, under("/")},
	{"gotomeeting", "meet.goto.com", true, under("/")},
	{"gotomeeting", "gotomeeting.com", false, digitsUnder("/join/", "/meeting/")},
	{"gotowebinar", "gotowebinar.com", false, under("/join/", "/register/", "/rt/")},
	{"bluejeans", "bluejeans.com", false, digitsUnder("/", "/a2m/live-event/")},
	{"8x8", "8x8.vc", false, under("/")},
	{"whereby", "whereby.com", false, under("/")},
	{"teamviewer", "go.teamviewer.com", true, under("/")},
	{"teamviewer", "meeting.teamviewer.com", true, under("/j/")},
	{"voov", "voovmeeting.com", false, under("/dm/", "/p/", "/s/", "/r/")},
	{"voov", "meeting.tencent.com", true, under("/dm/", "/p/", "/s/")},
	{"lark", "vc.larksuite.com", true, digitsUnder("/j/")},
	{"lark", "vc.feishu.cn", true, digitsUnder("/j/")},
	{"skype", "join.skype.com", true, under("/")},
	{"skype", "meet.lync.com", true, under("/")},
	{"skype", "lync.com", false, under("/meet/")},
	{"facetime", "facetime.apple.com", true, anyOf("/join")},
	{"around", "meet.around.co", true, under("/r/")},
	{"around", "around.co", false, under("/r/")},
	{"gather", "gather.town", false, under("/app/", "/i/", "/invite/")},
	{"discord", "discord.gg", false, under("/")},
	{"discord", "discord.com", false, under("/invite/", "/channels/")},
	{"zoho", "meet.zoho.com", true, under("/")},
	{"zoho", "meeting.zoho.com", true, under("/meeting/", "/join", "/j/")},
	{"livestorm", "app.livestorm.co", true, under("/p/")},
	{"livestorm", "app.livestorm.com", true, under("/p/")},
	{"riverside", "riverside.fm", false, under("/studio/")},
	{"streamyard", "streamyard.com", false, under("/")},
	{"slack", "app.slack.com", true, under("/huddle/")},
	{"cal", "app.cal.com", true, under("/video/")},
}

// under accepts a path that has something after one of the prefixes; that is the
// meeting's id.
func under(prefixes ...string) func(u *url.URL) (string, bool) {
	return func(u *url.URL) (string, bool) {
		for _, prefix := range prefixes {
			if id, ok := strings.CutPrefix(u.Path, prefix); ok {
				if id = strings.Trim(id, "/"); id != "" {
					return id, true
				}
			}
		}
		return "", false
	}
}

// digitsUnder accepts a path whose first segment after a prefix is a number.
func digitsUnder(prefixes ...string) func(u *url.URL) (string, bool) {
	return func(u *url.URL) (string, bool) {
		for _, prefix := range prefixes {
			if id, ok := strings.CutPrefix(u.Path, prefix); ok {
				id, _, _ = strings.Cut(id, "/")
				if isNumber(id) {
					return id, true
				}
			}
		}
		return "", false
	}
}

// anyOf accepts one exact path; what names the meeting stands in the fragment.
func anyOf(path string) func(u *url.URL) (string, bool) {
	return func(u *url.URL) (string, bool) {
		return u.Fragment, strings.TrimSuffix(u.Path, "/") == path && (u.Fragment != "" || u.RawQuery != "")
	}
}

// isNumber reports whether an id is 3 to 20 digits.
func isNumber(id string) bool {
	return len(id) >= 3 && len(id) <= 20 && strings.Trim(id, "0123456789") == ""
}

// zoomMeeting knows Zoom's paths. Personal rooms and registrations are meetings
// without an id; recordings, documents and the web site are none.
func zoomMeeting(u *url.URL) (string, bool) {
	if u.Scheme == "zoommtg" || u.Scheme == "zoomus" || strings.TrimSuffix(u.Path, "/") == "/join" {
		id := strings.ReplaceAll(u.Query().Get("confno"), " ", "")
		return id, isNumber(id)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 {
		return "", false
	}
	switch parts[0] {
	case "j", "w", "s":
		id := strings.ReplaceAll(strings.ReplaceAll(parts[1], " ", ""), "-", "")
		return id, isNumber(id)
	case "wc":
		// /wc/{id}/join and /wc/join/{id}
		if isNumber(parts[1]) {
			return parts[1], true
		}
		if len(parts) > 2 && (parts[1] == "join" || parts[1] == "start") && isNumber(parts[2]) {
			return parts[2], true
		}
		return "", false
	case "my":
		return "", parts[1] != ""
	case "meeting", "webinar":
		return "", len(parts) > 2 && parts[1] == "register" && parts[2] != ""
	case "launch":
		return "", len(parts) > 2 && parts[1] == "jc"
	}
	return "", false
}

// meetMeeting knows xxx-yyyy-zzz, alone or under _meet, and lookup names.
func meetMeeting(u *url.URL) (string, bool) {
	path := strings.ToLower(strings.Trim(u.Path, "/"))
	if name, ok := strings.CutPrefix(path, "lookup/"); ok {
		return name, name != ""
	}
	code := strings.TrimPrefix(path, "_meet/")
	if len(code) != 12 || code[3] != '-' || code[8] != '-' {
		return "", false
	}
	for i := range len(code) {
		if i != 3 && i != 8 && !isLetter(code[i]) {
			return "", false
		}
	}
	return code, true
}

// teamsMeeting knows Teams' many forms: the long meetup-join path, the short
// numbered one, and the launcher pages that carry either as a parameter.
func teamsMeeting(u *url.URL) (string, bool) {
	for _, path := range [...]string{u.Path, "/" + strings.TrimLeft(u.Fragment, "/"), u.Query().Get("url")} {
		if i := strings.Index(path, "/l/meetup-join/"); i >= 0 {
			thread, _, _ := strings.Cut(path[i+len("/l/meetup-join/"):], "/")
			if plain, err := url.PathUnescape(thread); err == nil {
				thread = plain
			}
			thread, _, _ = strings.Cut(thread, "?")
			return thread, thread != ""
		}
		if i := strings.Index(path, "/meet/"); i >= 0 {
			id := path[i+len("/meet/"):]
			if k := strings.IndexAny(id, "/?#"); k >= 0 {
				id = id[:k]
			}
			return id, isNumber(id)
		}
	}
	coords := u.Query().Get("coords")
	return coords, u.Path == "/light-meetings/launch" && coords != ""
}

// webexMeeting knows numbered meetings (MTID) and personal rooms.
func webexMeeting(u *url.URL) (string, bool) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	last := parts[len(parts)-1]
	for i, part := range parts {
		switch part {
		case "meet", "join":
			if i+1 < len(parts) && parts[i+1] != "" {
				return u.Hostname() + "/" + strings.ToLower(parts[i+1]), true
			}
		case "j.php":
			id := u.Query().Get("MTID")
			return id, id != ""
		case "joinservice", "webappng":
			return last, len(parts) > i+2
		}
	}
	return "", false
}
