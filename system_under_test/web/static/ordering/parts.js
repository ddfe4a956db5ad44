// Pieces that several order pages share.

import { element } from "../editor/dom.js";
import { ShopError } from "../session/client.js";
import { money } from "./format.js";

// A small calendar on its binding, in the design's own picture.
export const cover = (templateSlug) =>
  element("span", { class: "cover-sheet", "aria-hidden": "true" },
    element("span", { class: "binding" }),
    element("img", { src: `/covers/${encodeURIComponent(templateSlug)}.svg`, width: "800", height: "600", alt: "" }));

// Rows of a receipt: [label, amount or words, class].
export const rows = (entries) =>
  entries.filter(Boolean).map(([label, value, kind]) =>
    element("div", { class: kind ?? null }, element("dt", { text: label }), element("dd", { text: value })));

// The included tax and what came back, below a total.
export const moneyRows = (order) => [
  ["Calendars", money(order.itemsCents, order.currency)],
  ["Shipping", order.shippingCents === 0 ? "Free" : money(order.shippingCents, order.currency)],
  ["Total", money(order.totalCents, order.currency), "is-total"],
  ["Including VAT", money(order.taxCents, order.currency), "is-small"],
  order.refundedCents > 0 ? ["Refunded", money(order.refundedCents, order.currency), "is-refund"] : null,
];

export const badge = (status, text) => element("span", { class: "state", "data-status": status, text });

// One sentence for a failure that is not ours to explain.
export const sentence = (error, otherwise) => (error instanceof ShopError ? error.message : otherwise);
