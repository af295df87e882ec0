// Long work shows itself: an element with data-poll="address" is replaced every second by the
// fragment found there, until a fragment comes without data-poll. Reloading the page shows the
// same state, so nothing is lost without this file.
//
//   data-say on the fragment is read aloud when it changes
//   data-then on the last fragment: the address to go to

const EVERY_MS = 1000;
const SLOWEST_MS = 15000;
const live = document.getElementById("anuncios");

function follow(element, delay = EVERY_MS) {
  window.setTimeout(async () => {
    if (!element.isConnected) return;
    if (document.hidden) {
      follow(element, EVERY_MS);
      return;
    }
    let text;
    try {
      const answer = await fetch(element.dataset.poll, {
        headers: { "HX-Request": "true" },
        credentials: "same-origin",
      });
      if (answer.redirected) {
        window.location.reload(); // signed out: let the server say so
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      text = await answer.text();
    } catch {
      follow(element, Math.min(delay * 2, SLOWEST_MS));
      return;
    }
    const holder = document.createElement("template");
    holder.innerHTML = text.trim();
    const next = holder.content.firstElementChild;
    if (!next) return;
    const said = next.dataset.say;
    if (live && said && said !== element.dataset.say) live.textContent = said;
    const focused = element.contains(document.activeElement) ? document.activeElement.id : "";
    element.replaceWith(next);
    if (focused) document.getElementById(focused)?.focus();
    window.htmx?.process(next);
    if (next.dataset.then) window.location.assign(next.dataset.then);
    else if (next.dataset.poll) follow(next);
  }, delay);
}

for (const element of document.querySelectorAll("[data-poll]")) follow(element);
document.addEventListener("htmx:afterSwap", (event) => {
  const root = event.detail.target;
  for (const element of root.querySelectorAll?.("[data-poll]") ?? []) follow(element);
});
