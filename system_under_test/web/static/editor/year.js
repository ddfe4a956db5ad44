// The whole year at a glance: twelve small months, in the colours and order of the real ones.

import { element } from "./dom.js";
import { isHoliday, markWords, signs } from "./marks.js";
import { columnsOf, isoDate, MONTHS, weeksOf } from "./months.js";

function dayCell(state, month, number, column) {
  if (number === null) return element("td", { class: column.class });
  const date = isoDate(state.year, month, number);
  const events = state.eventsOn(date);
  const marks = state.marksOn(date);
  const words = [...marks.map(markWords), ...events.map((event) => event.text)];
  const classes = [column.class, isHoliday(marks) ? "holiday" : null, events.length ? "has-events" : null];
  return element("td", { class: classes.filter(Boolean).join(" ") || null, title: words.join("\n") || null },
    element("span", { class: "small-day", text: String(number) }),
    words.length ? element("span", { class: "only-heard", text: `: ${words.join(", ")}` }) : null,
    signs(marks));
}

function smallMonth(state, month, onOpen) {
  const columns = columnsOf(state.settings.weekStart);
  const name = MONTHS[month - 1];
  const head = element("tr", {}, ...columns.map((column) =>
    element("th", { scope: "col" }, element("abbr", { title: column.name, text: column.name.slice(0, 1) }))));
  const rows = weeksOf(state.year, month, state.settings.weekStart).map((week) =>
    element("tr", {}, ...week.map((number, index) => dayCell(state, month, number, columns[index]))));
  return element("section", { class: month === state.month ? "small-month is-shown" : "small-month" },
    element("h3", {}, element("button", { type: "button", class: "month-link", "data-month": String(month), "aria-label": `Open ${name}`, text: name, onclick: () => onOpen(month) })),
    element("table", { "aria-label": `${name} ${state.year}` }, element("thead", {}, head), element("tbody", {}, ...rows)));
}

export function renderYear(region, state, onOpen) {
  region.replaceChildren(...MONTHS.map((_, index) => smallMonth(state, index + 1, onOpen)));
}
