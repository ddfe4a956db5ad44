// The cart: every change goes to the shop first; amounts are those of its last answer.

import { addToCart, loadCart, setQuantity } from "./api.js";
import { showCount } from "./badge.js";
import { makeLine } from "./cart-line.js";
import { count, money } from "./format.js";
import { rows, sentence } from "./parts.js";

const CALM = 250; // ms without a further press before a quantity is sent
const byId = (id) => document.getElementById(id);
const page = byId("cart");
const lines = new Map();
let last = Promise.resolve();
let failures = 0;
let removed = null;

function say(text, kind = "saved") {
  byId("cart-status").textContent = text;
  byId("cart-status").dataset.kind = kind;
}

function show(cart) {
  const known = new Set(cart.items.map((item) => item.id));
  for (const [id, line] of lines) {
    if (known.has(id)) continue;
    clearTimeout(line.timer);
    line.root.remove();
    lines.delete(id);
  }
  for (const item of cart.items) {
    let line = lines.get(item.id);
    if (!line) {
      line = makeLine(item, { most: Number(page.dataset.maxQuantity), onQuantity: change, onRemove: remove });
      lines.set(item.id, line);
      byId("lines").append(line.root);
    }
    line.currency = cart.currency;
    line.show(item);
  }
  byId("cart-sums").replaceChildren(...rows([[`Subtotal, ${count(cart.count, "calendar")}`, money(cart.itemsCents, cart.currency), "is-total"]]));
  page.dataset.state = cart.items.length ? "filled" : "empty";
  byId("cart-filled").hidden = !cart.items.length;
  byId("cart-empty").hidden = cart.items.length > 0;
  showCount(cart.count);
}

// One after the other: the answer shown last is that of the last change.
function inTurn(work) {
  last = last.then(work);
  return last;
}

function change(line, quantity) {
  line.wanted = quantity;
  line.busy(true);
  say("Saving…", "busy");
  clearTimeout(line.timer);
  line.timer = setTimeout(() => send(line), CALM);
}

function send(line) {
  clearTimeout(line.timer);
  line.timer = null;
  const quantity = line.wanted;
  return inTurn(async () => {
    if (line.wanted !== quantity || quantity === null) return; // a later press has taken its place
    try {
      const cart = await setQuantity(line.item.id, quantity);
      if (line.wanted === quantity) line.wanted = null;
      show(cart);
      say(line.wanted === null ? "Saved" : "Saving…", line.wanted === null ? "saved" : "busy");
    } catch (error) {
      failures += 1;
      line.wanted = null;
      line.show(line.item);
      line.fail(sentence(error, "The quantity was not changed: something went wrong. Please try again."));
      say("");
      if (error.code === "NOT_FOUND") await reload("This line is no longer in your cart.");
    }
  });
}

async function remove(line) {
  clearTimeout(line.timer);
  line.wanted = null;
  const following = line.root.nextElementSibling ?? line.root.previousElementSibling;
  say("Removing…", "busy");
  await inTurn(async () => {
    try {
      show(await setQuantity(line.item.id, 0));
      removed = line.item;
      byId("removed-text").textContent = `“${line.item.calendar.title}” was removed.`;
      byId("removed").hidden = false;
      say("");
      if (following) byId("undo").focus();
      else byId("cart-empty").querySelector("h2").focus();
    } catch (error) {
      line.show(line.item);
      line.fail(sentence(error, "It was not removed: something went wrong. Please try again."));
      say("");
      if (error.code === "NOT_FOUND") await reload("It was already gone.");
    }
  });
}

byId("undo").addEventListener("click", async () => {
  const item = removed;
  if (!item) return;
  removed = null;
  byId("undo").disabled = true;
  say("Putting it back…", "busy");
  await inTurn(async () => {
    try {
      show(await addToCart(item.calendar.id, item.product.slug, item.quantity));
      byId("removed").hidden = true;
      say("It is back in your cart.");
      [...lines.values()].find((line) => line.item.calendar.id === item.calendar.id && line.item.product.slug === item.product.slug)?.focus();
    } catch (error) {
      removed = item;
      say(sentence(error, "It could not be put back. Please try again."), "error");
    }
  });
  byId("undo").disabled = false;
});

// A press just before leaving still counts; when it is refused, the person stays and reads why.
byId("to-checkout").addEventListener("click", async (clicked) => {
  const waiting = [...lines.values()].filter((line) => line.wanted !== null);
  if (!waiting.length) return;
  clicked.preventDefault();
  const before = failures;
  for (const line of waiting) if (line.timer !== null) send(line);
  await last;
  if (failures === before) location.assign(byId("to-checkout").href);
});

async function reload(then = "") {
  try {
    show(await loadCart());
    byId("cart-problem").hidden = true;
    say(then, "error");
  } catch (error) {
    if (lines.size) return say(sentence(error, "The cart could not be loaded."), "error");
    byId("cart-problem-text").textContent = sentence(error, "Something went wrong. Your cart is safe.");
    byId("cart-problem").hidden = false;
    page.dataset.state = "problem";
  }
  return undefined;
}

async function start() {
  await reload();
  byId("cart-loading").hidden = true;
  page.setAttribute("aria-busy", "false");
}

byId("cart-again").addEventListener("click", () => inTurn(start));
// Back from elsewhere with the page as it was left: the cart may have changed meanwhile.
addEventListener("pageshow", (shown) => {
  if (shown.persisted) inTurn(() => reload());
});
inTurn(start);
