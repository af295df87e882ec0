// Dialogs and drop-downs. Without this file every opener is still a link, a form or a <details>.
//
//   data-opens="id"        a button that opens <dialog id>
//   data-closes            a button inside a dialog that closes it
//   #dialogo-cuerpo        a fragment that htmx puts here opens the shared dialog around it
//   form[data-confirm]     asks the question first; the words come from the page
//   details.desp           closes with Esc and with a click elsewhere

const shared = document.getElementById("dialogo");
const confirmation = document.getElementById("confirmar");
let waiting = null;

function open(dialog) {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.opens));
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog")?.close();
    return;
  }
  for (const menu of document.querySelectorAll("details.desp[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.desp[open]");
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary")?.focus();
});

// One drop-down at a time.
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches("details.desp") || !menu.open) return;
  for (const other of document.querySelectorAll("details.desp[open]")) {
    if (other !== menu) other.open = false;
  }
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialogo-cuerpo" || !shared) return;
  const heading = event.detail.target.querySelector("h1, h2");
  if (heading) {
    heading.id ||= "dialogo-titulo";
    shared.setAttribute("aria-labelledby", heading.id);
    shared.removeAttribute("aria-label");
  }
  open(shared);
});

// The question comes before the form is sent; capture, so that other listeners never see a
// submission that has not been agreed to.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || !confirmation || form === waiting?.agreed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  waiting = { form, submitter: event.submitter };
  confirmation.querySelector("[data-question]").textContent = question;
  confirmation.returnValue = "";
  confirmation.showModal();
}, true);

confirmation?.addEventListener("close", () => {
  const asked = waiting;
  waiting = null;
  if (confirmation.returnValue !== "yes" || !asked) return;
  waiting = { agreed: asked.form };
  asked.form.requestSubmit(asked.submitter);
  waiting = null;
});
