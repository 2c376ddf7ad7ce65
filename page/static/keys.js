// The keyboard: what a key does anywhere on the page. The question box has its own keys in box.js.
import { copyAnswer, lastAnswer } from "./actions.js";
import { box, put, shutSuggestions, suggestionsAreOpen } from "./box.js";
import { openFilter } from "./filter.js";
import { all, one, store, stored } from "./net.js";
import { sideIsOver, sideShown } from "./side.js";
import { openNumber, sheetIsOpen, shutSheet, toggleWhole, walk } from "./source.js";
import { enter, isWaiting, stop } from "./talk.js";

let kept = "on"; // where the browser keeps nothing, the setting holds until the page is left
const singleKeys = () => stored("single-keys", kept) === "on";
const setting = () => one("#shortcuts .single-keys");
const digit = (event) => (/^(Digit|Numpad)[1-9]$/.test(event.code) ? Number(event.code.slice(-1)) : 0);

export async function fresh() {
  await enter("");
  box().focus();
}

function help() {
  setting().checked = singleKeys();
  one("#shortcuts").showModal();
}

function escape() {
  if (suggestionsAreOpen()) shutSuggestions();
  else if (isWaiting()) {
    const question = stop();
    if (!box().value) put(question);
    box().focus();
  }
  else if (sheetIsOpen()) shutSheet();
  else if (sideIsOver()) { sideShown(false); one(".side-toggle").focus(); }
  else box().focus();
}

const anywhere = { Comma: () => walk(-1), Period: () => walk(1), KeyN: fresh, KeyF: openFilter };
const outside = {
  n: () => walk(1),
  p: () => walk(-1),
  w: toggleWhole,
  c: () => copyAnswer(lastAnswer(), "plain"),
  "/": () => box().focus(),
  "?": help,
};

// What a key of a single character does: nothing while somebody types, but "?" in the empty box.
function single(event) {
  if (!event.target.matches?.("input, textarea, select")) {
    return digit(event) && !event.shiftKey ? () => openNumber(digit(event)) : outside[event.key];
  }
  return event.key === "?" && event.target === box() && !box().value ? help : null;
}

function keyed(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || all("dialog[open]").length) return;
  let act = null;
  if (event.key === "Escape") act = escape;
  else if (event.altKey) act = digit(event) ? () => openNumber(digit(event)) : anywhere[event.code];
  else if (singleKeys()) act = single(event);
  if (!act) return;
  event.preventDefault();
  act();
}

export function watchKeys() {
  document.addEventListener("keydown", keyed);
  document.addEventListener("change", (event) => {
    if (event.target !== setting()) return;
    kept = event.target.checked ? "on" : "off";
    store("single-keys", kept);
  });
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest?.(".help")) help();
    else if (target.closest?.("#fresh")) fresh();
    else if (target.closest?.(".turn .stop")) escape();
    else if (target.closest?.("dialog .shut") || target.matches?.("dialog[open]")) target.closest("dialog").close("");
  });
}
