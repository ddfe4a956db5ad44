// The parts of an order that are only read.

import { count, money, size } from "./format.js";
import { chip, element, table, time, words } from "./parts.js";

function file(pdf) {
  if (!pdf) return element("p", { class: "under", text: "The PDF is made once the order is paid." });
  const tries = pdf.attempts > 1 ? ` after ${count(pdf.attempts, "attempt")}` : "";
  const state = element("p", { class: "file" },
    chip(pdf.status, `PDF ${pdf.status.toLowerCase()}${tries}`),
    pdf.downloadUrl ? element("a", { href: pdf.downloadUrl, text: `Download${pdf.sizeBytes ? ` (${size(pdf.sizeBytes)})` : ""}` }) : null,
    pdf.finishedAt ? element("span", { class: "under" }, time(pdf.finishedAt)) : null);
  const sum = pdf.sha256
    ? element("details", { class: "checksum" }, element("summary", { text: "SHA-256" }), element("code", { text: pdf.sha256 })) : null;
  const error = pdf.error ? element("p", { class: "field-error", text: pdf.error }) : null;
  return element("div", {}, state, sum, error);
}

export const items = (order) =>
  element("ul", { class: "items" }, ...order.items.map((item) =>
    element("li", { class: "item" },
      element("img", { src: `/covers/${encodeURIComponent(item.templateSlug)}.svg`, width: "800", height: "600", alt: "" }),
      element("div", { class: "item-text" },
        element("h3", { text: `${item.title} ${item.year}` }),
        element("p", { class: "under", text: `${item.productName}, ${item.quantity} × ${money(item.unitPriceCents, order.currency)}` }),
        file(item.pdf)),
      element("p", { class: "item-amount", text: money(item.lineCents, order.currency) }))));

export function sums(order) {
  const rows = [
    ["Calendars", order.itemsCents, ""], ["Shipping", order.shippingCents, ""], ["Total", order.totalCents, "is-total"],
    ["Including VAT", order.taxCents, "is-small"],
  ];
  if (order.refundedCents > 0) rows.push(["Refunded", -order.refundedCents, "is-refund"]);
  return rows.map(([label, cents, kind]) =>
    element("div", { class: kind || null }, element("dt", { text: label }), element("dd", { text: money(cents, order.currency) })));
}

const ACTORS = { customer: "the customer", payment: "the payment", worker: "the worker", admin: "the shop" };

export const history = (order) =>
  order.history.map((step) =>
    element("li", {},
      element("p", { class: "past-what" },
        step.oldStatus === step.status ? element("span", { text: "Note" }) : chip(step.status, step.statusText),
        element("span", { class: "under", text: `by ${ACTORS[step.actor] ?? step.actor}` })),
      time(step.at),
      step.note ? element("p", { class: "past-note", text: step.note }) : null));

export const mails = (order) =>
  table("Letters", [{ label: "Letter", kind: "head" }, { label: "Written" }, { label: "State" }],
    order.mails.map((mail) => [
      element("span", { text: words(mail.kind) }),
      time(mail.createdAt),
      element("span", { class: "both" },
        chip(mail.status, words(mail.status)),
        mail.error ? element("span", { class: "under", text: mail.error }) : null),
    ]));
