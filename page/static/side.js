// The list of kept conversations: open, search, rename, delete.
import { call, narrow, one, persist, reason, state, store, stored, warning } from "./net.js";
import { enter, tell } from "./talk.js";

let due = 0;
let asked = 0;

// Brings the list up to date; of several answers on their way only that to the last request counts.
export async function refresh() {
  const list = one("#side .side-list");
  if (!list) return;
  const query = new URLSearchParams({ search: one("#side .side-search").value, current: state.conversation });
  const ask = ++asked;
  const html = await persist(`/desk/conversations?${query}`);
  if (ask === asked) list.innerHTML = html;
}

export function sideShown(shown, keep = true) {
  document.body.classList.toggle("side-open", shown);
  const toggle = one("#header .side-toggle");
  toggle?.setAttribute("aria-expanded", String(shown));
  if (keep && !narrow()) store("side", shown ? "open" : "shut");
  if (shown && narrow()) one("#side .side-search")?.focus();
}

export const sideIsOver = () => document.body.classList.contains("side-open") && window.matchMedia("(max-width: 1279px)").matches;

// Shows a dialog; resolves to whether its button was used.
function confirmed(dialog) {
  return new Promise((done) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => done(dialog.returnValue === "use"), { once: true });
    dialog.showModal();
  });
}

// Changes a kept conversation; says above the list why it could not be, and returns whether it was.
async function change(row, options) {
  one("#side .warning")?.remove();
  try {
    await call(`/desk/conversations/${row.dataset.conversation}`, options);
    return true;
  } catch (error) {
    one("#side .side-list").before(warning(reason(error)));
    return false;
  }
}

async function rename(row) {
  const dialog = one("#naming");
  const field = one('[name="title"]', dialog);
  field.value = one(".open span", row).textContent;
  const sure = confirmed(dialog);
  field.select();
  if (!(await sure)) return;
  if (await change(row, { method: "PATCH", body: { title: field.value } })) tell();
}

async function remove(row) {
  const dialog = one("#deleting");
  one(".about", dialog).textContent = one(".open span", row).textContent;
  if (!(await confirmed(dialog))) return;
  if (!(await change(row, { method: "DELETE" }))) return;
  if (row.dataset.conversation === state.conversation) await enter("");
  tell();
}

export function watchSide() {
  sideShown(window.matchMedia("(min-width: 1280px)").matches && stored("side", "open") === "open", false);
  document.addEventListener("input", (event) => {
    if (!event.target.matches(".side-search")) return;
    clearTimeout(due);
    due = setTimeout(refresh, 120);
  });
  document.addEventListener("click", async (event) => {
    if (event.target.closest?.(".side-toggle")) { sideShown(!document.body.classList.contains("side-open")); return; }
    if (event.target.matches?.(".side-shade")) { sideShown(false); return; }
    const row = event.target.closest?.("[data-conversation]");
    if (!row) return;
    if (event.target.closest(".rename")) await rename(row);
    else if (event.target.closest(".delete")) await remove(row);
    else if (event.target.closest(".open") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (sideIsOver()) sideShown(false);
      await enter(row.dataset.conversation);
      refresh();
      one("#question textarea").focus();
    }
  });
}
