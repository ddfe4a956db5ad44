// The month's events as a list, each with its own buttons.

import { element } from "./dom.js";
import { WEEKDAYS } from "./months.js";

const weekday = (date) => WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7].slice(0, 3);

export function renderAgenda(list, empty, state, { onEdit, onDelete }) {
  const events = state.eventsInMonth();
  empty.hidden = events.length > 0;
  list.replaceChildren(...events.map((event) =>
    element("li", { class: event.id === state.editing ? "agenda-item is-edited" : "agenda-item" },
      element("span", { class: "agenda-day" },
        element("b", { text: String(Number(event.date.slice(8))) }),
        element("span", { text: weekday(event.date) })),
      element("span", { class: "agenda-text" },
        event.emoji ? element("span", { class: "agenda-emoji", text: event.emoji }) : null,
        document.createTextNode(event.text)),
      element("span", { class: "agenda-actions" },
        element("button", { type: "button", class: "link", "aria-label": `Edit event ${event.text}`, text: "Edit", onclick: () => onEdit(event) }),
        element("button", { type: "button", class: "link link-danger", "aria-label": `Delete event ${event.text}`, text: "Delete", onclick: () => onDelete(event) })))));
}
