package microsoft

import (
	"html"
	"strings"
)

// words are what a block says in one language.
type words struct {
	tag, title, join, help, id, passcode, organizers, options, click, learn string
}

var languages = map[string]words{
	"en": {"en-US", "Microsoft Teams meeting", "Join the meeting now", "Need help?", "Meeting ID:", "Passcode:", "For organizers:", "Meeting options", "Click here to join the meeting", "Learn more"},
	"de": {"de-DE", "Microsoft Teams-Besprechung", "Jetzt an der Besprechung teilnehmen", "Benötigen Sie Hilfe?", "Besprechungs-ID:", "Passcode:", "Für Organisatoren:", "Besprechungsoptionen", "Hier klicken, um an der Besprechung teilzunehmen", "Weitere Infos"},
	"ja": {"ja-JP", "Microsoft Teams 会議", "今すぐ会議に参加する", "ヘルプが必要ですか?", "会議 ID:", "パスコード:", "開催者向け:", "会議のオプション", "会議に参加するにはここをクリックしてください", "詳細情報"},
	"fr": {"fr-FR", "Réunion Microsoft Teams", "Rejoindre la réunion maintenant", "Besoin d’aide ?", "ID de réunion :", "Code secret :", "Pour les organisateurs :", "Options de réunion", "Cliquez ici pour rejoindre la réunion", "En savoir plus"},
}

const rule = "________________________________________________________________________________"

// block is what Teams puts into the body, in the template of its time.
func (m meeting) block() string {
	w, ok := languages[m.language]
	if !ok {
		w = languages["en"]
	}
	link := html.EscapeString(m.url)
	options := html.EscapeString("https://teams.microsoft.com/meetingOptions/?organizerId=" + m.organizer + "&tenantId=" + m.tenant + "&threadId=19_meeting&messageId=0&language=" + w.tag)
	text := newBlock
	if m.old {
		text = oldBlock
	}
	return strings.NewReplacer("{tag}", w.tag, "{title}", w.title, "{join}", w.join, "{help}", w.help, "{idword}", w.id, "{id}", m.id,
		"{password}", w.passcode, "{passcode}", m.passcode, "{organizers}", w.organizers, "{options}", w.options,
		"{click}", w.click, "{learn}", w.learn, "{link}", link, "{settings}", options, "{rule}", rule, "\n", "\r\n").Replace(text)
}

// oldBlock stands between two rules that are not part of the block itself.
const oldBlock = `<br>
<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray; opacity:.36">{rule}</span> </div>
<div class="me-email-text" lang="{tag}" style="color:#252424; font-family:'Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif">
<div style="margin-top:24px; margin-bottom:20px"><span style="font-size:24px; color:#252424">{title}</span> </div>
<div style="margin-bottom:20px">
<div style="margin-top:0px; margin-bottom:0px; font-weight:bold"><span style="font-size:14px; color:#252424">{join}</span> </div>
<a class="me-email-headline" href="{link}" target="_blank" rel="noreferrer noopener" style="font-size:14px; font-family:'Segoe UI Semibold','Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif; text-decoration:underline; color:#6264a7">{click}</a>
</div>
<div style="margin-bottom:20px; margin-top:20px">
<div style="margin-bottom:4px"><span style="font-size:14px">{idword}</span> <span style="font-size:16px">{id}</span><br><span style="font-size:14px">{password}</span> <span style="font-size:16px">{passcode}</span></div>
</div>
<div style="margin-bottom:24px; margin-top:20px"><a class="me-email-link" target="_blank" href="https://aka.ms/JoinTeamsMeeting" rel="noreferrer noopener" style="font-size:14px; text-decoration:underline; color:#6264a7">{learn}</a> | <a class="me-email-link" target="_blank" href="{settings}" rel="noreferrer noopener" style="font-size:14px; text-decoration:underline; color:#6264a7">{options}</a> </div>
</div>
<div style="font-size:14px; margin-bottom:4px; font-family:'Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif"></div>
<div style="font-size:12px"></div>
<div style="width:100%; height:20px"><span style="white-space:nowrap; color:gray; opacity:.36">{rule}</span> </div>
`

// newBlock has its rules inside, and the class of the block on inner nodes, too.
const newBlock = `<br>
<div class="me-email-text" lang="{tag}" style="max-width:1024px; color:#242424; font-family:'Aptos','Segoe UI',Helvetica,Arial,sans-serif">
<div aria-hidden="true" style="margin-bottom:24px; overflow:hidden; white-space:nowrap">{rule}</div>
<div style="margin-bottom:12px"><span class="me-email-text" style="font-size:24px; font-weight:700; margin-right:12px">{title}</span> <a id="meet_invite_block.action.help" class="me-email-link" style="font-size:14px; text-decoration:underline; color:#5B5FC7" href="https://aka.ms/JoinTeamsMeeting?omkt={tag}">{help}</a></div>
<div style="margin-bottom:6px"><a id="meet_invite_block.action.join_link" title="Meeting join link" class="me-email-headline" style="font-size:20px; font-weight:600; text-decoration:underline; color:#5B5FC7" href="{link}" target="_blank" rel="noreferrer noopener">{join}</a></div>
<div style="margin-bottom:6px"><span class="me-email-text-secondary" style="font-size:14px; color:#616161">{idword} </span><span class="me-email-text" style="font-size:14px; color:#242424">{id}</span></div>
<div style="margin-bottom:32px"><span class="me-email-text-secondary" style="font-size:14px; color:#616161">{password} </span><span class="me-email-text" style="font-size:14px; color:#242424">{passcode}</span></div>
<div style="margin-bottom:24px; max-width:1024px"><hr style="border:0; background:#D1D1D1; height:1px"></div>
<div><span class="me-email-text-secondary" style="font-size:14px; color:#616161">{organizers} </span><a id="meet_invite_block.action.organizer_meet_options" class="me-email-link" style="font-size:14px; text-decoration:underline; color:#5B5FC7" target="_blank" href="{settings}" rel="noreferrer noopener">{options}</a></div>
<div style="margin-top:24px; margin-bottom:6px"></div>
<div style="margin-bottom:24px"></div>
<div aria-hidden="true" style="margin-bottom:24px; overflow:hidden; white-space:nowrap">{rule}</div>
</div>
`
