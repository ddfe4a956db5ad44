// What the checkout keeps in this tab: the form as it was filled in, and the attempt to order.
// An attempt has one idempotency key for exactly one content (address and cart): pressing twice,
// reloading or coming back from the payment page meets the same order again, a changed form makes a new one.

const FORM = "vc_checkout_form";
const ATTEMPT = "vc_checkout_attempt";
const memory = new Map(); // for browsers that keep nothing

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return memory.get(name) ?? null;
  }
}

function write(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    memory.set(name, value);
  }
}

function erase(name) {
  memory.delete(name);
  try {
    sessionStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}

// Browsers offer randomUUID over https and on the machine itself only.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const keepForm = (values, owner) => write(FORM, { values, owner });

// What somebody typed in while signed in is not shown to anybody else on the same device.
export function keptForm(owner) {
  const kept = read(FORM);
  if (!kept) return null;
  if (kept.owner === null || kept.owner === owner) return kept.values;
  forgetCheckout();
  return null;
}

export function attemptFor(input, items) {
  const content = JSON.stringify([input, items.map((item) => [item.calendar.id, item.product.slug, item.quantity])]);
  const kept = read(ATTEMPT);
  if (kept?.content === content) return kept;
  const attempt = { key: newKey(), content, order: null };
  write(ATTEMPT, attempt);
  return attempt;
}

export const keptAttempt = () => read(ATTEMPT);
export const keepOrder = (attempt, order) => write(ATTEMPT, { ...attempt, order: { id: order.id, number: order.number } });
export const forgetAttempt = () => erase(ATTEMPT);

export function forgetCheckout() {
  erase(FORM);
  erase(ATTEMPT);
}
