// Talks to the server and holds what every script shares: the texts of the language and the open conversation.
export const state = { texts: {}, conversation: "", questions: [], language: "en" };

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const narrow = () => window.matchMedia("(max-width: 999px)").matches;
export const glide = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

export class Refused extends Error {} // the server says no, in a sentence

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
  if (!response.ok) throw new Refused(typeof data.detail === "string" ? data.detail : String(data).slice(0, 300));
  return data;
}

// Keeps asking until the server answers: it may be restarting.
export async function persist(path, options = {}) {
  for (let wait = 300; ; wait = Math.min(wait * 2, 4000)) {
    try {
      const data = await call(path, options);
      offline(false);
      return data;
    } catch (error) {
      if (error instanceof Refused || error.name === "AbortError") throw error;
      offline(true);
      await pause(wait);
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
