// The conversation: asks, waits, stops, and puts back what was there before a reload.
import { all, call, glide, narrow, one, persist, Refused, say, state, text } from "./net.js";
import { clear, mark, opened, show } from "./source.js";

const waiting = new Map(); // turn -> AbortController
let sending = null; // AbortController of a question on its way to be kept
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("clusterdesk") : null;
let frame = { welcome: "", empty: "" };
let changed = () => {}; // told when the list of conversations has changed

export const isWaiting = () => waiting.size > 0 || sending !== null;
const list = () => one("#conversation .conversation");
const element = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
};

// Asks a question; `taken` is called as soon as the server keeps it.
export async function ask(question, { literal = false, documents = null, taken = () => {} } = {}) {
  const kept = await keep({ question, conversation: state.conversation, literal, documents });
  if (!kept) return;
  taken();
  if (kept.conversation !== state.conversation) {
    entered(kept.conversation);
    showDownloads(kept.conversation);
  }
  add(kept.turn, kept.html, question);
  tell();
  await reply(kept.turn);
}

async function keep(body) {
  one(".refused-question")?.remove();
  sending = new AbortController();
  busy();
  try {
    return await persist("/desk/turns", { body, signal: sending.signal });
  } catch (error) {
    if (error instanceof Refused) notice(error.message);
    return null;
  } finally {
    sending = null;
    busy();
  }
}

async function reply(turn) {
  const stop = new AbortController();
  waiting.set(turn, stop);
  busy();
  try {
    const came = await persist(`/desk/turns/${turn}/reply`, { method: "POST", signal: stop.signal });
    replace(turn, came.html);
    if (came.source) show(came.opened, came.source);
    else if (came.answered) clear(frame.empty);
    say(came.say ?? one(`#turn-${turn} .sentence`)?.textContent ?? "");
    tell();
  } catch (error) {
    if (error.name !== "AbortError") replace(turn, "");
  } finally {
    waiting.delete(turn);
    busy();
  }
}

// Stops what is being answered; returns the question, so that it can be changed.
export async function stop() {
  sending?.abort();
  const turn = [...waiting.keys()].pop();
  if (turn === undefined) return "";
  const question = one(`#turn-${turn} .question`)?.textContent ?? "";
  waiting.get(turn).abort();
  replace(turn, "");
  state.questions.pop();
  await call(`/desk/turns/${turn}`, { method: "DELETE" });
  say(text("stopped"));
  tell();
  return question;
}

export function again(turn) {
  const article = one(`#turn-${turn}`);
  article?.classList.replace("notice", "waiting");
  reply(turn);
}

// Shows a conversation, or an empty one for "".
export async function enter(id, { push = true } = {}) {
  for (const stopping of waiting.values()) stopping.abort();
  state.questions = [];
  one("#conversation").innerHTML = '<div class="conversation" role="log" aria-live="off"></div><div class="after"></div>';
  list().setAttribute("aria-label", text("conversations"));
  clear(frame.empty);
  entered(id, push);
  if (id) {
    try { await catchUp(); } catch (error) {
      if (!(error instanceof Refused)) throw error;
      entered("", push); // it was deleted
    }
  }
  if (!all(".turn").length) list().innerHTML = frame.welcome;
  newest("auto");
}

// Brings what was asked elsewhere, in another tab or before a restart.
export async function catchUp() {
  if (!state.conversation) return;
  const last = all(".turn").pop()?.dataset.turn ?? 0;
  const found = await persist(`/desk/conversations/${state.conversation}?after=${last}`);
  one("#conversation .after").innerHTML = found.downloads;
  found.turns.forEach((turn, place) => {
    if (add(turn.turn, turn.html, found.questions[place], "auto") && turn.waiting) reply(turn.turn);
  });
}

export function watchTalk(parts, listChanged) {
  frame = parts;
  changed = listChanged;
  tabs?.addEventListener("message", (event) => {
    if (event.data === state.conversation) catchUp();
    changed();
  });
}

export function reframe(parts) { frame = parts; }

export function tell() {
  tabs?.postMessage(state.conversation);
  changed();
}

function entered(id, push = true) {
  state.conversation = id;
  const address = id ? `/?c=${encodeURIComponent(id)}` : "/";
  if (push && address !== location.pathname + location.search) history.pushState({}, "", address);
}

async function showDownloads(id) {
  const found = await persist(`/desk/conversations/${id}?after=${Number.MAX_SAFE_INTEGER}`);
  if (state.conversation === id) one("#conversation .after").innerHTML = found.downloads;
}

// Adds a turn unless it is there already; returns whether it was added.
function add(turn, html, question, behavior = glide()) {
  if (one(`#turn-${turn}`)) return false;
  one(".welcome")?.remove();
  list().append(element(html));
  state.questions.push(question);
  newest(behavior);
  return true;
}

function replace(turn, html) {
  const article = one(`#turn-${turn}`);
  if (html) article?.replaceWith(element(html));
  else article?.remove();
  if (!all(".turn").length) list().innerHTML = frame.welcome;
  mark(opened() ? undefined : "");
}

function notice(sentence) {
  one(".refused-question")?.remove();
  const line = document.createElement("p");
  line.className = "warning refused-question";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  list().append(line);
  line.scrollIntoView({ block: "nearest" });
}

function newest(behavior) {
  const last = all("#conversation .turn").pop();
  if (!last) return;
  const view = one("#conversation");
  if (narrow()) last.scrollIntoView({ behavior, block: "start" });
  else view.scrollTo({ top: view.scrollTop + last.getBoundingClientRect().top - view.getBoundingClientRect().top - 2, behavior });
}

function busy() {
  const send = one("#send");
  if (send) send.disabled = isWaiting();
}
