// What can be done with an answer: copy it, say whether it is right, report a gap, ask it literally.
import { all, call, one, Refused, say, text } from "./net.js";

async function toClipboard(fetched) {
  if (navigator.clipboard && window.ClipboardItem) {
    // The promise goes in as it is: Safari allows copying only while the click is handled.
    const item = new ClipboardItem({ "text/plain": fetched.then((words) => new Blob([words], { type: "text/plain" })) });
    try { await navigator.clipboard.write([item]); return true; } catch { /* not allowed: the old way follows */ }
  }
  const field = document.createElement("textarea");
  field.value = await fetched;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy"); // without https on another machine there is nothing else
  field.remove();
  return done;
}

async function copy(button, fetched) {
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  const done = await toClipboard(fetched);
  button.textContent = text(done ? "copied" : "copy_failed");
  say(button.textContent);
  setTimeout(() => { button.textContent = label; }, 1500);
}

export function copyAnswer(turn, form) {
  const button = one(`#turn-${turn} .copy[data-form="${form}"]`);
  if (button) copy(button, call(`/desk/turns/${turn}/copy/${form}`));
}

async function judge(article, reason, expected = "") {
  try {
    const { said } = await call(`/desk/turns/${article.dataset.turn}/feedback`, { body: { reason, expected } });
    one(".said", article).textContent = said;
  } catch (error) {
    one(".said", article).textContent = error instanceof Refused ? error.message : text("offline");
  }
}

async function toggleForm(article, button) {
  const place = one(".feedback", article);
  const shut = !place.hidden;
  button.setAttribute("aria-expanded", String(!shut));
  if (shut) { place.hidden = true; return; }
  place.innerHTML = await call(`/desk/turns/${article.dataset.turn}/feedback`);
  place.hidden = false;
  one("select", place).focus();
}

export function watchActions({ ask, again }) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    const article = button.closest(".turn");
    if (button.classList.contains("copy-link")) copy(button, Promise.resolve(new URL(button.dataset.address, location.href).href));
    else if (button.classList.contains("example")) ask(button.textContent);
    else if (!article) return;
    else if (button.classList.contains("copy")) copyAnswer(article.dataset.turn, button.dataset.form);
    else if (button.classList.contains("literal")) ask(one(".question", article).textContent, { literal: true });
    else if (button.classList.contains("again")) again(Number(article.dataset.turn));
    else if (button.classList.contains("gap")) judge(article, "should have answered");
    else if (button.classList.contains("right")) {
      button.setAttribute("aria-pressed", "true");
      judge(article, "right");
    } else if (button.classList.contains("wrong")) toggleForm(article, button);
  });
  document.addEventListener("submit", async (event) => {
    const article = event.target.closest(".turn");
    if (!article) return;
    event.preventDefault();
    const form = new FormData(event.target);
    await judge(article, form.get("reason"), form.get("expected"));
    one(".feedback", article).hidden = true;
    one(".wrong", article).setAttribute("aria-expanded", "false");
    one(".wrong", article).focus();
  });
}

export const lastAnswer = () => all(".turn.answered, .turn.refusal").pop()?.dataset.turn ?? "";
