package walk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// eye finds what a person would look for: something of a kind (a selector) that
// is called so, on the page or in the dialog that is open. It returns where it is,
// or why it cannot be used. The name may be given by its beginning, unless that
// fits more than one.
const eye = `(kind, words, within, into) => {
  const tidy = (text) => (text || "").replace(/\s+/g, " ").trim();
  const said = (e) => tidy(e.getAttribute("aria-label") || (e.matches("input, select, textarea") ? [...e.labels].map((l) => l.innerText).join(" ") : e.innerText));
  const around = document.querySelector(within || "dialog[open]") || (within ? null : document.body);
  if (!around) return { why: "there is no " + within };
  const seen = [...around.querySelectorAll(kind)].filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled);
  let fit = seen.filter((e) => said(e) === words);
  if (!fit.length) fit = seen.filter((e) => said(e).startsWith(words));
  if (fit.length !== 1) return { why: fit.length + " of them", there: seen.map(said) };
  const e = fit[0];
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const box = (e.matches("label") && e.control ? e.control : e).getClientRects()[0];
  if (!box) return { why: "it has no place" };
  const x = box.left + box.width / 2, y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  if (!top || !(e.contains(top) || top.contains(e) || top === e.control)) return { why: "it is covered by " + (top ? top.outerHTML.slice(0, 200) : "nothing") };
  if (into !== undefined) {
    e.focus();
    if (e.matches("select")) {
      const option = [...e.options].find((o) => tidy(o.text) === into || o.value === into);
      if (!option) return { why: "no such option", there: [...e.options].map((o) => tidy(o.text)) };
      e.value = option.value;
    } else {
      e.value = into;
    }
    e.dispatchEvent(new Event("input", { bubbles: true }));
    e.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return { x, y };
}`

// fail ends the test with a picture of the page.
func (tb *tab) fail(format string, args ...any) {
	tb.t.Helper()
	tb.picture("failed-" + strings.ReplaceAll(tb.t.Name(), "/", "-"))
	tb.t.Fatalf(format, args...)
}

// spot is what the eye found.
type spot struct {
	X, Y  float64
	Why   string   // it cannot be used
	There []string // what there is instead
}

// Kinds of what people look for.
const (
	pressable = "a[href], button, summary, label"
	writable  = "input:not([type=hidden]), select, textarea"
)

// look calls a function of the page's with arguments and takes what it returns.
// It works with scripts turned off, too: it is the browser that asks, not the page.
func (tb *tab) look(function string, out any, args ...any) error {
	content, err := json.Marshal(append([]any{}, args...)) // never null
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(tb.ctx, glance)
	defer cancel()
	content, err = chromedp.Run(ctx, chromedp.Evaluate[[]byte](fmt.Sprintf("(%s)(...%s)", function, content), chromedp.EvalAwaitPromise))
	if err != nil {
		return err
	}
	return json.Unmarshal(content, out)
}

// find waits until something can be used.
func (tb *tab) find(kind, words string, rest ...any) spot {
	tb.t.Helper()
	var at spot
	err := eventually(func() error {
		before := at
		at = spot{}
		if err := tb.stands(); err != nil {
			return err
		}
		if err := tb.look(eye, &at, append([]any{kind, words}, rest...)...); err != nil {
			return err
		}
		switch {
		case at.Why != "":
			return fmt.Errorf("%s; there is %q", at.Why, at.There)
		case at.X != before.X || at.Y != before.Y:
			return errors.New("it moves")
		}
		return nil
	})
	if err != nil {
		tb.fail("%q cannot be used on %s: %v", words, tb.at(), err)
	}
	return at
}

// press clicks on a button, link, summary or label with the mouse. within may
// name the part of the page to look in, as a selector.
func (tb *tab) press(words string, within ...string) {
	tb.t.Helper()
	at := tb.find(pressable, words, part(within))
	tb.do(chromedp.MouseClickXY(at.X, at.Y))
}

// fill writes into a field, or chooses an option.
func (tb *tab) fill(label, text string, within ...string) {
	tb.t.Helper()
	tb.find(writable, label, part(within), text)
}

