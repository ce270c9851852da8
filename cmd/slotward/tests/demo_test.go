package slotward_test

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// demonstrate runs the demo to its good end.
func demonstrate(t *testing.T, args ...string) result {
	t.Helper()
	r := program{}.start(t, append([]string{"demo", "--once"}, args...)...)
	r.wait()
	got := r.result()
	if got.code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", got.code, got.out, got.errs)
	}
	if got.errs != "" {
		t.Errorf("it warned: %s", got.errs)
	}
	if left := r.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return got
}

func TestDemoOnceShowsAndProvesEverything(t *testing.T) {
	out := demonstrate(t).out
	contains(t, out, "People connect", "Google Meet", "Zoom ", "Ada moves the kickoff", "Ada cancels", "one room, one link", "Before and after", "IS NOW",
		"nothing to do: 4 requests for 4 calendars, 0 writes, 0 rows changed in the store; mail to guests: none")
	t.Run("Outlook", func(t *testing.T) { showsOutlook(t, out) })
	t.Run("one meeting on two calendars", func(t *testing.T) { showsOneMeeting(t, out) })
	t.Run("mail", func(t *testing.T) { showsMail(t, out) })
	t.Run("working days", func(t *testing.T) { showsWorkingDays(t, out) })
}

// line is what matches a line of the table.
func line(title, rest string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^  \w{3} \d\d \w{3} \d\d:\d\d  .*` + title + `.*` + rest)
}

// showsOutlook looks for what is special of Outlook.
func showsOutlook(t *testing.T, out string) {
	contains(t, out, "with Teams", "Bob allowed Slotward to use the Google account bob@acme.test", "Bob allowed Slotward to use the Outlook account bob@museum.test",
		"Mia allowed Slotward to use the Outlook account mia@globex.test")
	for title, rest := range map[string]string{
		"Product review":    `Teams\s+Zoom .*room and agenda stayed, and nobody was mailed`,
		"Support hand-over": `Teams\s+Zoom .*one mail told its guest`,
		"Quartalsplanung":   `Teams\s+Zoom `,
		"Partner sync":      `Teams\s+Teams\s+Its own words`,
		"At the dentist":    `no link\s+no link\s+It is not a meeting`,
		"Supplier call":     `Teams\s+Zoom `,
		"Museum board ":     `Teams\s+Zoom `,
	} {
		if !line(title, rest).MatchString(out) {
			t.Errorf("no line %s in\n%s", line(title, rest), out)
		}
	}
}

// showsOneMeeting looks at what stands on both of Bob's calendars.
func showsOneMeeting(t *testing.T, out string) {
	rows := regexp.MustCompile(`(?m)^  (\w{3} \d\d \w{3} \d\d:\d\d)  (Bob|Bob \(Outlook\)) +Board preparation .*Zoom (\d[\d ]*\d)`).FindAllStringSubmatch(out, -1)
	if len(rows) != 2 || rows[0][1] != rows[1][1] || rows[0][2] == rows[1][2] || rows[0][3] != rows[1][3] {
		t.Errorf("%q", rows)
	}
}

// showsMail looks at what guests were told in each step of the story: of another
// link once, of nothing else.
func showsMail(t *testing.T, out string) {
	var mails []string
	for _, step := range regexp.MustCompile(`(?m)mail to guests: (\w+)$`).FindAllStringSubmatch(out, -1) {
		mails = append(mails, step[1])
	}
	if got := strings.Join(mails, " "); got != "none none 1 1 none 1 none none" {
		t.Errorf("mails by step: %s", got)
	}
}

// showsWorkingDays looks at when people meet.
func showsWorkingDays(t *testing.T, out string) {
	if rows := regexp.MustCompile(`(?m)^  (Mon|Tue|Wed|Thu|Fri) \d\d \w{3} \d\d:\d\d  `).FindAllString(out, -1); len(rows) < 30 {
		t.Errorf("%d lines", len(rows))
	}
	if row := regexp.MustCompile(`(?m)^  (Sat|Sun) .*`).FindString(out); row != "" {
		t.Error(row)
	}
}

// With the setting all, one more of the fortnight's events has a link.
func TestDemoOnceWithAllEventsEligible(t *testing.T) {
	for eligible, want := range map[string]string{"guests": `no link\s+no link\s+Nobody else is invited`, "all": `no link\s+Zoom `} {
		t.Run(eligible, func(t *testing.T) {
			out := demonstrate(t, "--eligible", eligible).out
			if !line("Write quarterly report", want).MatchString(out) {
				t.Errorf("no line %s in\n%s", line("Write quarterly report", want), out)
			}
		})
	}
}

func TestDemoKeepsRunningUntilItIsStopped(t *testing.T) {
	r := program{}.start(t, "demo", "--every", "1s")
	r.says("keeps running", "\n4. ") // the first change after the first pass
	if got := r.stop(); got.code != 0 || !strings.Contains(got.out, "That was it.") || strings.Contains(got.errs, "slotward:") {
		t.Errorf("%+v", got)
	}
	if left := r.leftovers(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, address := range regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindAllString(r.out.String(), -1) {
		if resp, err := http.Get(address); err == nil {
			_ = resp.Body.Close()
			t.Errorf("somebody still answers at %s", address)
		}
	}
}

func TestDemoChangesOutlookCalendarsToo(t *testing.T) {
	r := program{}.start(t, "demo", "--every", "1s")
	changed := regexp.MustCompile(`\n\d+\. (Bob|Mia) \(Outlook\) (books|moves|renames|cancels) `)
	if !r.out.wait(changed.MatchString) {
		t.Fatalf("%+v", r.result())
	}
	if got := r.stop(); got.code != 0 {
		t.Errorf("%+v", got)
	}
}

func TestDemoTakesNoHaste(t *testing.T) {
	refused(t, nil, "write at least 1s", "demo", "--every", "10ms")
}

// A demo that shows something false must not end well: here somebody sets
// otherwise, through the very API that it names, while it plays.
func TestDemoFailsWhenItShowsSomethingFalse(t *testing.T) {
	r := program{}.start(t, "demo", "--once")
	r.says("slotward why TITLE")
	said := func(label string) string {
		_, rest, _ := strings.Cut(r.out.String(), "\n  "+label)
		return strings.Fields(rest)[0]
	}
	// It stands still until the request lies before it: it plays for a second only.
	r.signal(syscall.SIGSTOP)
	conn, err := net.Dial("tcp", strings.TrimPrefix(said("API"), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, said("API")+"/api/v1/settings", strings.NewReader(`{"settings":{"prefer":"native,none"}}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+said("token"))
	req.Header.Set("Content-Type", "application/json")
	if err := req.Write(conn); err != nil {
		t.Fatal(err)
	}
	r.signal(syscall.SIGCONT)
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", resp, err)
	}
	r.wait()
	if got := r.result(); got.code != 1 || !strings.Contains(got.errs, "does not show what it should") {
		t.Errorf("exit code %d, %s\n%s", got.code, got.errs, got.out)
	}
}

