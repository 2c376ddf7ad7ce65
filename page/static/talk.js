// The conversation: asks, waits, stops, and puts back what was there before a reload.
import { all, call, glide, narrow, one, persist, Refused, say, state, text } from "./net.js";
import { clear, mark, opened, show } from "./source.js";

const waiting = new Map(); // turn -> AbortController
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("clusterdesk") : null;
let frame = { welcome: "", empty: "" };
let changed = () => {}; // told when the list of conversations has changed

export const isWaiting = () => waiting.size > 0;
const list = () => one("#conversation .conversation");
const element = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
};

export async function ask(question, { literal = false, documents = null } = {}) {
  let kept;
  try {
    kept = await persist("/desk/turns", { body: { question, conversation: state.conversation, literal, documents } });
  } catch (error) {
    if (error instanceof Refused) notice(error.message);
    throw error;
  }
  if (kept.conversation !== state.conversation) entered(kept.conversation, "");
  state.questions.push(question);
  append(kept.html);
  tell();
  await reply(kept.turn);
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
  entered(id, "", push);
  if (id) {
    try { await catchUp(); } catch (error) {
      if (!(error instanceof Refused)) throw error;
      entered("", "", push); // it was deleted
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
  state.title = found.title;
  one("#conversation .after").innerHTML = found.downloads;
  for (const turn of found.turns) {
    if (one(`#turn-${turn.turn}`)) continue;
    append(turn.html, "auto");
    if (turn.waiting) reply(turn.turn);
  }
  state.questions.push(...found.questions);
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

function entered(id, title, push = true) {
  state.conversation = id;
  state.title = title;
  const address = id ? `/?c=${encodeURIComponent(id)}` : "/";
  if (push && address !== location.pathname + location.search) history.pushState({}, "", address);
  if (id && !one("#conversation .after")?.innerHTML) catchUpDownloads(id);
}

async function catchUpDownloads(id) {
  const found = await persist(`/desk/conversations/${id}?after=${Number.MAX_SAFE_INTEGER}`);
  if (state.conversation === id) one("#conversation .after").innerHTML = found.downloads;
}

function append(html, behavior = glide()) {
  one(".welcome")?.remove();
  list().append(element(html));
  newest(behavior);
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
