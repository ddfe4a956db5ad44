// The list of orders. What is looked for stands in the address; the page only follows it.

import { listOrders } from "./api.js";
import { attempt, isOver, part } from "./frame.js";
import { count, country, money, number } from "./format.js";
import { Paging } from "./paging.js";
import { chip, element, nothing, table, time } from "./parts.js";

const SIZE = 20;
const FIELDS = ["text", "from", "to"];
const form = part("filter");
let turn = 0;

const wanted = () => {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(["status", ...FIELDS].map((name) => [name, asked.get(name)?.trim() || null]));
};

function addressOf(filter) {
  const asked = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  return asked.size ? `/admin?${asked}` : "/admin";
}

function drawStates(counts, filter) {
  const all = counts.reduce((sum, one) => sum + one.count, 0);
  const link = (status, text, many) =>
    element("a", {
      href: addressOf({ ...filter, status }), class: "state", "data-status": status ?? "ALL",
      "aria-current": (filter.status ?? null) === status ? "true" : null,
      onclick: follow,
    }, element("span", { text }), element("span", { class: "state-count", text: number(many) }));
  part("states").replaceChildren(link(null, "All", all), ...counts.map((one) => link(one.status, one.statusText, one.count)));
}

function row(order) {
  const refunded = order.refundedCents > 0
    ? element("span", { class: "under", text: `−${money(order.refundedCents, order.currency)} refunded` }) : null;
  const both = (first, second) => element("span", { class: "both" }, first, second);
  return [
    element("a", { href: `/admin/orders/${order.id}`, text: String(order.number) }),
    time(order.placedAt),
    both(element("span", { class: "name", text: order.name }), element("span", { class: "under", text: order.email })),
    element("span", { text: country(order.country) }),
    element("span", { text: number(order.copies) }),
    chip(order.status, order.statusText),
    both(element("span", { text: money(order.totalCents, order.currency) }), refunded),
  ];
}

const COLUMNS = [
  { label: "Order", kind: "head" }, { label: "Placed" }, { label: "Customer" }, { label: "To" },
  { label: "Copies", kind: "amount" }, { label: "Status" }, { label: "Total", kind: "amount" },
];

async function load() {
  if (isOver()) return location.reload();
  const mine = (turn += 1);
  const filter = wanted();
  // A state that the shop does not know may come from an old address: then there is none.
  if (!part("states").dataset.known.split(" ").includes(filter.status)) filter.status = null;
  for (const name of FIELDS) form.elements[name].value = filter[name] ?? "";
  part("clear").hidden = addressOf(filter) === "/admin";
  part("list").setAttribute("aria-busy", "true");
  await attempt(async () => {
    const page = await listOrders(filter, SIZE, paging.after);
    if (mine !== turn) return; // somebody asked for something else meanwhile
    drawStates(page.statusCounts, filter);
    part("list").replaceChildren(page.items.length
      ? table("Orders", COLUMNS, page.items.map(row), "table-orders")
      : nothing("No order matches. Try fewer letters or other days."));
    part("summary").textContent = page.total === 0 ? "None found" : count(page.total, "order");
    paging.draw(page);
  });
  if (mine === turn) part("list")?.setAttribute("aria-busy", "false"); // the room is empty for those who may not be here
}

function visit(address) {
  history.pushState({ trail: [] }, "", address);
  return load();
}

function follow(click) {
  if (click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  const { status } = click.currentTarget.dataset;
  visit(click.currentTarget.href).then(() => part("states")?.querySelector(`[data-status="${status}"]`)?.focus());
}

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  const fields = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
  visit(addressOf({ status: wanted().status, ...fields }));
});
part("clear").addEventListener("click", (click) => {
  click.preventDefault();
  visit("/admin").then(() => form.elements.text.focus());
});

const paging = new Paging(SIZE, load);
load();
