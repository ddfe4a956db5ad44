// The month to work on: one button per day.

import { element } from "./dom.js";
import { isHoliday, markWords, notes, signs } from "./marks.js";
import { columnsOf, isoDate, longDate, weeksOf } from "./months.js";

const SHOWN = 3;

function chips(events, room) {
  const shown = events.slice(0, room).map((event) =>
    element("span", { class: "chip" },
      event.emoji ? element("span", { class: "chip-emoji", text: event.emoji }) : null,
      element("span", { class: "chip-text", text: event.text })));
  if (events.length > room) shown.push(element("span", { class: "chip-more", text: `and ${events.length - room} more` }));
  return shown;
}

function dayButton(state, day, column, onChoose) {
  const date = isoDate(state.year, state.month, day);
  const events = state.eventsOn(date);
  const marks = state.marksOn(date);
  const lines = notes(marks, "day-note");
  const words = [longDate(state.year, state.month, day, column.number), ...marks.map(markWords)];
  if (events.length) words.push(events.length === 1 ? "1 event" : `${events.length} events`);
  return element("button", {
    type: "button",
    class: isHoliday(marks) ? "day is-holiday" : "day",
    "data-date": date,
    "aria-label": words.join(", "),
    "aria-pressed": String(date === state.chosen),
    onclick: () => onChoose(date),
  },
  element("span", { class: "day-head" }, element("span", { class: "day-number", text: String(day) }), signs(marks)),
  ...lines, ...chips(events, SHOWN - Math.min(lines.length, 1)));
}

export function renderGrid(head, body, state, onChoose) {
  const columns = columnsOf(state.settings.weekStart);
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.date : null;
  head.replaceChildren(...columns.map((column) =>
    element("th", { scope: "col" }, element("abbr", { title: column.name, text: column.name.slice(0, 2) }))));
  body.replaceChildren(...weeksOf(state.year, state.month, state.settings.weekStart).map((week) =>
    element("tr", {}, ...week.map((day, index) => {
      const column = columns[index];
      if (day === null) return element("td", { class: "outside" });
      return element("td", { class: column.class }, dayButton(state, day, column, onChoose));
    }))));
  // An answer that comes late draws the month anew; whoever walks through it by keyboard stays where they were.
  if (focused) body.querySelector(`[data-date="${focused}"]`)?.focus({ preventScroll: true });
}

// Arrow keys walk through the days of the month.
export function walkWithArrows(body) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  body.addEventListener("keydown", (pressed) => {
    const step = steps[pressed.key];
    if (!step) return;
    const days = [...body.querySelectorAll(".day")];
    const next = days[days.indexOf(document.activeElement) + step];
    if (!next) return;
    pressed.preventDefault();
    next.focus();
  });
}
