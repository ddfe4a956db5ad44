// The orders of an account, or of this browser, newest first.

import { element } from "../editor/dom.js";
import { loadOrders } from "./api.js";
import { count, day, money } from "./format.js";
import { badge, cover, sentence } from "./parts.js";

const byId = (id) => document.getElementById(id);
const page = byId("orders");
let after = null;
let seen = 0;

function what(items) {
  const [first, ...others] = items;
  if (!first) return "";
  return others.length ? `${first.title} ${first.year} and ${count(others.length, "other")}` : `${first.title} ${first.year}`;
}

const entry = (order) =>
  element("li", { class: "past-order" },
    element("div", { class: "past-pictures", "aria-hidden": "true" },
      ...order.items.slice(0, 3).map((item) => element("span", { "data-theme": item.templateSlug }, cover(item.templateSlug)))),
    element("div", { class: "past-text" },
      element("h2", {}, element("a", { href: `/orders/${order.id}`, text: `Order ${order.number}` })),
      element("p", {}, element("time", { datetime: order.placedAt, text: day(order.placedAt) })),
      element("p", { class: "line-kind", text: what(order.items) })),
    badge(order.status, order.statusText),
    element("p", { class: "line-total", text: money(order.totalCents, order.currency) }));

async function more() {
  const isFirst = after === null;
  byId("show-more").disabled = true;
  byId("orders-status").textContent = isFirst ? "" : "Loading…";
  try {
    const { orders, me } = await loadOrders(after);
    const entries = orders.items.map(entry);
    byId("order-list").append(...entries);
    seen += entries.length;
    after = orders.endCursor;
    byId("show-more").hidden = !orders.hasMore;
    byId("guest-note").hidden = Boolean(me) || orders.total === 0;
    byId("orders-empty").hidden = orders.total > 0;
    byId("orders-problem").hidden = true;
    page.dataset.state = orders.total ? "filled" : "empty";
    byId("orders-status").textContent = orders.hasMore ? `${seen} of ${count(orders.total, "order")}` : orders.total ? count(orders.total, "order") : "";
    // The keyboard goes on with what has just appeared.
    if (!isFirst) entries[0]?.querySelector("a").focus();
  } catch (error) {
    const words = sentence(error, "Something went wrong. Your orders are safe.");
    if (isFirst) {
      byId("orders-problem").hidden = false;
      byId("orders-problem-text").textContent = words;
    } else {
      byId("orders-status").textContent = words;
    }
  }
  byId("orders-loading").hidden = true;
  byId("show-more").disabled = false;
  page.setAttribute("aria-busy", "false");
}

byId("show-more").addEventListener("click", more);
byId("orders-again").addEventListener("click", more);
more();
