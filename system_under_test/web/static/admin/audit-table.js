// Entries of the audit log as a table, for the log and for one order.

import { element, table, time } from "./parts.js";

const who = (entry) =>
  element("span", { class: "both" },
    element("span", { class: "name", text: entry.accountName ?? "Deleted account" }),
    element("span", { class: "under", text: entry.accountEmail ?? "" }));

const detail = (entry, name) => entry.details.find((one) => one.name === name)?.value ?? null;

function what(entry) {
  const more = detail(entry, "note") ?? detail(entry, "reason");
  return element("span", { class: "both" },
    element("span", { text: entry.summary }),
    more ? element("span", { class: "under", text: `“${more}”` }) : null);
}

const about = (entry) =>
  entry.orderNumber === null ? element("span", { text: "–" })
    : element("a", { href: `/admin/orders/${entry.orderId}`, text: String(entry.orderNumber) });

export function auditTable(entries, { withOrder }) {
  const columns = [{ label: "When" }, { label: "Who" }, { label: "What" }, ...(withOrder ? [{ label: "Order", kind: "amount" }] : [])];
  const rows = entries.map((entry) => [time(entry.at), who(entry), what(entry), ...(withOrder ? [about(entry)] : [])]);
  return table("Audit log", columns, rows);
}
