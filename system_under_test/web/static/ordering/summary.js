// The receipt beside the address.

import { element } from "../editor/dom.js";
import { count, money } from "./format.js";
import { cover, rows } from "./parts.js";

export function showTotals(cart, country) {
  const amount = (cents) => money(cents, cart.currency);
  const known = cart.shippingCents !== null;
  const shipping = known ? (cart.shippingCents === 0 ? "Free" : amount(cart.shippingCents)) : country ? "…" : "Choose a country";
  document.getElementById("totals").replaceChildren(...rows([
    [count(cart.count, "calendar"), amount(cart.itemsCents)],
    [country ? `Shipping to ${country.name}` : "Shipping", shipping, known ? null : "is-open"],
    [known ? "Total" : "Total before shipping", amount(known ? cart.totalCents : cart.itemsCents), "is-total"],
  ]));
  document.getElementById("totals-note").textContent = "VAT is included.";
}

export function showSummary(cart, country) {
  document.getElementById("summary-items").replaceChildren(...cart.items.map((item) =>
    element("li", { class: "summary-item", "data-theme": item.calendar.templateSlug },
      cover(item.calendar.templateSlug),
      element("div", {},
        element("p", { class: "summary-title", text: item.calendar.title }),
        element("p", { class: "summary-kind", text: `${item.calendar.year} · ${item.product.name}` }),
        element("p", { class: "summary-kind", text: `${item.quantity} × ${money(item.unitPriceCents, cart.currency)}` })),
      element("p", { class: "summary-amount", text: money(item.lineCents, cart.currency) }))));
  showTotals(cart, country);
}
