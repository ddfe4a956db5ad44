// One order: waits for its payment and its print files, and lets the customer pay or cancel.

import { cancelOrder, loadCount, loadOrder, payOrder } from "./api.js";
import { showCount } from "./badge.js";
import { texts, waitingTexts } from "./order-texts.js";
import { showOrder } from "./order-view.js";
import { sentence } from "./parts.js";
import { forgetAttempt, forgetCheckout, keptAttempt } from "./saved.js";
import { askUntil } from "./waiting.js";

const byId = (id) => document.getElementById(id);
const page = byId("order");
const id = page.dataset.orderId;
const FILES_PATIENCE = 300_000;
let comesFromPaying = new URLSearchParams(location.search).get("paid") === "1";
let shown = "";
let watching = false;

function say(text, kind = "") {
  byId("order-live").textContent = text;
  byId("order-live").dataset.kind = kind;
}

const isWaited = (order) => comesFromPaying && order.status === "PLACED";
const filesUnderWay = (order) =>
  ["PAID", "IN_PRODUCTION"].includes(order.status) && order.items.some(({ pdf }) => !pdf || pdf.status === "QUEUED" || pdf.status === "RUNNING");

function show(order) {
  const waited = isWaited(order);
  const [title, words] = waited ? waitingTexts : texts(order);
  const now = JSON.stringify([order, waited]);
  if (now === shown) return; // nothing moves under the reader's eyes
  const wasOther = page.dataset.status !== order.status;
  shown = now;
  page.dataset.status = order.status;
  page.dataset.waiting = String(waited);
  byId("order-title").textContent = title;
  byId("order-words").textContent = words;
  document.title = `${title} · Order ${order.number} · Village Calendar`;
  byId("order-actions").hidden = order.status !== "PLACED" || waited;
  showOrder(order);
  byId("order-body").hidden = false;
  byId("order-loading").hidden = true;
  byId("order-problem").hidden = true;
  page.setAttribute("aria-busy", "false");
  if (keptAttempt()?.order?.id === id) {
    // A cancelled order may be tried again with the same address; a paid one is done with.
    if (order.status === "CANCELLED") forgetAttempt();
    else if (order.status !== "PLACED") forgetCheckout();
  }
  if (wasOther && comesFromPaying && !waited) arrived(order.paidAt ? "Payment confirmed" : title);
}

// The payment has been heard of: said aloud once, and a reload is an ordinary look at the order.
function arrived(words) {
  comesFromPaying = false;
  history.replaceState(null, "", location.pathname);
  say(words, "saved");
  loadCount().then((cart) => showCount(cart.count), () => {});
}

async function watch(order) {
  if (watching || (!isWaited(order) && !filesUnderWay(order))) return;
  watching = true;
  let latest = order;
  let trouble = false;
  const listeners = {
    onAnswer(answer) {
      latest = answer;
      if (trouble) say("");
      trouble = false;
      show(answer);
    },
    onTrouble() {
      trouble = true;
      say("The shop cannot be reached just now. We keep trying.", "error");
    },
  };
  const ask = () => loadOrder(id);
  if (isWaited(order)) {
    say("Waiting for the payment to be confirmed…", "busy");
    const heard = await askUntil((answer) => answer.status !== "PLACED", ask, listeners);
    if (!heard) {
      comesFromPaying = false;
      say("We have not heard of your payment yet. If you paid, nothing is lost: the confirmation comes by e-mail, and here.", "error");
      byId("order-again").hidden = false;
      show(latest);
      // Paying a second time is not what somebody should be led to who has just paid.
      byId("order-actions").hidden = true;
    }
  }
  if (filesUnderWay(latest)) {
    await askUntil((answer) => !filesUnderWay(answer), ask, { ...listeners, patience: FILES_PATIENCE });
  }
  watching = false;
}

async function start() {
  byId("order-again").hidden = true;
  try {
    const order = await loadOrder(id);
    if (!order) throw new Error("no order");
    show(order);
    watch(order);
  } catch (error) {
    byId("order-loading").hidden = true;
    byId("order-problem").hidden = false;
    byId("order-problem-text").textContent = sentence(error, "Something went wrong on the way. Your order is safe.");
  }
}

function setBusy(is) {
  for (const button of byId("order-actions").querySelectorAll("button")) button.disabled = is;
}

byId("pay-now").addEventListener("click", async () => {
  setBusy(true);
  say("Opening the payment page…", "busy");
  try {
    const { checkoutUrl } = await payOrder(id);
    if (checkoutUrl) return location.assign(checkoutUrl);
    await start();
    say("");
  } catch (error) {
    say(sentence(error, "The payment page could not be opened. Please try again."), "error");
    if (error.code === "CONFLICT") start(); // paid or cancelled meanwhile
  }
  setBusy(false);
  return undefined;
});

byId("cancel").addEventListener("click", () => byId("cancel-dialog").showModal());
byId("cancel-dialog").addEventListener("close", async () => {
  if (byId("cancel-dialog").returnValue !== "cancel") return;
  byId("cancel-dialog").returnValue = "";
  setBusy(true);
  say("Cancelling…", "busy");
  try {
    show(await cancelOrder(id));
    say("The order was cancelled.", "saved");
    byId("order-title").focus();
  } catch (error) {
    say(sentence(error, "The order was not cancelled. Please try again."), "error");
    if (error.code === "CONFLICT") start();
  }
  setBusy(false);
});

byId("order-again").addEventListener("click", () => {
  comesFromPaying = true;
  shown = "";
  start();
});
byId("order-retry").addEventListener("click", start);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  setBusy(false);
  say("");
  start();
});
start();
