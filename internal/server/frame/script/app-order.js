// Lists that are put in order: <ol data-order> with <li data-row>. Rows are moved
// by dragging, and their buttons work without asking the server. The form's
// fields are in the rows, so what is sent is what is seen.
"use strict";
(() => {
  let dragged;
  const settle = (list) => {
    const rows = [...list.children];
    rows.forEach((row, i) => {
      row.querySelector("[data-move=up]").disabled = i === 0;
      row.querySelector("[data-move=down]").disabled = i === rows.length - 1;
    });
    const own = list.closest("fieldset")?.querySelector("input[type=radio][value=own]");
    if (own) own.checked = true;
  };
  document.addEventListener("pointerover", (event) => {
    const row = event.target.closest("[data-order] > li");
    if (row && !row.draggable) row.draggable = true;
  });
  document.addEventListener("dragstart", (event) => {
    const row = event.target.closest?.("[data-order] > li");
    if (!row) return;
    dragged = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.row);
    row.classList.add("dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("[data-order] > li");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    const below = event.clientY > box.top + box.height / 2;
    over.parentElement.insertBefore(dragged, below ? over.nextSibling : over);
  });
  document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    settle(dragged.parentElement);
    dragged = undefined;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-order] button[data-move]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("li"), list = row.parentElement;
    const next = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling?.nextElementSibling;
    list.insertBefore(row, next ?? null);
    settle(list);
    (button.disabled ? row.querySelector("[data-move]:not([disabled])") : button)?.focus();
  });
  document.addEventListener("change", (event) => {
    const list = event.target.closest("[data-order]");
    if (list) settle(list);
  });
})();
