// "Order prints": a dialog that puts a calendar into the cart. Any button with data-prints opens it.

import { addToCart } from "./api.js";
import { showCount } from "./badge.js";
import { count } from "./format.js";
import { sentence } from "./parts.js";
import { bindStepper } from "./stepper.js";

const byId = (id) => document.getElementById(id);
const dialog = byId("prints");
const form = byId("prints-form");
const add = byId("prints-add");
let calendarId = null;

function say(text) {
  byId("prints-error").textContent = text;
}

const quantity = bindStepper(byId("prints-stepper"), { onChange: () => say(""), onRefused: say });

function open({ dataset }) {
  calendarId = dataset.prints;
  // In the editor the title may have changed since the page was made.
  const title = byId("calendar-title")?.value.trim() || dataset.title;
  byId("prints-what").textContent = `${title} · ${dataset.year}`;
  byId("prints-cover").src = `/covers/${dataset.template}.svg`;
  dialog.dataset.theme = dataset.template;
  quantity.set(1);
  say("");
  form.hidden = false;
  byId("prints-done").hidden = true;
  dialog.showModal();
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.addEventListener("click", () => open(button));
}

form.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  if (add.disabled) return;
  add.disabled = true;
  add.textContent = "Adding…";
  say("");
  try {
    const product = form.elements.product.value;
    const cart = await addToCart(calendarId, product, quantity.value());
    showCount(cart.count);
    const name = byId(`name-${product}`).textContent;
    byId("prints-added").textContent = `${quantity.value()} × ${name}. Your cart now holds ${count(cart.count, "calendar")}.`;
    form.hidden = true;
    byId("prints-done").hidden = false;
    byId("prints-done-title").focus();
  } catch (error) {
    say(sentence(error, "Not added: something went wrong. Please try again."));
  }
  add.disabled = false;
  add.textContent = "Add to cart";
});

for (const button of dialog.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => dialog.close());
}
dialog.addEventListener("click", (clicked) => {
  if (clicked.target === dialog) dialog.close();
});
