// The conversation: asks, waits, stops, and puts back what was there before a reload.
import { all, glide, narrow, one, persist, reason, Refused, say, state, text, warning } from "./net.js";
import { clear, mark, opened, show } from "./source.js";

const waiting = new Map(); // turn -> AbortController
let sending = null; // a question on its way to be kept, with its AbortController
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
  const asked = state.conversation;
  const kept = await keep({ question, conversation: asked, literal, documents });
  if (!kept) return;
  taken();
  if (state.conversation !== asked) { tell(); return; } // it is answered as soon as its conversation is opened again
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
  const mine = { question: body.question, stop: new AbortController() };
  sending = mine;
  busy();
  try {
    return await persist("/desk/turns", { body, signal: mine.stop.signal });
  } catch (error) {
    if (error instanceof Refused) notice(error.message);
    return null;
  } finally {
    if (sending === mine) sending = null;
    busy();
  }
}

async function reply(turn) {
  const stop = new AbortController();
  waiting.set(turn, stop);
  busy();
  try {
    const came = await persist(`/desk/turns/${turn}/reply`, { method: "POST", signal: stop.signal });
    if (stop.signal.aborted) return;
    replace(turn, came.html);
    if (came.source) show(came.opened, came.source);
    else if (came.answered) clear(frame.empty);
    say(came.say ?? one(`#turn-${turn} .sentence`)?.textContent ?? "");
    tell();
  } catch (error) {
    if (!stop.signal.aborted) unanswered(turn, error);
  } finally {
    if (waiting.get(turn) === stop) waiting.delete(turn);
    busy();
  }
}

// A question that is gone elsewhere goes here too; of any other it is said why it has no answer, as notice_turn in render.py does.
function unanswered(turn, error) {
  if (error.status === 404) {
    replace(turn, "");
    notice(error.message);
    tell();
    return;
  }
  const article = one(`#turn-${turn}`);
  if (!article) return;
  article.classList.replace("waiting", "notice");
  const line = document.createElement("p");
  line.className = "sentence";
  line.textContent = reason(error);
  const once = document.createElement("button");
  once.type = "button";
  once.className = "link again";
  once.textContent = text("again");
  one(".reply", article).replaceChildren(line, once);
  say(line.textContent);
}

// Stops what is being sent or answered; returns the question, so that it can be changed.
export function stop() {
  if (sending) {
    sending.stop.abort();
    say(text("stopped"));
    return sending.question;
  }
  const turn = [...waiting.keys()].pop();
  if (turn === undefined) return "";
  const question = one(`#turn-${turn} .question`)?.textContent ?? "";
  waiting.get(turn).abort();
  replace(turn, "");
  state.questions.pop();
  say(text("stopped"));
  withdraw(turn);
  return question;
}

// Keeps trying while the server is away, so that a stopped question is not answered after all.
async function withdraw(turn) {
  try { await persist(`/desk/turns/${turn}`, { method: "DELETE" }); } catch (error) { notice(reason(error)); }
  tell();
}

export function again(turn) {
  const article = one(`#turn-${turn}`);
  article?.classList.replace("notice", "waiting");
  reply(turn);
}

// Shows a conversation, or an empty one for "".
export async function enter(id, { push = true } = {}) {
  sending?.stop.abort();
  for (const stopping of waiting.values()) stopping.abort();
  state.questions = [];
  one("#conversation").innerHTML = '<div class="conversation" role="log" aria-live="off"></div><div class="after"></div>';
  list().setAttribute("aria-label", text("conversations"));
  clear(frame.empty);
  entered(id, push);
  if (id) {
    let refused = null;
    try { await catchUp(); } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused = error;
    }
    if (state.conversation !== id) return; // another one was opened meanwhile
    if (refused) {
      entered("", push);
      list().innerHTML = frame.welcome;
      notice(refused.message);
      return;
    }
  }
  if (!all(".turn").length) list().innerHTML = frame.welcome;
  newest("auto");
}

// Brings what was asked elsewhere, in another tab or before a restart.
export async function catchUp() {
  const id = state.conversation;
  if (!id) return;
  const last = all(".turn").pop()?.dataset.turn ?? 0;
  const found = await persist(`/desk/conversations/${id}?after=${last}`);
  if (state.conversation !== id) return;
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
  let found;
  try { found = await persist(`/desk/conversations/${id}?after=${Number.MAX_SAFE_INTEGER}`); } catch { return; } // withdrawn or deleted
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
  const line = warning(sentence);
  line.classList.add("refused-question");
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
