// A form is sent once, and what was typed is not lost by accident.
//
//   form (method post)     a second submission is ignored until the page changes
//   data-resend            for forms that answer with a download: may be sent again at once
//   data-guard             warns before leaving with unsaved changes ("dirty": from the start)
//   [data-error-summary]   gets the focus when the page opens with errors

const STUCK_MS = 15000; // after a stopped load the form may be sent again
const sent = new WeakSet();
let leaving = false;

function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll(".enviando")) button.classList.remove("enviando");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  leaving = !("resend" in form.dataset);
  if ("resend" in form.dataset) return;
  sent.add(form);
  // Not disabled: a disabled button would take its name and value out of the submission.
  event.submitter?.classList.add("enviando");
  window.setTimeout(() => release(form), STUCK_MS);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
  leaving = false;
});

// Back in history shows the page as it was left: let its forms be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  for (const form of document.forms) release(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "guard" in form.dataset) form.dataset.guard = "dirty";
});

window.addEventListener("beforeunload", (event) => {
  if (!leaving && document.querySelector('form[data-guard="dirty"]')) event.preventDefault();
});

function focusErrors(root) {
  root.querySelector?.("[data-error-summary]")?.focus();
}

focusErrors(document);
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));

// The code on a receipt opens the public check with its folio behind "#", which no server sees.
for (const form of document.querySelectorAll("form[data-fragment-to]")) {
  const field = form.elements[form.dataset.fragmentTo];
  const folio = decodeURIComponent(location.hash.slice(1));
  if (field && !field.value && /^[A-Za-z0-9-]{1,40}$/.test(folio)) {
    field.value = folio;
    form.elements.key?.focus();
  }
}
