// What can be done with an answer: copy it, say whether it is right, report a gap, ask it literally.
import { all, call, one, reason, say, text } from "./net.js";

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
  let failure = "";
  try { if (!(await toClipboard(fetched))) failure = text("copy_failed"); } catch (error) { failure = reason(error); }
  button.textContent = failure || text("copied");
  say(button.textContent);
  setTimeout(() => { button.textContent = label; }, failure ? 6000 : 1500);
}

export function copyAnswer(turn, form) {
  const button = one(`#turn-${turn} .copy[data-form="${form}"]`);
  if (button) copy(button, call(`/desk/turns/${turn}/copy/${form}`));
}

// Returns whether it is stored.
async function judge(article, judgement, expected = "") {
  try {
    const { said } = await call(`/desk/turns/${article.dataset.turn}/feedback`, { body: { reason: judgement, expected } });
    one(".said", article).textContent = said;
    return true;
  } catch (error) {
    one(".said", article).textContent = reason(error);
    return false;
  }
}

async function toggleForm(article, button) {
  const place = one(".feedback", article);
  const shut = !place.hidden;
  if (shut) {
    place.hidden = true;
    button.setAttribute("aria-expanded", "false");
    return;
  }
  try { place.innerHTML = await call(`/desk/turns/${article.dataset.turn}/feedback`); } catch (error) {
    one(".said", article).textContent = reason(error);
    return;
  }
  place.hidden = false;
  button.setAttribute("aria-expanded", "true");
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
      judge(article, "right").then((stored) => { if (stored) button.setAttribute("aria-pressed", "true"); });
    } else if (button.classList.contains("wrong")) toggleForm(article, button);
  });
  document.addEventListener("submit", async (event) => {
    const article = event.target.closest(".turn");
    if (!article) return;
    event.preventDefault();
    const form = new FormData(event.target);
    if (!(await judge(article, form.get("reason"), form.get("expected")))) return; // what was typed stays
    one(".feedback", article).hidden = true;
    one(".wrong", article).setAttribute("aria-expanded", "false");
    one(".wrong", article).focus();
  });
}

export const lastAnswer = () => all(".turn.answered, .turn.refusal").pop()?.dataset.turn ?? "";
