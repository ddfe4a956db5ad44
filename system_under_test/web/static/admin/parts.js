// Pieces that several pages of the administration share.

import { element } from "../editor/dom.js";
import { moment } from "./format.js";

export { element };

export const chip = (status, text) => element("span", { class: "chip", "data-status": status, text });

export const time = (iso) => element("time", { datetime: iso, text: moment(iso) });

const cell = (name, role, column, content) =>
  element(name, { role, class: column.kind ?? null, "data-label": column.label }, content);

// A table that becomes cards on a narrow screen, hence the roles: another display takes the native ones away.
// Columns: { label, kind }, where kind "amount" stands on the right and "head" names the row.
export function table(caption, columns, rows, kind = "") {
  const head = element("tr", { role: "row" },
    ...columns.map((column) => element("th", { role: "columnheader", scope: "col", class: column.kind ?? null, text: column.label })));
  const body = rows.map((cells) =>
    element("tr", { role: "row" }, ...cells.map((content, index) => {
      const column = columns[index];
      return column.kind === "head" ? cell("th", "rowheader", column, content) : cell("td", "cell", column, content);
    })));
  return element("table", { role: "table", class: `table ${kind}`.trim() },
    element("caption", { class: "only-heard", text: caption }),
    element("thead", { role: "rowgroup" }, head),
    element("tbody", { role: "rowgroup" }, ...body));
}

export const nothing = (text) => element("p", { class: "nothing-here", text });

// Label and value pairs; values are texts or elements, empty ones are left out.
export const facts = (entries) =>
  entries.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([label, value]) =>
    [element("dt", { text: label }), element("dd", {}, value)]);

export const words = (name) =>
  name.replaceAll("_", " ").toLowerCase().replace(/\bpdf\b/, "PDF").replace(/^./, (first) => first.toUpperCase());
