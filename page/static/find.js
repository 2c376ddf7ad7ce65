// Searches in a document that is shown. Matches are painted, not wrapped: the document's own marks stay as they are.
import { glide, one, text } from "./net.js";

const MOST = 1000;

class Matches {
  constructor(root) {
    this.root = root;
    this.ranges = [];
    this.now = -1;
  }

  search(words) {
    this.ranges = words.trim() ? ranges(this.root, words.trim().toLowerCase().replace(/\s+/g, " ")) : [];
    this.now = this.ranges.length ? 0 : -1;
    this.paint();
  }

  step(by) {
    if (!this.ranges.length) return;
    this.now = (this.now + by + this.ranges.length) % this.ranges.length;
    this.paint();
  }

  paint() {
    if (window.CSS?.highlights) {
      CSS.highlights.set("found", new Highlight(...this.ranges));
      CSS.highlights.set("found-now", new Highlight(...this.ranges.slice(this.now, this.now + 1)));
    }
    const element = this.ranges[this.now]?.startContainer.parentElement;
    element?.scrollIntoView({ block: "center", behavior: glide() });
  }
}

function ranges(root, words) {
  const nodes = [];
  let whole = "";
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const lower = node.data.toLowerCase();
    nodes.push({ node, start: whole.length });
    whole += lower.length === node.data.length ? lower : node.data;
  }
  const place = (at) => {
    let low = 0;
    for (let high = nodes.length - 1; low < high;) {
      const middle = (low + high + 1) >> 1;
      if (nodes[middle].start <= at) low = middle;
      else high = middle - 1;
    }
    return [nodes[low].node, at - nodes[low].start];
  };
  const found = [];
  for (let at = whole.indexOf(words); at >= 0 && found.length < MOST; at = whole.indexOf(words, at + words.length)) {
    const range = document.createRange();
    range.setStart(...place(at));
    const [last, offset] = place(at + words.length - 1);
    range.setEnd(last, offset + 1);
    found.push(range);
  }
  return found;
}

// Makes the search that stands in `root` work on the blocks that stand there too.
export function finding(root) {
  const bar = one(".find", root);
  const blocks = one(".blocks", root);
  if (!bar || !blocks) return;
  const matches = new Matches(blocks);
  const field = one(".find-words", bar);
  const tell = () => {
    const of = matches.ranges.length;
    const count = of ? text("find_count", { number: matches.now + 1, of }) : text("find_none");
    one(".found", bar).textContent = field.value.trim() ? count : "";
  };
  const step = (by) => { matches.step(by); tell(); };
  field.addEventListener("input", () => { matches.search(field.value); tell(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); step(event.shiftKey ? -1 : 1); }
    if (event.key === "Escape" && field.value) { event.stopPropagation(); field.value = ""; matches.search(""); tell(); }
  });
  one(".find-back", bar).addEventListener("click", () => step(-1));
  one(".find-on", bar).addEventListener("click", () => step(1));
}
