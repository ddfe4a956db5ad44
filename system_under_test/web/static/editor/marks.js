// Holidays, moon and seasons: their words, and their signs drawn as small pictures.

import { element } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
// The dark half of the moon as the northern hemisphere sees it.
const MOONS = {
  "New moon": "M6 1a5 5 0 0 0 0 10a5 5 0 0 0 0-10z",
  "First quarter": "M6 1a5 5 0 0 0 0 10z",
  "Full moon": "",
  "Last quarter": "M6 1a5 5 0 0 1 0 10z",
};
const RAYS = "M6 .5v2M6 9.5v2M.5 6h2M9.5 6h2M2.1 2.1l1.4 1.4M8.5 8.5l1.4 1.4M9.9 2.1 8.5 3.5M3.5 8.5 2.1 9.9";

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function sign(mark) {
  const picture = drawn("svg", { viewBox: "0 0 12 12", class: `sign sign-${mark.kind.toLowerCase()}`, "aria-hidden": "true" });
  if (mark.kind === "MOON") picture.append(drawn("circle", { cx: 6, cy: 6, r: 5 }), drawn("path", { d: MOONS[mark.text] ?? "" }));
  else picture.append(drawn("circle", { cx: 6, cy: 6, r: 2.4 }), drawn("path", { d: RAYS }));
  return picture;
}

// What is said of a mark: "Full moon at 13:17".
export const markWords = (mark) => (mark.time ? `${mark.text} at ${mark.time}` : mark.text);

export const isHoliday = (marks) => marks.some((mark) => mark.kind === "HOLIDAY");

// The signs of a day, in a corner; null when there are none.
export function signs(marks) {
  const shown = marks.filter((mark) => mark.kind !== "HOLIDAY");
  return shown.length ? element("span", { class: "signs", title: shown.map(markWords).join(", ") }, ...shown.map(sign)) : null;
}

// The lines below a day's number: everything but the moon, whose sign says enough.
export const notes = (marks, className, { times = false } = {}) =>
  marks.filter((mark) => mark.kind !== "MOON")
    .map((mark) => element("span", { class: className, text: times && mark.time ? `${mark.text} ${mark.time}` : mark.text, title: markWords(mark) }));

// The marks of the month in words, for those who cannot make out the small signs.
export function renderMarkList(section, list, marks) {
  section.hidden = marks.length === 0;
  list.replaceChildren(...marks.map((mark) =>
    element("li", { class: `mark mark-${mark.kind.toLowerCase()}` },
      element("span", { class: "mark-day", text: String(Number(mark.date.slice(8))) }),
      element("span", { class: "mark-sign" }, mark.kind === "HOLIDAY" ? null : sign(mark)),
      element("span", { class: "mark-text", text: mark.text }),
      mark.time ? element("span", { class: "mark-time", text: mark.time }) : null)));
}
