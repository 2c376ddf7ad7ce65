// Language and colours, on every page.
import { all, store, stored } from "./net.js";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function colours() {
  const theme = stored("theme", "system");
  document.body.classList.toggle("dark", theme === "dark" || (theme === "system" && dark.matches));
  for (const select of all("select.theme")) select.value = theme;
}

export function watchLook(languageChosen) {
  dark.addEventListener("change", colours);
  // Gradio sets the colours by itself when it starts.
  new MutationObserver(() => {
    const theme = stored("theme", "system");
    if (theme !== "system" && document.body.classList.contains("dark") !== (theme === "dark")) colours();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select.theme")) {
      store("theme", event.target.value);
      colours();
    } else if (event.target.matches("select.language")) {
      document.cookie = `language=${event.target.value}; path=/; max-age=31536000; SameSite=Strict`;
      languageChosen();
    }
  });
  colours();
}
