// Where to look: some documents only, by country and date. Always visible above the box, and remembered.
import { all, one, store, stored, text } from "./net.js";

const boxes = () => all('#filter [name="document"]');

// The ids of the documents to look in; null: all.
export function documents() {
  const kept = stored("documents");
  if (!kept) return null;
  const known = boxes().map((box) => box.value);
  const chosen = kept.split(" ").filter((id) => known.includes(id));
  return chosen.length && chosen.length < known.length ? chosen : null;
}

export function showFilter() {
  const chosen = documents();
  const titles = boxes().filter((box) => chosen?.includes(box.value)).map((box) => box.dataset.title);
  const line = document.createElement("p");
  line.className = chosen ? "only" : "";
  const words = document.createElement("span");
  words.textContent = chosen ? text("looking_in", { documents: titles.join(", ") }) : text("looking_in_all");
  const change = document.createElement("button");
  change.type = "button";
  change.className = "link change";
  change.textContent = text("change");
  line.append(words, " ", change);
  if (chosen) {
    const everything = document.createElement("button");
    everything.type = "button";
    everything.className = "link everything";
    everything.textContent = text("all_documents");
    line.append(" ", everything);
  }
  one("#looking-in").replaceChildren(line);
}

export function openFilter() {
  const chosen = documents();
  for (const box of boxes()) box.checked = !chosen || chosen.includes(box.value);
  one('#filter [name="since"]').value = "";
  countries();
  one("#filter").returnValue = ""; // else Esc would use what was used the last time
  one("#filter").showModal();
}

function countries() {
  for (const group of all("#filter fieldset")) {
    const inside = all('[name="document"]', group);
    const checked = inside.filter((box) => box.checked).length;
    const head = one(".country", group);
    head.checked = checked === inside.length;
    head.indeterminate = checked > 0 && checked < inside.length;
  }
  one("#filter .primary").disabled = !boxes().some((box) => box.checked);
}

// Whether a document is known to be of a year or later; any is for no year.
const since = (box, year) => !year || (/^\d{4}$/.test(box.dataset.year) && box.dataset.year >= year);

function keep() {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
  store("documents", chosen.length === boxes().length ? "" : chosen.join(" "));
  showFilter();
}

export function watchFilter() {
  document.addEventListener("change", (event) => {
    const target = event.target;
    if (!target.closest?.("#filter")) return;
    if (target.matches(".country")) for (const box of all('[name="document"]', target.closest("fieldset"))) box.checked = target.checked;
    if (target.name === "since") for (const box of boxes()) box.checked = since(box, target.value);
    countries();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#looking-in .change")) openFilter();
    else if (event.target.closest?.("#looking-in .everything")) { store("documents", ""); showFilter(); }
    else if (event.target.closest?.("#filter .all")) { for (const box of boxes()) box.checked = true; countries(); }
  });
  document.addEventListener("close", (event) => {
    if (event.target.id === "filter" && event.target.returnValue === "use") keep();
  }, true);
}
