// One-letter keys. Off while typing, with Ctrl, Alt or Meta, in dialogs, and where the person
// turned them off (body[data-keys=off]).
//
//   data-key="t"           on a link or button: the key presses it; on a field: focuses it
//   data-key="g b"         two keys, one after the other
//   looked for in the bulk bar when rows are marked, then in the open preview, then everywhere
//   J K X Enter Esc        belong to the list: sent on as a "caseflow:key" event (list.js)

const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable]";
const LIST_KEYS = new Set(["j", "k", "x", "enter", "escape"]);
const PREFIX_MS = 1200;
let prefix = "";
let prefixAt = 0;

function enabled() {
  return document.body.dataset.keys !== "off";
}

function visible(element) {
  return element.getClientRects().length > 0;
}

/** The element that a key means now: marked rows first, then the open preview, then the page. */
function target(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const scopes = [
    document.querySelector('[data-bulk][data-count]:not([data-count="0"])'),
    document.querySelector("#preview:not([hidden])"),
    document,
  ];
  for (const scope of scopes) {
    const found = scope && [...scope.querySelectorAll(wanted)].find(visible);
    if (found) return found;
  }
  return null;
}

function press(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else if (element.getAttribute("aria-disabled") === "true") {
    element.focus(); // its description says why it cannot be done now
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  if (!enabled() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.isComposing || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;

  const key = event.key.toLowerCase();
  const pair = prefix && event.timeStamp - prefixAt < PREFIX_MS ? `${prefix} ${key}` : "";
  prefix = "";

  if (pair) {
    const element = target(pair);
    if (element) {
      event.preventDefault();
      press(element);
      return;
    }
  }
  if (key === "g") {
    prefix = key;
    prefixAt = event.timeStamp;
    return;
  }
  if (key === "?") {
    event.preventDefault();
    document.getElementById("atajos")?.showModal();
    return;
  }
  if (LIST_KEYS.has(key)) {
    const told = new CustomEvent("caseflow:key", { detail: { key, origin: event.target }, cancelable: true });
    if (!document.dispatchEvent(told)) event.preventDefault();
    return;
  }
  if (key.length !== 1) return;
  const element = target(key);
  if (element) {
    event.preventDefault();
    press(element);
  }
});

// The button that shows the keys appears only where the keys work.
if (enabled()) {
  for (const button of document.querySelectorAll('[data-opens="atajos"]')) button.hidden = false;
}
