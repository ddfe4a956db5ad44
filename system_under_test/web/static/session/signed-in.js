// After the provider: fetches the first access token and goes on to where the person wanted to be.

import { forget, renew } from "./token.js";

const page = document.getElementById("signed-in");

async function arrive() {
  // Whatever token is there belongs to who used this browser before.
  forget();
  let token = null;
  try {
    token = await renew(null);
  } catch {
    // said below
  }
  if (token) {
    location.replace(page.dataset.next);
    return;
  }
  document.getElementById("waiting").hidden = true;
  document.getElementById("problem").hidden = false;
  document.getElementById("again").focus();
}

arrive();
