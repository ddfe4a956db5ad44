// Switches of features.

import { listFlags, setFlag } from "./api.js";
import { attempt, endsVisit, part, sentence } from "./frame.js";
import { element, time, words } from "./parts.js";

function state(flag) {
  const since = flag.updatedAt ? element("span", {}, "Set ", time(flag.updatedAt)) : element("span", { text: "As it was made" });
  const differs = flag.enabled === flag.default ? null : element("span", { class: "differs", text: `Normally ${flag.default ? "on" : "off"}` });
  return element("p", { class: "under flag-state" }, since, differs);
}

function item(flag) {
  const about = `about-${flag.name}`;
  const made = element("button", {
    type: "button", role: "switch", class: "switch", "aria-checked": String(flag.enabled),
    "aria-labelledby": `name-${flag.name}`, "aria-describedby": about,
    onclick: () => turn(flag, row, made),
  }, element("span", { class: "switch-text", "aria-hidden": "true", text: flag.enabled ? "On" : "Off" }));
  const row = element("li", { class: "flag", "data-flag": flag.name },
    element("div", { class: "flag-text" },
      element("h2", { id: `name-${flag.name}`, text: words(flag.name) }),
      element("p", { id: about, text: flag.description }),
      state(flag)),
    made);
  return row;
}

async function turn(flag, row, button) {
  part("flag-error").textContent = "";
  part("done").textContent = "";
  button.disabled = true;
  try {
    const changed = await setFlag(flag.name, !flag.enabled);
    const next = item(changed);
    row.replaceWith(next);
    next.querySelector("button").focus();
    part("done").textContent = `${words(changed.name)} is ${changed.enabled ? "on" : "off"}.`;
  } catch (fault) {
    if (endsVisit(fault)) return;
    button.disabled = false;
    part("flag-error").textContent = sentence(fault);
  }
}

attempt(async () => part("flags").replaceChildren(...(await listFlags()).map(item)));
