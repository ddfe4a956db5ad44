// The symbol picker: kinds, a search by name, and a grid to walk through with the arrow keys.

import { element } from "./dom.js";
import { CATEGORIES } from "./emoji-data.js";

const ALL = [...new Map(CATEGORIES.flatMap((kind) => kind.entries).map((entry) => [entry.emoji, entry])).values()];

// Entries that have every word of the question in their name or keywords; those whose name begins with it come first.
export function search(question) {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean);
  const found = ALL.filter((entry) => entry.emoji === question.trim() || words.every((word) => entry.words.includes(word)));
  const begins = (entry) => (entry.words.startsWith(words[0] ?? "") ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}

// One stop for the tab key; arrows, Home and End move within. `perRow` tells how many stand side by side.
function rove(group, perRow) {
  const items = () => [...group.querySelectorAll("button")];
  group.addEventListener("keydown", (pressed) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const steps = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - perRow(all), ArrowDown: at + perRow(all), Home: 0, End: all.length - 1 };
    const next = all[steps[pressed.key]];
    if (at < 0 || !(pressed.key in steps)) return;
    pressed.preventDefault();
    next?.focus();
  });
  group.addEventListener("focusin", ({ target }) => {
    for (const item of items()) item.tabIndex = item === target ? 0 : -1;
  });
}

const columnsIn = (all) => Math.max(1, all.filter((item) => item.offsetTop === all[0].offsetTop).length);

export function makePicker(root, field) {
  const [question, kinds, grid, note] = ["#symbol-search", "#symbol-kinds", "#picker", "#symbol-note"].map((id) => root.querySelector(id));
  let shown = CATEGORIES[0];

  function pick(entry) {
    field.value = entry.emoji;
    field.dispatchEvent(new Event("input"));
    note.textContent = `${entry.name} chosen`;
  }

  function mark() {
    for (const item of grid.children) item.setAttribute("aria-pressed", String(item.textContent === field.value));
  }

  function render() {
    const asked = question.value.trim();
    const entries = asked ? search(asked) : shown.entries;
    grid.replaceChildren(...entries.map((entry, index) =>
      element("button", { type: "button", "aria-label": entry.name, title: entry.name, text: entry.emoji, tabindex: index ? "-1" : "0", onclick: () => pick(entry) })));
    for (const [index, item] of [...kinds.children].entries()) item.setAttribute("aria-pressed", String(!asked && CATEGORIES[index] === shown));
    if (asked) note.textContent = entries.length ? `${entries.length} found` : "Nothing of that name. You can type any symbol into the field above.";
    else note.textContent = shown.name;
    grid.scrollTop = 0;
    mark();
  }

  kinds.replaceChildren(...CATEGORIES.map((kind, index) =>
    element("button", {
      type: "button",
      "aria-label": kind.name,
      title: kind.name,
      text: kind.emoji,
      tabindex: index ? "-1" : "0",
      onclick: () => {
        question.value = "";
        shown = kind;
        render();
      },
    })));
  rove(kinds, () => 1);
  rove(grid, columnsIn);
  question.addEventListener("input", render);
  // Enter would save the event; here it takes the first symbol found.
  question.addEventListener("keydown", (pressed) => {
    if (pressed.key !== "Enter") return;
    pressed.preventDefault();
    if (question.value.trim()) grid.querySelector("button")?.click();
  });
  field.addEventListener("input", mark);
  render();
  // For the next event: no question, no symbol.
  return () => {
    question.value = "";
    render();
  };
}
