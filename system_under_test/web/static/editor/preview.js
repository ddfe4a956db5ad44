// The month as it will print.

import { element } from "./dom.js";
import { isHoliday, notes, signs } from "./marks.js";
import { columnsOf, isoDate, MONTHS, weeksOf } from "./months.js";

function day(state, number, column) {
  if (number === null) return element("td", { class: column.class });
  const events = state.eventsOn(isoDate(state.year, state.month, number)).map((event) =>
    element("span", { class: "paper-event" },
      event.emoji ? element("span", { class: "paper-emoji", text: `${event.emoji} ` }) : null,
      document.createTextNode(event.text)));
  const marks = state.marksOn(isoDate(state.year, state.month, number));
  return element("td", { class: column.class },
    signs(marks),
    element("span", { class: isHoliday(marks) ? "paper-day is-holiday" : "paper-day", text: String(number) }),
    ...notes(marks, "paper-note", { times: true }), ...events);
}

export function renderPreview(region, state) {
  const columns = columnsOf(state.settings.weekStart);
  const head = element("div", { class: "paper-head" },
    element("p", { class: "paper-month-name", text: MONTHS[state.month - 1] }),
    element("span", { text: String(state.year) }));
  const weekdays = element("tr", {}, ...columns.map((column) => element("th", { scope: "col", text: column.name.slice(0, 3) })));
  const weeks = weeksOf(state.year, state.month, state.settings.weekStart);
  const rows = weeks.map((week) => element("tr", {}, ...week.map((number, index) => day(state, number, columns[index]))));
  const grid = element("table", { class: "paper-grid", "data-weeks": String(weeks.length) },
    element("thead", {}, weekdays), element("tbody", {}, ...rows));
  region.replaceChildren(head, grid, element("p", { class: "paper-foot", text: state.title }));
}
