// One order: everything about it, the next step by hand, refunds.

import { loadOrder, setOrderStatus } from "./api.js";
import { attempt, endsVisit, part, sentence } from "./frame.js";
import { country, money } from "./format.js";
import { chip, element, facts, nothing, time } from "./parts.js";
import { auditTable } from "./audit-table.js";
import { history, items, mails, sums } from "./order-parts.js";
import { drawRefunds } from "./refund.js";

const id = part("order").dataset.order;

function drawSteps(order) {
  const open = order.allowedNext.length > 0;
  part("step").hidden = !open;
  part("no-step").hidden = open;
  part("no-step").textContent = order.status === "PLACED" || order.status === "CANCELLED"
    ? "The payment leads this order on; nothing is to be done by hand."
    : "This order has come to its end.";
  part("steps").replaceChildren(...order.allowedNext.map((next) =>
    element("button", { class: "button", type: "submit", value: next.status, text: `Mark as ${next.statusText.toLowerCase()}` })));
}

function customer(order) {
  const { shipping } = order;
  const lines = [shipping.name, shipping.line1, shipping.line2, `${shipping.postcode} ${shipping.city}`, shipping.region, country(shipping.country)];
  const kinds = { account: "Account", guest: "Guest, without an account", deleted: "Account was deleted" };
  return facts([
    ["Ordered by", order.ownerKind === "account" ? `${kinds.account} ${order.accountEmail}` : kinds[order.ownerKind]],
    ["E-mail", element("a", { href: `mailto:${order.email}`, text: order.email })],
    ["Address", element("address", {}, ...lines.filter(Boolean).map((text) => element("span", { text })))],
  ]);
}

const code = (text) => text && element("code", { text });

export function draw(order) {
  document.title = `Order ${order.number} · Workshop · Village Calendar`;
  part("title").textContent = `Order ${order.number}`;
  part("chip").replaceChildren(chip(order.status, order.statusText));
  part("subtitle").replaceChildren("Placed ", time(order.placedAt), ...(order.paidAt ? [" · paid ", time(order.paidAt)] : [" · not paid"]));
  part("items").replaceChildren(items(order));
  part("sums").replaceChildren(...sums(order));
  part("history").replaceChildren(...history(order));
  part("mails").replaceChildren(order.mails.length ? mails(order) : nothing("No letter was sent yet."));
  part("audit").replaceChildren(order.audit.length ? auditTable(order.audit, { withOrder: false }) : nothing("Nobody has changed this order by hand."));
  part("customer").replaceChildren(...customer(order));
  part("payment").replaceChildren(...facts([
    ["Total", money(order.totalCents, order.currency)],
    ["Payment", code(order.stripePaymentIntent) ?? "None yet"],
    ["Checkout page", code(order.stripeSessionId) ?? "Not opened"],
  ]));
  drawSteps(order);
  drawRefunds(order, draw);
}

const load = () => attempt(async () => draw(await loadOrder(id)));

part("step").addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const chosen = submit.submitter ?? part("steps").querySelector("button");
  const buttons = part("steps").querySelectorAll("button");
  part("step-error").textContent = "";
  part("done").textContent = "";
  for (const button of buttons) button.disabled = true;
  try {
    const order = await setOrderStatus(id, chosen.value, part("note").value.replace(/\s+/gu, " ").trim());
    draw(order);
    part("note").value = "";
    part("done").textContent = `Order ${order.number} is now ${order.statusText.toLowerCase()}.`;
    part("title").focus();
  } catch (fault) {
    if (endsVisit(fault)) return;
    // Somebody else was quicker: show how the order stands now.
    if (fault.code === "CONFLICT" && !(await load())) return;
    for (const button of part("steps").querySelectorAll("button")) button.disabled = false;
    part(part("step").hidden ? "done" : "step-error").textContent = sentence(fault);
  }
});

load();
