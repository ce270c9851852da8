// What pages can do beyond HTML. Every page works without this file.
"use strict";

// Live updates: the server says that something changed, the page's own address
// is asked again, and what is marked data-fresh is replaced. What somebody is
// typing into, or has opened, is left alone; while a dialog is open, everything is.
// Whatever has the focus keeps it.
(() => {
  let source, watched;
  const busy = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea") ||
    document.querySelector("dialog[open]") || part.querySelector("details[open][data-keep]");
  const alike = (part, e) => [...part.querySelectorAll("a, button, summary")].filter((other) =>
    other.tagName === e.tagName && other.textContent === e.textContent && other.getAttribute("href") === e.getAttribute("href"));
  const replace = (part, html) => {
    const focused = part.contains(document.activeElement) && document.activeElement;
    const nth = focused && alike(part, focused).indexOf(focused);
    part.innerHTML = html;
    if (focused) alike(part, focused)[nth]?.focus({ preventScroll: true });
  };
  const refresh = async () => {
    if (!document.querySelector("[data-fresh]")) return;
    const response = await fetch(location.href, { headers: { Accept: "text/html", "Slotward-Refresh": "true" }, credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const next = page.getElementById(part.id);
      if (next && !busy(part) && next.innerHTML !== part.innerHTML) {
        replace(part, next.innerHTML);
        htmx.process(part);
      }
    }
  };
  const watch = () => {
    const address = document.body.dataset.live;
    if (address === watched) return;
    source?.close();
    watched = address;
    if (!address) return;
    source = new EventSource(address);
    source.addEventListener("changed", refresh);
  };
  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("close", refresh, true); // of a dialog: what changed meanwhile
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.boosted) {
      document.body.dataset.live = document.getElementById("main")?.dataset.live || "";
      watch();
    }
  });
  addEventListener("pagehide", () => { source?.close(); source = watched = undefined; });
  addEventListener("pageshow", watch);
})();

// Copy buttons: <button data-copy="text">. Where a browser lets no page write to
// the clipboard, as over plain HTTP, the text is selected, or put where it can be.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || button.dataset.told) return;
  button.dataset.told = "true";
  const before = [...button.childNodes], text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    const codes = [...document.querySelectorAll("code")];
    let shown = codes.find((code) => code.textContent === text);
    if (!shown) {
      shown = document.createElement("code");
      shown.textContent = text;
      button.after(shown);
    }
    getSelection().selectAllChildren(shown);
    button.textContent = "Selected: copy it";
  }
  setTimeout(() => { button.replaceChildren(...before); delete button.dataset.told; }, 1500);
});

// Forms with data-progress="id": what is done is told there while it is done, and
// then what came of it. Without this the answer comes when it is over.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const out = form.dataset.progress && document.getElementById(form.dataset.progress);
  if (!out || form.dataset.plain) return;
  event.preventDefault();
  event.stopPropagation();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/event-stream" }, credentials: "same-origin" });
    if (!(response.headers.get("Content-Type") || "").startsWith("text/event-stream")) {
      form.dataset.plain = "true";
      button.disabled = false;
      form.requestSubmit(button);
      return;
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const text = /^data: (.*)$/m.exec(part);
        if (text) out.textContent = text[1];
      }
    }
  } catch {
    out.textContent = "The connection was lost; the work goes on. Reload this page in a moment.";
  }
  button.disabled = false;
}, true);

// Dialogs: <button data-opens="id">, closed by a button with data-closes.
document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) {
    const dialog = document.getElementById(opens.dataset.opens);
    if (dialog) { event.preventDefault(); dialog.showModal(); }
  }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

// The viewer's time zone, so that the server can write times in it.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes("zone=" + encodeURIComponent(zone))) {
    document.cookie = "zone=" + encodeURIComponent(zone) + "; path=/; max-age=31536000; samesite=lax";
  }
})();