func part(within []string) string { return strings.Join(within, " ") }

// says is what the page says, in one line.
const says = `() => document.body.innerText.replace(/\s+/g, " ")`

// see waits until the page says something.
func (tb *tab) see(words ...string) {
	tb.t.Helper()
	for _, want := range words {
		var text string
		err := eventually(func() error {
			if err := tb.stands(); err != nil {
				return err
			}
			if err := tb.look(says, &text); err != nil {
				return err
			}
			if !strings.Contains(text, want) {
				return errors.New("the page does not say it")
			}
			return nil
		})
		if err != nil {
			tb.fail("%q on %s: %v:\n%s", want, tb.at(), err, text)
		}
	}
}

// reads waits until an address of the daemon's was come to, and the page is there.
func (tb *tab) reads(path string, words ...string) {
	tb.t.Helper()
	err := eventually(func() error {
		if at := tb.at(); at != path && !strings.HasPrefix(at, path+"?") {
			return fmt.Errorf("the browser is at %s", at)
		}
		return nil
	})
	if err != nil {
		tb.fail("%s was not come to: %v", path, err)
	}
	tb.see(words...)
}

// consent says yes on a provider's page, as an account.
func (tb *tab) consent(provider, account string) {
	tb.t.Helper()
	tb.chooseAccount(provider, account)
	tb.press(map[string]string{"google": "Continue", "microsoft": "Accept", "zoom": "Allow"}[provider])
}

// deny says no there.
func (tb *tab) deny(provider string) {
	tb.t.Helper()
	tb.press(map[string]string{"google": "Cancel", "microsoft": "Cancel", "zoom": "Decline"}[provider])
}

func (tb *tab) chooseAccount(provider, account string) {
	tb.t.Helper()
	tb.until("the page of "+provider, func() error {
		if at := tb.at(); !strings.HasPrefix(at, tb.urls[provider]) {
			return fmt.Errorf("the browser is at %s", at)
		}
		return nil
	})
	const choose = `(account) => {
  const option = document.querySelector('option[value="' + account + '"], input[type=radio][value="' + account + '"]');
  if (!option) return "there is no account " + account;
  if (option.matches("option")) option.selected = true; else option.checked = true;
  return "";
}`
	tb.until("an account to choose", func() error {
		var why string
		err := tb.look(choose, &why, account)
		if err == nil && why != "" {
			err = errors.New(why)
		}
		return err
	})
}

// untick takes a permission away on a provider's page.
func (tb *tab) untick(scope string) {
	tb.t.Helper()
	const take = `(scope) => { const box = [...document.querySelectorAll("input[type=checkbox]")].find((e) => e.value.endsWith(scope)); if (box) box.checked = false; return !!box; }`
	var done bool
	tb.must(tb.look(take, &done, scope))
	if !done {
		tb.t.Fatalf("there is no %s to untick on %s", scope, tb.at())
	}
}

// key presses a key of the keyboard.
func (tb *tab) key(keys ...string) {
	tb.t.Helper()
	for _, key := range keys {
		tb.do(chromedp.KeyEvent(key))
	}
}

// focused is what the keyboard would act on, by its words.
const focused = `() => { const e = document.activeElement; return e === document.body ? "" : (e.getAttribute("aria-label") || e.innerText || [...(e.labels || [])].map((l) => l.innerText).join(" ") || e.id).replace(/\s+/g, " ").trim(); }`

// farthest is how many times somebody presses Tab before giving up.
const farthest = 80

// tabTo presses Tab until something is focused that is called so.
func (tb *tab) tabTo(words string) {
	tb.t.Helper()
	var passed []string
	for range farthest {
		tb.key(kb.Tab)
		var now string
		tb.must(tb.look(focused, &now))
		if now == words || strings.HasPrefix(now, words) {
			return
		}
		passed = append(passed, now)
	}
	tb.fail("%q is not reached with Tab on %s; these are: %q", words, tb.at(), passed)
}

// enter activates what is focused.
func (tb *tab) enter() {
	tb.t.Helper()
	tb.key(kb.Enter)
}
