// What pages can do beyond HTML. Every page works without this file.
"use strict";

// Live updates: the server says that something changed, the page's own address
// is asked again, and what is marked data-fresh is replaced. What somebody is
// typing into, or has opened, is left alone.
(() => {
  let source, watched;
  const busy = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea") ||
    part.querySelector("dialog[open], details[open][data-keep]");
  const refresh = async () => {
    const response = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const next = page.getElementById(part.id);
      if (next && !busy(part) && next.innerHTML !== part.innerHTML) {
        part.innerHTML = next.innerHTML;
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
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.boosted) {
      const live = document.getElementById("main")?.dataset.live;
      if (live) document.body.dataset.live = live;
      watch();
    }
  });
  addEventListener("pagehide", () => { source?.close(); source = watched = undefined; });
  addEventListener("pageshow", watch);
})();

// Copy buttons: <button data-copy="text">.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const before = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = before; }, 1500);
});

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
