// An order drawn from its data.

import { element } from "../editor/dom.js";
import { moment, money, size } from "./format.js";
import { stateName, STEPS } from "./order-texts.js";
import { cover, moneyRows, rows } from "./parts.js";

const UNPAID = new Set(["PLACED", "CANCELLED"]);

function printFile(item, order) {
  const { pdf } = item;
  if (!pdf) {
    return UNPAID.has(order.status) ? null : element("p", { class: "print-file", text: "The print file is about to be made." });
  }
  if (pdf.status === "DONE" && pdf.downloadUrl) {
    return element("div", { class: "print-file" },
      element("a", { class: "button button-quiet", href: pdf.downloadUrl, download: true, "aria-label": `Download PDF of ${item.title} ${item.year}`, text: "Download PDF" }),
      pdf.sizeBytes ? element("span", { class: "file-size", text: size(pdf.sizeBytes) }) : null,
      pdf.sha256 ? element("details", {},
        element("summary", { text: "Checksum" }),
        element("p", {}, document.createTextNode("SHA-256 "), element("code", { text: pdf.sha256 }))) : null);
  }
  if (pdf.status === "FAILED") {
    return element("p", { class: "print-file is-failed", text: pdf.error ?? "The print file could not be made. We are looking into it." });
  }
  return element("p", { class: "print-file is-working", text: "The print file is being made…" });
}

const itemLine = (item, order) =>
  element("li", { class: "line line-ordered", "data-theme": item.templateSlug },
    element("span", { class: "line-picture" }, cover(item.templateSlug)),
    element("div", { class: "line-text" },
      element("h3", { text: item.title }),
      element("p", { class: "line-kind", text: `${item.year} · ${item.productName}` }),
      element("p", { class: "line-each", text: `${item.quantity} × ${money(item.unitPriceCents, order.currency)}` })),
    element("p", { class: "line-total", text: money(item.lineCents, order.currency) }),
    printFile(item, order));

function steps(status) {
  const at = STEPS.findIndex(([name]) => name === status);
  return STEPS.map(([, label], index) =>
    element("li", { class: index < at ? "is-done" : index === at ? "is-now" : null, "aria-current": index === at ? "step" : null },
      element("span", { text: label }),
      index < at ? element("span", { class: "only-heard", text: " (done)" }) : null));
}

const countryName = (code) => {
  try {
    return new Intl.DisplayNames("en-GB", { type: "region" }).of(code);
  } catch {
    return code;
  }
};

export function addressLines({ name, line1, line2, postcode, city, region, country }) {
  return [name, line1, line2, [postcode, city].filter(Boolean).join(" "), region, countryName(country)].filter(Boolean);
}

// An entry that changes no state is a note; its words are the news.
const past = ({ at, status, note }, index, all) => {
  const isNote = note && all[index - 1]?.status === status;
  return element("li", {},
    element("span", { class: "past-what", text: isNote ? "Note" : stateName(status) }),
    element("time", { datetime: at, text: moment(at) }),
    note ? element("span", { class: "past-note", text: note }) : null);
};

export function showOrder(order) {
  const put = (id, ...children) => document.getElementById(id).replaceChildren(...children);
  put("order-items", ...order.items.map((item) => itemLine(item, order)));
  put("order-sums", ...rows(moneyRows(order)));
  put("order-address", ...addressLines(order.shipping).map((line) => element("span", { text: line })));
  put("order-history", ...order.history.map(past));
  put("order-steps", ...steps(order.status));
  document.getElementById("order-steps").hidden = !STEPS.some(([name]) => name === order.status);
  document.getElementById("receipt-title").textContent = order.paidAt ? "Receipt" : "Summary";
  document.getElementById("order-email").textContent = order.email;
  document.getElementById("placed-at").replaceChildren(element("time", { datetime: order.placedAt, text: moment(order.placedAt) }));
}
