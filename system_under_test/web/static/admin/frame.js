// The frame around every page of the administration: waiting, refused, broken, or the room itself.

import { ShopError } from "../session/client.js";

export const part = (id) => document.getElementById(id);

const REFUSALS = {
  UNAUTHENTICATED: "Please sign in with an account that may work here.",
  FORBIDDEN: "You are signed in, but your account may not work here. Ask a colleague to make you an administrator, or sign in with another account.",
};
let again = null;

export const sentence = (fault) =>
  fault instanceof ShopError ? fault.message : "Something went wrong on this page. Please reload it.";

function show(state) {
  part("admin").dataset.state = state;
  part("waiting").hidden = state !== "loading";
  part("refused").hidden = state !== "refused";
  part("room").hidden = state !== "ready";
}

// True once the visit has ended: then there is nothing left on the page to fill.
export const isOver = () => part("admin").dataset.state === "refused";

function refuse(code) {
  part("room").replaceChildren(); // what was shown before was meant for somebody else
  part("refused-text").textContent = REFUSALS[code];
  show("refused");
  part("refused-title").focus();
}

// Runs `work`, which fills the room; `retry` is what "Try again" does. Whoever may not be here sees the gate,
// whatever was open before.
export async function attempt(work, retry = () => attempt(work, retry)) {
  part("problem").hidden = true;
  try {
    await work();
    show("ready");
    return true;
  } catch (fault) {
    if (!(fault instanceof ShopError)) console.error(fault);
    if (fault.code in REFUSALS) {
      refuse(fault.code);
      return false;
    }
    part("problem-text").textContent = sentence(fault);
    part("problem").hidden = false;
    again = retry;
    // A wrong filter can be put right only where its form is to be seen.
    show(fault.code === "BAD_INPUT" ? "ready" : part("admin").dataset.state === "ready" ? "ready" : "broken");
    return false;
  }
}

// For changes: true when the fault ends the visit, so that there is no room to show its sentence in.
export function endsVisit(fault) {
  if (!(fault.code in REFUSALS)) return false;
  refuse(fault.code);
  return true;
}

part("again").addEventListener("click", () => again?.());
