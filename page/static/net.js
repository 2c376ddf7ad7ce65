// Talks to the server and holds what every script shares: the texts of the language and the open conversation.
export const state = { texts: {}, conversation: "", questions: [], language: "en" };

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const narrow = () => window.matchMedia("(max-width: 999px)").matches;
export const glide = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

// Waits, at most until `signal` aborts.
export const pause = (ms, signal) => new Promise((done) => {
  setTimeout(done, ms);
  signal?.addEventListener("abort", done, { once: true });
});

// The server says no, in a sentence. status: the number it says it with.
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

export function text(key, values = {}) {
  return Object.entries(values).reduce((sentence, [name, value]) => sentence.replaceAll(`{${name}}`, value), state.texts[key] ?? key);
}

export async function call(path, { method, body, signal } = {}) {
  const response = await fetch(path, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  const json = (response.headers.get("content-type") ?? "").startsWith("application/json");
  const data = json ? await response.json() : await response.text();
  if (!response.ok) throw new Refused(sentence(response.status, data), response.status);
  return data;
}

// What the server says of a refusal; of a breakdown it says nothing for people.
function sentence(status, data) {
  if (typeof data.detail === "string") return data.detail;
  return typeof data === "string" && status < 500 ? data.slice(0, 300) : text("broken");
}

// Keeps asking until the server answers: it may be restarting.
export async function persist(path, options = {}) {
  for (let wait = 300; ; wait = Math.min(wait * 2, 4000)) {
    try {
      const data = await call(path, options);
      offline(false);
      return data;
    } catch (error) {
      if (error instanceof Refused) offline(false);
      if (error instanceof Refused || error.name === "AbortError") throw error;
      offline(true);
      await pause(wait, options.signal);
      options.signal?.throwIfAborted();
    }
  }
}

function offline(is) {
  const line = one("#header .state");
  if (!line || (!is && !line.classList.contains("offline"))) return;
  line.classList.toggle("offline", is);
  line.textContent = is ? text("offline") : "";
}

// Why something that was tried once did not work, in a sentence.
export const reason = (error) => (error instanceof Refused ? error.message : text("away"));

// A paragraph that says so, seen and read aloud.
export function warning(words) {
  const line = document.createElement("p");
  line.className = "warning";
  line.setAttribute("role", "alert");
  line.textContent = words;
  return line;
}

// Says something to screen readers; the sentence is not seen.
export function say(sentence) {
  let line = one("#say");
  if (!line) {
    line = document.createElement("p");
    line.id = "say";
    line.className = "unseen";
    line.setAttribute("role", "status");
    document.body.append(line);
  }
  line.textContent = sentence;
}

export function stored(name, fallback = "") {
  try { return localStorage.getItem(`clusterdesk-${name}`) ?? fallback; } catch { return fallback; }
}

export function store(name, value) {
  try { localStorage.setItem(`clusterdesk-${name}`, value); } catch { /* a browser that keeps nothing still works */ }
}
