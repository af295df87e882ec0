// A search box above the list of areas; without this file the whole list shows.
//
//   [data-filters="name"]  its box hides the options of the checkboxes of that name that do not fit

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function wire(root) {
  for (const box of root.querySelectorAll("[data-filters]")) {
    if (!box.hidden) continue;
    box.hidden = false;
    const search = box.querySelector("input");
    const options = box.closest("form").querySelectorAll(`input[name="${box.dataset.filters}"]`);
    search.addEventListener("input", () => {
      const wanted = plain(search.value.trim());
      for (const option of options) {
        const row = option.closest("li");
        row.hidden = !option.checked && !plain(row.textContent).includes(wanted);
      }
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}

wire(document);
document.addEventListener("htmx:afterSwap", (event) => wire(event.detail.target));
