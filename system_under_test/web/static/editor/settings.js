// The settings panel: every change is saved at once, and shown once the shop has said what follows from it.

import { holidayCountries, holidayRegions, saveSettings, timeZones } from "./api.js";
import { element } from "./dom.js";

// A group of radio buttons cannot be set to the empty string, so "as in the design" has a word of its own.
const TEMPLATE = "template";

const option = (value, text) => element("option", { value, text });
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// Fills a list once it is wanted; a failed attempt may be repeated. What is chosen stays chosen.
function fillOnce(details, fill, say) {
  let filled = null;
  const wanted = () => {
    if (!details.open || filled) return;
    filled = fill().catch((error) => {
      filled = null;
      say(error.message, "error");
    });
  };
  details.addEventListener("toggle", wanted);
  wanted();
}

export function bindSettings({ panel, state, saving, say, onChange }) {
  const field = (name) => panel.elements[name];
  const regionField = panel.querySelector("#region-field");
  const zoneButton = panel.querySelector("#own-zone");
  let regionsOf = null;
  let last = Promise.resolve();
  const waiting = [];

  // What the shop has, and over it what the guest has set and is not saved yet.
  function wanted() {
    const now = { ...state.settings };
    for (const input of waiting) {
      if ("holidayCountry" in input) now.holidayRegion = null;
      Object.assign(now, input);
    }
    return now;
  }

  // The controls say what the shop has, even after a change that it refused. An answer to one change never
  // undoes the next one, which is still under way.
  function show() {
    const now = wanted();
    field("weekStart").value = now.weekStart;
    field("accent").value = now.accent ?? TEMPLATE;
    keep(field("holidayCountry"), now.holidayCountry ?? "");
    keep(field("holidayRegion"), now.holidayRegion ?? "");
    field("holidayNames").value = now.holidayNames;
    field("holidayNames").disabled = now.holidayCountry === null;
    field("showMoon").checked = now.showMoon;
    field("showSeasons").checked = now.showSeasons;
    keep(field("timeZone"), now.timeZone);
    zoneButton.hidden = ownZone() === now.timeZone || ![...field("timeZone").options].some((one) => one.value === ownZone());
    zoneButton.textContent = `Use ${ownZone().replaceAll("_", " ")}, as this device does`;
    showRegions();
  }

  // A list that is not filled yet still shows what is chosen.
  function keep(select, value) {
    if (value && ![...select.options].some((one) => one.value === value)) select.append(option(value, value));
    select.value = value;
  }

  async function showRegions() {
    const country = wanted().holidayCountry;
    if (country === regionsOf || !panel.querySelector("#holidays").open) return;
    regionsOf = country;
    const regions = country ? await holidayRegions(country).catch(() => null) : [];
    if (regionsOf !== country) return;
    if (regions === null) regionsOf = undefined;
    regionField.hidden = !regions?.length;
    field("holidayRegion").replaceChildren(option("", "Whole country"), ...(regions ?? []).map((one) => option(one.code, one.name)));
    keep(field("holidayRegion"), wanted().holidayRegion ?? "");
  }

  // One after the other, so that the answer shown last is that of the last change.
  function change(input) {
    waiting.push(input);
    last = last.then(async () => {
      const saved = await saving(() => saveSettings(state.id, input));
      waiting.shift();
      if (saved) {
        state.settings = saved.settings;
        state.marks = saved.marks;
        onChange();
      }
      show();
    });
  }

  panel.addEventListener("submit", (submitted) => submitted.preventDefault());
  panel.addEventListener("change", ({ target }) => {
    if (target.type === "checkbox") change({ [target.name]: target.checked });
    else change({ [target.name]: target.value === TEMPLATE ? null : target.value || null });
  });
  zoneButton.addEventListener("click", () => {
    change({ timeZone: ownZone() });
    field("timeZone").focus();
  });
  fillOnce(panel.querySelector("#holidays"), async () => {
    const countries = await holidayCountries();
    field("holidayCountry").replaceChildren(option("", "None"), ...countries.map((one) => option(one.code, one.name)));
    show();
  }, say);
  fillOnce(panel.querySelector("#sky"), async () => {
    const zones = await timeZones();
    field("timeZone").replaceChildren(...zones.map((zone) => option(zone, zone.replaceAll("_", " "))));
    show();
  }, say);
  show();
  return show;
}
