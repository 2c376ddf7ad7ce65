// Opens sources, copies answers and keeps the newest turn in view. Everything it touches was rendered by the server.
(() => {
  "use strict";
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const narrow = () => window.matchMedia("(max-width: 999px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const glide = () => (calm() ? "auto" : "smooth");
  let cameFrom = null;

  function marked(id) {
    for (const button of all("[data-source]")) {
      if (id && button.dataset.source === id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function showQuote(article, behavior) {
    const pane = one("#source");
    const quote = one("mark", article);
    if (!quote || !pane) return;
    if (narrow()) return;
    const gap = quote.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTo({ top: gap > pane.clientHeight * 0.75 ? pane.scrollTop + gap - pane.clientHeight * 0.4 : 0, behavior });
  }

  function open(button) {
    const id = button.dataset.source;
    const articles = all("#pane .source");
    const chosen = articles.find((article) => article.dataset.id === id);
    if (!chosen) return;
    for (const article of articles) article.hidden = article !== chosen;
    one("#pane .empty").hidden = true;
    marked(id);
    cameFrom = button;
    if (narrow()) {
      one("#source").scrollIntoView({ behavior: glide(), block: "start" });
      chosen.focus({ preventScroll: true });
    } else {
      showQuote(chosen, "auto");
    }
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without https on another machine there is no clipboard interface; a selected field still copies.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    const label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = label; }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    if (button.dataset.source) open(button);
    else if (button.dataset.copy !== undefined && button.classList.contains("copy")) copy(button);
    else if (button.classList.contains("back")) back();
  });

  function back() {
    const target = cameFrom?.isConnected ? cameFrom : one("#conversation .turn:last-child");
    target?.scrollIntoView({ behavior: glide(), block: "center" });
    target?.focus?.({ preventScroll: true });
  }

  function newest() {
    const turns = all("#conversation .turn");
    const last = turns[turns.length - 1];
    if (!last) return;
    const view = one("#conversation");
    const top = last.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop;
    if (narrow()) last.scrollIntoView({ behavior: glide(), block: "start" });
    else view.scrollTo({ top: top - 8, behavior: glide() });
  }

  function follow() {
    const article = all("#pane .source").find((source) => !source.hidden);
    marked(article?.dataset.id);
    if (article) showQuote(article, "auto");
    else one("#source")?.scrollTo({ top: 0 });
  }

  const state = (selector) => all(selector).map((part) => [part.className, part.dataset.id, part.textContent.length].join()).join(";");
  const seen = { turns: "", sources: "", due: 0, focused: false };

  function look() {
    const box = one("#question textarea");
    if (box && !seen.focused) {
      seen.focused = true;
      box.focus({ preventScroll: true });
    }
    const turns = state("#conversation .turn");
    const sources = state("#pane .source");
    const changed = { turns: turns !== seen.turns, sources: sources !== seen.sources };
    Object.assign(seen, { turns, sources });
    if (changed.turns || changed.sources) follow();
    if (changed.turns) newest();
  }

  // Gradio may replace any element of the page, so the whole of it is watched and looked up anew.
  new MutationObserver(() => {
    cancelAnimationFrame(seen.due);
    seen.due = requestAnimationFrame(look);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