// ask asks a daemon's API, which has to answer well.
func ask(t *testing.T, clients []string, method, path string, body, answer any) {
	t.Helper()
	base, token := strings.TrimPrefix(clients[0], "SLOTWARD_URL="), strings.TrimPrefix(clients[1], "SLOTWARD_TOKEN=")
	content, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(string(content)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, resp.Status)
	}
	if answer != nil {
		if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
			t.Fatal(err)
		}
	}
}

func TestDemoRefusesWhatIsNoCalendar(t *testing.T) {
	for name, file := range map[string]string{"absent": "/nonexistent.ics", "not a calendar": write(t, "x.ics", "<html>")} {
		t.Run(name, func(t *testing.T) {
			got := refused(t, nil, filepath.Base(file), "demo", "--once", "--calendar", file)
			if strings.Contains(got.out, "People connect") {
				t.Error("it went on")
			}
		})
	}
}

func TestDemoNeedsNoFolderOfItsOwn(t *testing.T) {
	r := program{environ: []string{"SLOTWARD_DATA=/nonexistent/folder", "SLOTWARD_LISTEN=256.0.0.1:1"}}.start(t, "demo", "--once")
	r.wait()
	if got := r.result(); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if entries, err := os.ReadDir(r.cmd.Dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err) // the folder for temporary files
	}
}
