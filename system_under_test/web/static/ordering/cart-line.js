// One line of the cart. It shows what the shop has said; while a change is on its way it says so.

import { element } from "../editor/dom.js";
import { money } from "./format.js";
import { cover } from "./parts.js";
import { bindStepper } from "./stepper.js";

export function makeLine(item, { most, onQuantity, onRemove }) {
  const { calendar, product } = item;
  const name = `${calendar.title} ${calendar.year}, ${product.name}`;
  const noteId = `note-${item.id}`;
  const each = element("p", { class: "line-each" });
  const total = element("p", { class: "line-total" });
  const note = element("p", { class: "field-error", id: noteId, role: "alert" });
  const input = element("input", {
    type: "number", inputmode: "numeric", min: "1", max: String(most), step: "1", value: String(item.quantity),
    "aria-label": `Quantity of ${name}`, "aria-describedby": noteId, autocomplete: "off",
  });
  const box = element("div", { class: "stepper", role: "group", "aria-label": `Quantity of ${name}` },
    element("button", { type: "button", "aria-label": `One fewer of ${name}` }, element("span", { "aria-hidden": "true", text: "−" })),
    input,
    element("button", { type: "button", "aria-label": `One more of ${name}` }, element("span", { "aria-hidden": "true", text: "+" })));
  const remove = element("button", { type: "button", class: "link", "aria-label": `Remove ${name}`, text: "Remove", onclick: () => onRemove(line) });
  const root = element("li", { class: "line", "data-theme": calendar.templateSlug },
    element("a", { class: "line-picture", href: `/editor/${calendar.id}`, tabindex: "-1", "aria-hidden": "true" }, cover(calendar.templateSlug)),
    element("div", { class: "line-text" },
      element("h3", {}, element("a", { href: `/editor/${calendar.id}`, text: calendar.title })),
      element("p", { class: "line-kind", text: `${calendar.year} · ${product.name}` }),
      each),
    element("div", { class: "line-quantity" }, box, remove),
    total, note);

  const line = {
    root,
    item,
    wanted: null, // what was asked for and is not confirmed yet
    timer: null,
    focus: () => input.focus(),
    show(fresh) {
      line.item = fresh;
      each.textContent = `${money(fresh.unitPriceCents, line.currency)} each`;
      total.textContent = money(fresh.lineCents, line.currency);
      if (line.wanted === null) stepper.set(fresh.quantity);
      line.busy(line.wanted !== null);
    },
    busy(is) {
      root.classList.toggle("is-busy", is);
      root.setAttribute("aria-busy", String(is));
    },
    fail(sentence) {
      note.textContent = sentence;
    },
  };
  const stepper = bindStepper(box, {
    onChange: (quantity) => {
      line.fail("");
      onQuantity(line, quantity);
    },
    onRefused: (sentence) => line.fail(`${sentence} To take it out, use Remove.`),
  });
  return line;
}
