// The source side: opens a citation, walks through them, shows the whole document. On a narrow screen it is a sheet.
import { finding } from "./find.js";
import { all, narrow, one, persist, reason, say, warning } from "./net.js";

const pane = () => one("#source .pane-html") ?? one("#source");
let current = null; // {turn, kind, place, whole}
let cameFrom = null;
let asked = 0;

export const opened = () => current;
export const sheetIsOpen = () => document.body.classList.contains("sheet");

export function readId(id) {
  const [turn, kind, place] = id.split("-");
  return { turn: Number(turn), kind, place: Number(place) };
}

// Puts a source there. `sheet`: on a narrow screen too, where it covers the conversation.
export function show(id, html, { sheet = false, whole = false } = {}) {
  current = { ...readId(id), whole };
  fill(html);
  mark(id);
  if (sheet && narrow()) openSheet();
}

export async function open(id, { whole = false, from = null } = {}) {
  const { turn, kind, place } = readId(id);
  const ask = ++asked;
  if (from) cameFrom = from;
  let html = "";
  try {
    html = await persist(`/desk/turns/${turn}/source/${kind}/${place}${whole ? "?whole=true" : ""}`);
  } catch (error) {
    html = warning(reason(error)).outerHTML;
  }
  if (ask !== asked) return;
  show(id, html, { sheet: true, whole });
  const label = one(".walk .label", pane());
  if (label) say(`${label.textContent}. ${one("h2", pane()).textContent}`);
}

export function walk(by) {
  if (!current) return;
  const id = `${current.turn}-${current.kind}-${current.place + by}`;
  if (one(`#turn-${current.turn} .citation[data-source="${id}"]`)) open(id);
}

export function toggleWhole() {
  if (current) open(`${current.turn}-${current.kind}-${current.place}`, { whole: !current.whole });
}

// Opens the source of a number: of the answer whose source is open, else of the last answer.
export function openNumber(number) {
  const turns = all(".turn.answered, .turn.refusal");
  const turn = turns.find((article) => Number(article.dataset.turn) === current?.turn) ?? turns[turns.length - 1];
  const link = turn ? all(".citation", turn)[number - 1] : null;
  if (link) open(link.dataset.source, { from: link });
}

export function clear(html) {
  current = null;
  fill(html);
  mark("");
  shutSheet();
}

function fill(html) {
  const place = pane();
  const held = place.contains(document.activeElement) ? like(document.activeElement) : "";
  place.innerHTML = html;
  finding(place);
  toQuote();
  if (held) refocus(one(held, place));
}

// A selector of what stands in the same place of another source.
const like = (element) => [element.localName, ...element.classList].map((name) => CSS.escape(name)).join(".");

// The focus stays on the control that was used; the last "next" cannot have it, nor what this source lacks.
function refocus(control) {
  control?.focus({ preventScroll: true });
  if (document.activeElement !== control) one("#source").focus({ preventScroll: true });
}

// Scrolls to the quote, or to the top if it can be seen from there.
function toQuote() {
  const view = one("#source");
  const quote = one("mark", view);
  const depth = quote ? quote.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop : 0;
  view.scrollTop = depth > view.clientHeight * 0.7 ? depth - view.clientHeight * 0.35 : 0;
}

export function mark(id = current ? `${current.turn}-${current.kind}-${current.place}` : "") {
  for (const link of all("[data-source]")) {
    if (id && link.dataset.source === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function openSheet() {
  document.body.classList.add("sheet");
  for (const part of all("#top, #talk, #side")) part.inert = true;
  const view = one("#source");
  view.setAttribute("role", "dialog");
  view.setAttribute("aria-modal", "true");
  view.setAttribute("aria-label", one("h2", view)?.textContent ?? "");
  toQuote();
  if (!view.contains(document.activeElement)) (one(".shut", view) ?? view).focus({ preventScroll: true });
}

export function shutSheet() {
  if (!sheetIsOpen()) return;
  document.body.classList.remove("sheet");
  for (const part of all("#top, #talk, #side")) part.inert = false;
  for (const name of ["role", "aria-modal", "aria-label"]) one("#source").removeAttribute(name);
  (cameFrom?.isConnected ? cameFrom : one("#question textarea"))?.focus({ preventScroll: true });
}

export function watchSource() {
  window.matchMedia("(max-width: 999px)").addEventListener("change", shutSheet);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-source]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(link.dataset.source, { from: link });
      return;
    }
    const button = event.target.closest?.("#source button");
    if (button?.classList.contains("walk-back")) walk(-1);
    else if (button?.classList.contains("walk-on")) walk(1);
    else if (button?.classList.contains("whole")) toggleWhole();
    else if (button?.classList.contains("shut")) shutSheet();
    else if (event.target.matches?.(".sheet-shade")) shutSheet();
  });
}

