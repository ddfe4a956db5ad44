// The checkout: address, totals of the chosen country, and the way to the payment page.

import { loadCart, loadCheckout, loadOrder, placeOrder } from "./api.js";
import { showCount } from "./badge.js";
import { bindForm } from "./checkout-form.js";
import { sentence } from "./parts.js";
import { attemptFor, forgetAttempt, keepForm, keepOrder, keptAttempt, keptForm } from "./saved.js";
import { showSummary, showTotals } from "./summary.js";

const byId = (id) => document.getElementById(id);
const page = byId("checkout");
const payButton = byId("pay");
let cart = null;
let owner = null;
let asked = 0;
let busy = false;

const form = bindForm(byId("checkout-form"), { onCountry: showShipping, onInput: keep });

function keep() {
  keepForm(form.values(), owner);
}

function only(shown) {
  for (const id of ["checkout-loading", "checkout-filled", "checkout-empty", "checkout-pending", "checkout-problem"]) {
    byId(id).hidden = id !== shown;
  }
  page.dataset.state = shown.slice("checkout-".length);
  page.setAttribute("aria-busy", String(shown === "checkout-loading"));
}

// The totals follow the country; of several answers the one to the last question counts.
async function showShipping() {
  keep();
  const number = (asked += 1);
  byId("summary").setAttribute("aria-busy", "true");
  try {
    const fresh = await loadCart(form.country()?.code ?? null);
    if (number !== asked) return;
    cart = fresh;
    showCount(cart.count);
    if (cart.items.length) showSummary(cart, form.country());
    else await start();
  } catch (error) {
    if (number !== asked) return;
    showTotals({ ...cart, shippingCents: null, totalCents: cart.itemsCents }, form.country());
    byId("totals-note").textContent = sentence(error, "The shipping could not be worked out. Please choose the country again.");
  } finally {
    if (number === asked) byId("summary").setAttribute("aria-busy", "false");
  }
}

function setBusy(is) {
  busy = is;
  payButton.disabled = is;
  payButton.textContent = is ? "Opening the payment page…" : "Pay with Stripe";
  byId("checkout-form").setAttribute("aria-busy", String(is));
}

// Leaves this page, so what was said as busy stays until the other one is there.
function goAndPay(order) {
  location.assign(order.checkoutUrl ?? `/orders/${order.id}`);
}

// With the total on this page: when prices have changed meanwhile, the shop says so instead of ordering.
const asShown = (input) => ({ ...input, expectedTotalCents: cart.shippingCents === null ? null : cart.totalCents });

async function order(input) {
  setBusy(true);
  try {
    let attempt = attemptFor(input, cart.items);
    let placed = await placeOrder(asShown(input), attempt.key);
    if (placed.status === "CANCELLED") {
      // That attempt has come to an end elsewhere; pressing again means a new order.
      forgetAttempt();
      attempt = attemptFor(input, cart.items);
      placed = await placeOrder(asShown(input), attempt.key);
    }
    keepOrder(attempt, placed);
    goAndPay(placed);
  } catch (error) {
    setBusy(false);
    form.refuse(sentence(error, "Your order was not placed: something went wrong. Please try again; you will not be charged twice."), error.fields ?? {});
    // Prices or the cart are not what this page shows.
    if (error.code === "CONFLICT") showShipping();
  }
}

byId("checkout-form").addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  if (busy) return;
  keep();
  form.clear();
  order(form.values());
});

// Nothing is in the cart, but an order of this tab is not paid yet: that one goes on.
async function resume(attempt) {
  const known = attempt?.order ? await loadOrder(attempt.order.id).catch(() => null) : null;
  if (known?.status !== "PLACED") {
    forgetAttempt();
    return false;
  }
  byId("pending-text").textContent = `Your order ${known.number} has been placed and is not paid yet.`;
  byId("pending-order").href = `/orders/${known.id}`;
  only("checkout-pending");
  return true;
}

// The country that this browser's language names, when we send there.
function likelyCountry(countries) {
  const region = new Intl.Locale(navigator.language).region;
  return countries.some((country) => country.code === region) ? region : "";
}

async function start() {
  try {
    const found = await loadCheckout();
    cart = found.cart;
    owner = found.me?.id ?? null;
    showCount(cart.count);
    const kept = keptForm(owner) ?? {};
    if (!cart.items.length) {
      if (!(await resume(keptAttempt()))) only("checkout-empty");
      return;
    }
    form.showCountries(found.shippingCountries, cart.currency);
    form.fill({
      ...kept,
      email: kept.email || found.me?.email || "",
      name: kept.name || found.me?.name || "",
      country: kept.country || likelyCountry(found.shippingCountries),
    });
    byId("signed-in-as").hidden = !found.me;
    byId("sign-in-hint").hidden = Boolean(found.me);
    showSummary(cart, form.country());
    only("checkout-filled");
    if (form.country()) await showShipping();
  } catch (error) {
    byId("checkout-problem-text").textContent = sentence(error, "Something went wrong. Your cart is safe.");
    only("checkout-problem");
  }
}

byId("checkout-again").addEventListener("click", () => {
  only("checkout-loading");
  start();
});
// Back from the payment page with this one as it was left: ready for another press, with the cart as it is now.
addEventListener("pageshow", (shown) => {
  if (!shown.persisted) return;
  setBusy(false);
  start();
});
start();
