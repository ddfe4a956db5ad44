// The month to work on: one button per day.

import { element } from "./dom.js";
import { isoDate, longDate, weeksOf } from "./months.js";

const SHOWN = 3;

function chips(events) {
  const shown = events.slice(0, SHOWN).map((event) =>
    element("span", { class: "chip" },
      event.emoji ? element("span", { class: "chip-emoji", text: event.emoji }) : null,
      element("span", { class: "chip-text", text: event.text })));
  if (events.length > SHOWN) shown.push(element("span", { class: "chip-more", text: `and ${events.length - SHOWN} more` }));
  return shown;
}

export function renderGrid(body, state, onChoose) {
  const rows = weeksOf(state.year, state.month).map((week) =>
    element("tr", {}, ...week.map((day, weekday) => {
      if (day === null) return element("td", { class: "outside" });
      const date = isoDate(state.year, state.month, day);
      const events = state.eventsOn(date);
      const count = events.length === 1 ? ", 1 event" : events.length ? `, ${events.length} events` : "";
      return element("td", {},
        element("button", {
          type: "button",
          class: "day",
          "data-date": date,
          "aria-label": longDate(state.year, state.month, day, weekday) + count,
          "aria-pressed": String(date === state.chosen),
          onclick: () => onChoose(date),
        }, element("span", { class: "day-number", text: String(day) }), ...chips(events)));
    })));
  body.replaceChildren(...rows);
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
