// Refunds of an order: what was given back, and the form for more. Money moves only after a second question.

import { refundOrder } from "./api.js";
import { endsVisit, part, sentence } from "./frame.js";
import { money } from "./format.js";
import { chip, element, table, time, words } from "./parts.js";

const form = part("refund");
const dialog = part("confirm");
let order = null;
let redraw = () => {};
// One key for one intention: pressing again after a lost answer must not pay twice.
let key = newKey();

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// "12", "12.5", "12,50" as cents; null for anything else.
export function centsOf(text) {
  const match = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : null;
}

const list = () =>
  table("Refunds", [{ label: "Refund", kind: "head" }, { label: "State" }, { label: "Amount", kind: "amount" }],
    order.refunds.map((refund) => [
      element("span", { class: "both" }, element("span", { text: refund.reason || "No reason given" }), element("span", { class: "under" }, time(refund.createdAt))),
      chip(refund.status, words(refund.status)),
      element("span", { text: money(refund.amountCents, order.currency) }),
    ]));

export function drawRefunds(shown, draw) {
  [order, redraw] = [shown, draw];
  const left = order.refundableCents;
  part("refunds").replaceChildren(...(order.refunds.length ? [list()] : []));
  form.hidden = left <= 0;
  part("no-refund").hidden = left > 0;
  part("no-refund").textContent = order.paidAt ? "Everything that was paid has been given back, or is about to be." : "Nothing was paid, so nothing can be given back.";
  part("refund-currency").textContent = order.currency;
  part("amount-hint").textContent = `At most ${money(left, order.currency)}.`;
}

function problem(name, text) {
  part(`${name}-error`).textContent = text;
  form.elements[name].setAttribute("aria-invalid", String(text !== ""));
}

function checked() {
  const cents = centsOf(form.elements.amount.value);
  const reason = form.elements.reason.value.trim();
  problem("amount", cents === null || cents === 0 ? "Write an amount such as 12.50."
    : cents > order.refundableCents ? `That is more than the ${money(order.refundableCents, order.currency)} that can still be given back.` : "");
  problem("reason", reason ? "" : "Say why: it stays with the order.");
  const wrong = form.querySelector("[aria-invalid=true]");
  wrong?.focus();
  return wrong ? null : { cents, reason };
}

// The answer to the dialog: true only for its own button, not for the escape key.
function confirmed(cents) {
  const amount = money(cents, order.currency);
  part("confirm-title").textContent = `Refund ${amount}?`;
  part("confirm-text").textContent = `The money goes back to the card of ${order.shipping.name}. This cannot be undone.`;
  part("confirm-yes").textContent = `Refund ${amount}`;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

form.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  part("refund-error").textContent = "";
  part("done").textContent = "";
  const asked = checked();
  if (!asked || !(await confirmed(asked.cents))) return;
  part("refund-go").disabled = true;
  try {
    const changed = await refundOrder(order.id, asked.cents, asked.reason, key);
    key = newKey();
    form.reset();
    redraw(changed);
    part("done").textContent = `${money(asked.cents, changed.currency)} will be given back. The customer gets a letter.`;
    part("title").focus();
  } catch (fault) {
    if (!endsVisit(fault)) part("refund-error").textContent = sentence(fault);
  } finally {
    part("refund-go").disabled = false;
  }
});
form.addEventListener("input", () => {
  key = newKey();
});
part("everything").addEventListener("click", () => {
  form.elements.amount.value = (order.refundableCents / 100).toFixed(2);
  key = newKey();
  form.elements.reason.focus();
});
