// A link with data-dialog shows the part of its page that is marked
// data-dialog-part in a dialog. Without this file, or when the page cannot be
// had, it is a link like any other.
"use strict";
const closers = (part) => part.querySelectorAll("a[data-closes]").forEach((a) => {
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.closes = "";
  close.textContent = a.textContent;
  close.id = a.id;
  const focused = a === document.activeElement;
  a.replaceWith(close);
  if (focused) close.focus();
});
// What comes into the dialog later.
document.addEventListener("htmx:load", (event) => { if (event.target.closest("dialog")) closers(event.target); });
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  event.stopPropagation();
  link.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link.href, { headers: { Accept: "text/html", "HX-Boosted": "true" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const part = page.querySelector("[data-dialog-part]");
    if (!response.ok || !part) throw new Error("no such part");
    const dialog = document.createElement("dialog");
    const heading = part.querySelector("h1");
    if (heading) {
      heading.id = "dialog-title";
      dialog.setAttribute("aria-labelledby", heading.id);
    }
    closers(part);
    dialog.append(part);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    htmx.process(dialog);
    dialog.showModal();
  } catch {
    location.href = link.href;
  } finally {
    link.removeAttribute("aria-busy");
  }
}, true);
