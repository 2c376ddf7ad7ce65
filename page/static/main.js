// Starts the page: waits for Gradio's frame, fills it in the user's language, and joins the parts.
import { watchActions } from "./actions.js";
import { box, put, shutSuggestions, watchBox } from "./box.js";
import { documents, showFilter, watchFilter } from "./filter.js";
import { watchKeys } from "./keys.js";
import { colours, watchLook } from "./look.js";
import { all, one, pause, persist, state, text } from "./net.js";
import { refresh, sideShown, watchSide } from "./side.js";
import { watchSource } from "./source.js";
import { again, ask, catchUp, enter, isWaiting, reframe, watchTalk } from "./talk.js";

const REGIONS = ["header", "tools", "side", "conversation", "looking-in", "source"];

async function gradio() {
  while (!box() || REGIONS.some((id) => !one(`#${id}`))) await pause(20);
}

function fill(start) {
  Object.assign(state, { texts: start.texts, language: start.language, header: start.header });
  document.documentElement.lang = start.language;
  for (const part of ["header", "tools", "side"]) one(`#${part}`).innerHTML = start[part];
  all("dialog, .side-shade, .sheet-shade").forEach((old) => old.remove());
  document.body.insertAdjacentHTML("beforeend", `${start.dialogs}<div class="side-shade"></div><div class="sheet-shade"></div>`);
  one("#send").textContent = text("ask");
  one("#fresh").textContent = text("fresh");
  box().placeholder = text("placeholder");
  box().setAttribute("aria-label", text("your_question"));
  one("#source").setAttribute("tabindex", "-1");
  showFilter();
  colours();
  sideShown(document.body.classList.contains("side-open"), false);
}

async function watchOpening() {
  let waited = false;
  for (let wait = 300; ; ) {
    const now = await persist("/desk/state");
    const line = one("#header .state");
    one("#header .masthead").classList.remove("loading", "ready", "failed");
    one("#header .masthead").classList.add(now.state);
    if (now.state === "loading") progress(line, now);
    else line.textContent = now.sentence;
    if (now.state === "ready") {
      if (waited) await refreshFrame();
      return;
    }
    waited = true;
    wait = now.state === "failed" ? 2000 : 300;
    await pause(wait);
  }
}

// The assistant may serve other documents than the corpus holds now.
async function refreshFrame() {
  const start = await persist("/desk/start");
  if (start.header === state.header) return;
  fill(start);
  reframe(start);
  refresh();
  one("#header .masthead").classList.add("ready");
}

function progress(line, now) {
  if (!one("progress", line)) {
    line.innerHTML = '<span></span><progress max="1"></progress>';
    one("span", line).textContent = now.sentence;
    one("progress", line).setAttribute("aria-label", now.sentence);
  }
  one("progress", line).value = now.share;
}

// typed: the question comes from the box, which is then emptied; a draft in it stays otherwise.
async function submit(question, { literal = false, typed = false } = {}) {
  if (isWaiting()) return;
  shutSuggestions();
  box().focus({ preventScroll: true });
  const held = box().value;
  const taken = () => { if (typed && box().value === held) put(""); };
  await ask(question, { literal, documents: documents(), taken });
  if (one("#header .masthead:not(.ready)")) watchOpening();
}

async function languageChosen() {
  const start = await persist("/desk/start");
  fill(start);
  reframe(start);
  refresh();
  watchOpening();
  await enter(state.conversation, { push: false });
}

function measure() {
  const view = one("#conversation");
  const height = window.matchMedia("(max-width: 999px)").matches ? innerHeight - one("#asking").offsetHeight : view.clientHeight;
  document.body.style.setProperty("--view", `${Math.max(0, height - 24)}px`);
}

async function begin() {
  await gradio();
  watchLook(languageChosen);
  const start = await persist("/desk/start");
  fill(start);
  watchTalk(start, refresh);
  watchSource();
  watchBox(submit, documents);
  watchFilter();
  watchActions({ ask: submit, again });
  watchSide();
  watchKeys();
  measure();
  new ResizeObserver(measure).observe(one("#conversation"));
  box().focus({ preventScroll: true });
  await enter(new URLSearchParams(location.search).get("c") ?? "", { push: false });
  refresh();
  watchOpening();
  addEventListener("popstate", () => enter(new URLSearchParams(location.search).get("c") ?? "", { push: false }));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) catchUp(); });
}

begin();
