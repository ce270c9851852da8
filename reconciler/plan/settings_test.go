package plan_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"slotward/reconciler/plan"
)

func TestParseSetting(t *testing.T) {
	tests := []struct {
		key, value string
		allowed    string // part of the error; "": the value is fine
	}{
		{"prefer", "zoom,native,none", ""}, {"prefer", "zoom, none", ""}, {"prefer", "none", ""}, {"prefer", "", ""},
		{"prefer", "zoom,teams", "with commas between"}, {"prefer", "zoom,zoom", "at most once"}, {"prefer", "zoom,", "commas"},
		{"static", "https://acme.test/ada?x=1", ""}, {"static", "", ""},
		{"static", "http://acme.test/", "https://"}, {"static", "https:///x", "https://"}, {"static", "https://u:p@acme.test", "without a user name"},
		{"static", "https://acme.test/a b", "https://"}, {"static", "https://acme.test/" + strings.Repeat("a", 1000), "1000 characters"},
		{"static", "javascript:alert(1)", "https://"},
		{"share", "slot", ""}, {"share", " never ", ""}, {"share", "Slot", "slot or never"},
		{"reschedule", "renew", ""}, {"reschedule", "always", "keep or renew"},
		{"on_cancel", "keep", ""}, {"on_cancel", "no", "delete or keep"},
		{"foreign", "replace", ""}, {"foreign", "x", "respect or replace"},
		{"replace_native", "no", ""}, {"replace_native", "false", "yes or no"},
		{"eligible", "all", ""}, {"eligible", "none", "guests or all"},
		{"in_person", "skip", ""}, {"in_person", "x", "add or skip"},
		{"notify", "all", ""}, {"notify", "x", "external or all or none"},
		{"series", "open", ""}, {"series", "x", "fixed or open"},
		{"colour", "blue", "prefer, static, share"},
	}
	for _, test := range tests {
		err := plan.ParseSetting(test.key, test.value)
		if test.allowed == "" {
			if err != nil {
				t.Errorf("%s=%q: %v", test.key, test.value, err)
			}
			continue
		}
		var bad *plan.SettingError
		if !errors.As(err, &bad) || bad.Key != test.key || bad.Value != test.value {
			t.Errorf("%s=%q: %v", test.key, test.value, err)
			continue
		}
		if !strings.Contains(err.Error(), test.allowed) || !strings.Contains(err.Error(), test.key) {
			t.Errorf("%s=%q: %q does not say %q", test.key, test.value, err, test.allowed)
		}
	}
}

func TestSettingErrorsAreBounded(t *testing.T) {
	for _, key := range append(plan.SettingKeys(), "other") {
		if err := plan.ParseSetting(key, "x"+strings.Repeat("é", 10000)); err == nil || len(err.Error()) > 500 {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestDefaults(t *testing.T) {
	want := plan.Settings{Prefer: []string{"zoom", "native", "none"}, Share: "slot", Reschedule: "keep", OnCancel: "delete",
		Foreign: "respect", ReplaceNative: true, Eligible: "guests", InPerson: "add", Notify: "external", Series: "fixed"}
	if got := plan.Defaults(); !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v", got)
	}
}

func TestCascade(t *testing.T) {
	s, origins, err := plan.Cascade(
		map[string]string{"share": "never", "prefer": "native, zoom", "series": "open"},
		nil,
		map[string]string{"share": "slot", "prefer": "", "replace_native": "no"},
	)
	if err != nil {
		t.Fatal(err)
	}
	if s.Share != "slot" || !reflect.DeepEqual(s.Prefer, []string{"native", "zoom"}) || s.ReplaceNative || s.Series != "open" || s.Eligible != "guests" {
		t.Fatalf("%+v", s)
	}
	for key, want := range map[string]int{"share": 2, "prefer": 0, "replace_native": 2, "series": 0, "eligible": plan.Unset} {
		if origins[key] != want {
			t.Errorf("%s comes from layer %d, want %d", key, origins[key], want)
		}
	}
	if len(origins) != len(plan.SettingKeys()) {
		t.Errorf("%d origins", len(origins))
	}
}

func TestCascadeTellsEveryProblem(t *testing.T) {
	s, origins, err := plan.Cascade(map[string]string{"share": "no", "zzz": "1", "aaa": "1", "foreign": "replace"}, map[string]string{"notify": "x"})
	if s.Share != "slot" || s.Foreign != "replace" || origins["share"] != plan.Unset {
		t.Fatalf("%+v", s)
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 4 || !strings.Contains(lines[0], "share") || !strings.Contains(lines[1], "aaa") || !strings.Contains(lines[2], "zzz") || !strings.Contains(lines[3], "notify") {
		t.Fatalf("%q", lines)
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	seen := map[plan.Reason]bool{}
	for _, r := range plan.Reasons() {
		if seen[r] || !strings.HasSuffix(r.Explain(), ".") {
			t.Errorf("%s: %q", r, r.Explain())
		}
		seen[r] = true
	}
	if plan.Reason("nonsense").Explain() != "" {
		t.Error("explains nonsense")
	}
}
