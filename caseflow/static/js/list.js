// The list of the inbox: marking rows, the bulk bar, moving with J and K, the preview pane.
//
//   table[data-list]              tr[data-row] data-url="page" data-preview="fragment"
//   input[data-check]             one per row; input[data-check-all] in the head
//   input[data-check-every]       all rows of the list, those of other pages too
//   [data-bulk]                   the bulk bar; [data-bulk-count] says how many are marked;
//                                 its buttons with data-needs-marks wait for a mark
//   #preview                      the pane; fragments bring a [data-closes-preview] button
//
// Without this file the link of each row opens its page and the bulk form takes the boxes.

const table = document.querySelector("table[data-list]");
const pane = document.getElementById("preview");
const live = document.getElementById("anuncios");
const FOLLOW_MS = 160;
let shown = "";
let timer = 0;
let request = null;

const rows = () => [...table.querySelectorAll("tr[data-row]")];
const active = () => table.querySelector("tr.is-active");
const boxes = () => [...table.querySelectorAll("input[data-check]")];

function say(text) {
  if (live) live.textContent = text;
}

// --- marks and bulk bar ---------------------------------------------------------------

function count() {
  const bar = document.querySelector("[data-bulk]");
  const all = table.querySelector("[data-check-all]");
  const every = document.querySelector("input[data-check-every]")?.checked ?? false;
  const marked = boxes().filter((box) => box.checked).length;
  if (all) {
    all.checked = marked > 0 && marked === boxes().length;
    all.indeterminate = marked > 0 && marked < boxes().length;
  }
  if (!bar) return;
  bar.dataset.count = String(every ? boxes().length : marked);
  const label = bar.querySelector("[data-bulk-count]");
  if (label) {
    const words = marked === 1 ? label.dataset.one : label.dataset.many;
    label.textContent = marked ? words.replace("{n}", String(marked)) : label.dataset.none;
  }
  for (const button of bar.querySelectorAll("[data-needs-marks]")) {
    if (marked || every) button.removeAttribute("aria-disabled");
    else button.setAttribute("aria-disabled", "true");
  }
}

// --- moving -----------------------------------------------------------------------------

function activate(row, { focus = true } = {}) {
  active()?.classList.remove("is-active");
  row.classList.add("is-active");
  if (focus) row.querySelector("a")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (pane && !pane.hidden) {
    clearTimeout(timer);
    timer = setTimeout(() => preview(row), FOLLOW_MS);
  }
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(active());
  activate(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))]);
}

// --- preview ----------------------------------------------------------------------------

/** Whether the window has room for the pane: below it, Enter goes to the page. */
function roomy() {
  if (!pane) return false;
  const hidden = pane.hidden;
  pane.hidden = false;
  const room = pane.getClientRects().length > 0;
  pane.hidden = hidden;
  return room;
}

async function preview(row) {
  const address = row.dataset.preview;
  if (!pane || !address || shown === address) return;
  request?.abort();
  request = new AbortController();
  try {
    const answer = await fetch(address, {
      headers: { "HX-Request": "true", "HX-Target": "preview" },
      credentials: "same-origin",
      signal: request.signal,
    });
    if (!answer.ok || answer.redirected) {
      window.location.assign(row.dataset.url);
      return;
    }
    pane.innerHTML = await answer.text();
  } catch (problem) {
    if (problem.name !== "AbortError") window.location.assign(row.dataset.url);
    return;
  }
  shown = address;
  pane.hidden = false;
  window.htmx?.process(pane);
  row.scrollIntoView({ block: "nearest" });
  say(pane.dataset.opened ?? "");
}

function closePreview() {
  if (!pane || pane.hidden) return false;
  request?.abort();
  clearTimeout(timer);
  shown = "";
  pane.hidden = true;
  pane.replaceChildren();
  active()?.querySelector("a")?.focus();
  return true;
}

// --- events -----------------------------------------------------------------------------

function onKey(event) {
  const { key, origin } = event.detail;
  const row = origin.closest?.("tr[data-row]");
  if (row && row !== active()) activate(row, { focus: false });
  const current = active();
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    event.preventDefault();
  } else if (key === "x" && current) {
    const box = current.querySelector("input[data-check]");
    if (box) {
      box.checked = !box.checked;
      count();
    }
    event.preventDefault();
  } else if (key === "escape") {
    if (closePreview()) event.preventDefault();
  } else if (key === "enter" && current) {
    const onLink = origin.matches?.("a, button, input, summary");
    const ownLink = origin === current.querySelector("a");
    if (onLink && !ownLink) return; // another control: Enter keeps its own meaning
    if (!roomy() || shown === current.dataset.preview) {
      if (!ownLink) window.location.assign(current.dataset.url);
      return;
    }
    event.preventDefault();
    preview(current);
  }
}

if (table) {
  document.addEventListener("caseflow:key", onKey);
  table.addEventListener("change", (event) => {
    if (event.target.matches("[data-check-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    count();
  });
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row || event.target.closest("a, button, input, label, summary")) return;
    activate(row);
    if (roomy()) preview(row);
  });
  document.querySelector("input[data-check-every]")?.addEventListener("change", count);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes-preview]")) {
      event.preventDefault();
      closePreview();
    }
    const button = event.target.closest("[data-bulk] [data-needs-marks][aria-disabled=true]");
    if (button) {
      event.preventDefault();
      say(button.dataset.needsMarks);
    }
  });
  count();
  // The browser restores boxes after scripts when the page is loaded again.
  window.addEventListener("pageshow", count);
}
