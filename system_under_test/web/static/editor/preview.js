// The month as it will print.

import { element } from "./dom.js";
import { isoDate, MONTHS, WEEKDAYS, weeksOf } from "./months.js";

function day(state, number) {
  if (number === null) return element("td");
  const events = state.eventsOn(isoDate(state.year, state.month, number)).map((event) =>
    element("span", { class: "paper-event" },
      event.emoji ? element("span", { class: "paper-emoji", text: `${event.emoji} ` }) : null,
      document.createTextNode(event.text)));
  return element("td", {}, element("span", { class: "paper-day", text: String(number) }), ...events);
}

export function renderPreview(region, state) {
  const head = element("div", { class: "paper-head" },
    element("p", { class: "paper-month-name", text: MONTHS[state.month - 1] }),
    element("span", { text: String(state.year) }));
  const weekdays = element("tr", {}, ...WEEKDAYS.map((name) => element("th", { scope: "col", text: name.slice(0, 3) })));
  const weeks = weeksOf(state.year, state.month);
  const rows = weeks.map((week) => element("tr", {}, ...week.map((number) => day(state, number))));
  const grid = element("table", { class: "paper-grid", "data-weeks": String(weeks.length) },
    element("thead", {}, weekdays), element("tbody", {}, ...rows));
  region.replaceChildren(head, grid, element("p", { class: "paper-foot", text: state.title }));
}
