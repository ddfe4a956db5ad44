// The number beside "Cart" on every page. It is asked for only where there can be a cart:
// one that this browser has filled, or one of an account. Other visitors cost no request.

import { loadCount } from "./api.js";
import { count } from "./format.js";

const REMEMBERED = "vc_cart_count";
const TOKEN = "vc_access_token";

const stored = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing
  }
};

export function showCount(number) {
  try {
    localStorage.setItem(REMEMBERED, String(number));
  } catch {
    // then the next page asks nothing and shows nothing; the cart itself is not affected
  }
  draw(number);
}

function draw(number) {
  const badge = document.getElementById("cart-count");
  if (!badge) return;
  badge.hidden = number === 0;
  badge.querySelector("[data-seen]").textContent = number > 99 ? "99+" : String(number);
  badge.querySelector("[data-heard]").textContent = count(number, "calendar");
}

async function refresh() {
  const remembered = Number(stored(REMEMBERED) ?? 0);
  draw(Number.isSafeInteger(remembered) ? remembered : 0);
  // Pages that load the cart themselves say the number.
  if (document.querySelector("[data-shows-cart]")) return;
  const signedIn = stored(TOKEN) !== null || document.documentElement.dataset.signedIn !== undefined;
  if (stored(REMEMBERED) === null && !signedIn) return;
  const cart = await loadCount().catch(() => null); // a missing number is no reason to disturb anybody
  if (cart) showCount(cart.count);
}

refresh();
addEventListener("pageshow", (shown) => {
  if (shown.persisted) refresh();
});
