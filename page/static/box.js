// The question box: Enter asks, arrows bring earlier questions back, suggestions while typing.
import { all, call, one, state, text } from "./net.js";
import { isWaiting } from "./talk.js";

export const box = () => one("#question textarea");
let at = null; // which earlier question is in the box; null: none
let due = 0;
let asked = 0;
let within = () => null;
let submit = () => {};

export function put(words) {
  const field = box();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true })); // so that Gradio knows it too
  field.setSelectionRange(words.length, words.length);
  shutSuggestions();
}

export function shutSuggestions() {
  clearTimeout(due);
  asked += 1;
  one("#suggestions")?.replaceChildren();
  one("#suggestions")?.setAttribute("hidden", "");
  box()?.removeAttribute("aria-activedescendant");
}

export const suggestionsAreOpen = () => all("#suggestions li").length > 0;

function ready() {
  const field = box();
  if (!field || field.dataset.ready) return;
  field.dataset.ready = "yes";
  field.setAttribute("aria-autocomplete", "list");
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  one("#composer").prepend(list);
  field.setAttribute("aria-controls", "suggestions");
}

async function suggest() {
  const typed = box().value.trim();
  const ask = ++asked;
  if (typed.length < 3 || typed.includes("\n")) { shutSuggestions(); return; }
  const query = new URLSearchParams({ typed });
  for (const document of within() ?? []) query.append("documents", document);
  let found = [];
  try { found = await call(`/desk/suggest?${query}`); } catch { return; }
  if (ask !== asked || document.activeElement !== box()) return;
  const list = one("#suggestions");
  list.setAttribute("aria-label", text("suggestions"));
  list.replaceChildren(...found.filter((question) => question !== typed).map((question, place) => {
    const item = document.createElement("li");
    item.id = `suggestion-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dir = "auto";
    item.textContent = question;
    return item;
  }));
  list.hidden = !list.children.length;
  box().removeAttribute("aria-activedescendant");
}

function choose(by) {
  const items = all("#suggestions li");
  const now = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
  const next = now + by;
  items.forEach((item, place) => item.setAttribute("aria-selected", String(place === next)));
  if (items[next]) {
    box().setAttribute("aria-activedescendant", items[next].id);
    items[next].scrollIntoView({ block: "nearest" });
  } else {
    box().removeAttribute("aria-activedescendant");
  }
}

function earlier(by) {
  const last = state.questions.length;
  const next = Math.max(0, Math.min(last, (at ?? last) + by));
  put(next === last ? "" : state.questions[next]);
  at = next === last ? null : next;
}

function send() {
  const chosen = one('#suggestions [aria-selected="true"]');
  const question = chosen ? chosen.textContent : box().value;
  if (question.trim() && !isWaiting()) submit(question, { typed: true });
}

function keyed(event) {
  if (event.isComposing || event.target !== box()) return;
  const walking = at !== null && box().value === state.questions[at];
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    event.stopPropagation();
    send();
  } else if (event.key === "ArrowDown" && suggestionsAreOpen()) {
    event.preventDefault();
    choose(1);
  } else if (event.key === "ArrowUp" && one('#suggestions [aria-selected="true"]')) {
    event.preventDefault();
    choose(-1);
  } else if ((event.key === "ArrowUp" && (!box().value || walking)) || (event.key === "ArrowDown" && walking)) {
    event.preventDefault();
    earlier(event.key === "ArrowUp" ? -1 : 1);
  }
}

export function watchBox(askQuestion, documents) {
  submit = askQuestion;
  within = documents;
  ready();
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("input", (event) => {
    if (event.target !== box() || !event.isTrusted) return;
    at = null;
    clearTimeout(due);
    due = setTimeout(suggest, 90);
  });
  document.addEventListener("focusout", (event) => { if (event.target === box()) setTimeout(shutSuggestions, 150); });
  document.addEventListener("mousedown", (event) => {
    const item = event.target.closest?.("#suggestions li");
    if (!item) return;
    event.preventDefault();
    if (!isWaiting()) submit(item.textContent, { typed: true });
  });
  document.addEventListener("click", (event) => { if (event.target.closest?.("#send")) send(); });
}
