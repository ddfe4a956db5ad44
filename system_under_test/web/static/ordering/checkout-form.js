// The address form: values, regions of the chosen country, and errors beside their fields.

import { element } from "../editor/dom.js";
import { count, money } from "./format.js";

export const NAMES = ["email", "name", "line1", "line2", "postcode", "city", "region", "country"];

export function bindForm(form, { onCountry, onInput }) {
  const field = (name) => form.elements[name];
  const alert = form.querySelector("#form-alert");
  let countries = [];

  const chosen = () => countries.find((country) => country.code === field("country").value) ?? null;

  function showRegions() {
    const regions = chosen()?.regions ?? [];
    const before = field("region").value;
    form.querySelector("#region-field").hidden = regions.length === 0;
    field("region").replaceChildren(element("option", { value: "", text: "Please choose" }),
      ...regions.map((region) => element("option", { value: region.code, text: region.name })));
    if (regions.some((region) => region.code === before)) field("region").value = before;
  }

  function showCountries(list, currency) {
    countries = list;
    field("country").replaceChildren(element("option", { value: "", text: "Please choose" }),
      ...list.map((country) => element("option", {
        value: country.code,
        text: `${country.name} – ${country.shippingCents ? money(country.shippingCents, currency) : "free"} shipping`,
      })));
    showRegions();
  }

  function values() {
    const all = Object.fromEntries(NAMES.map((name) => [name, field(name).value]));
    if (form.querySelector("#region-field").hidden) all.region = "";
    return all;
  }

  function fill(given) {
    for (const name of NAMES.filter((one) => one !== "region")) {
      if (typeof given[name] === "string") field(name).value = given[name];
    }
    if (field("country").selectedIndex < 0) field("country").value = "";
    showRegions();
    if (given.region) field("region").value = given.region;
    if (field("region").selectedIndex < 0) field("region").value = "";
  }

  function mark(name, sentence) {
    const note = form.querySelector(`#${name}-error`);
    note.textContent = sentence;
    note.hidden = !sentence;
    if (sentence) field(name).setAttribute("aria-invalid", "true");
    else field(name).removeAttribute("aria-invalid");
  }

  function clear() {
    for (const name of NAMES) mark(name, "");
    alert.hidden = true;
    alert.textContent = "";
  }

  // Every error at its field, the eye and the keyboard at the first one, the rest in one sentence above.
  function refuse(sentence, fields = {}) {
    clear();
    // A region that is hidden cannot be corrected: its sentence goes above.
    const here = NAMES.filter((name) => fields[name] && !field(name).closest("[hidden]"));
    const elsewhere = Object.keys(fields).filter((name) => !here.includes(name)).map((name) => fields[name]);
    for (const name of here) mark(name, fields[name]);
    const words = here.length ? `${count(here.length, "field needs", "fields need")} your attention.` : sentence;
    alert.textContent = [words, ...elsewhere].join(" ");
    alert.hidden = false;
    const inOrder = [...form.elements].find((control) => here.includes(control.name));
    if (inOrder) inOrder.focus();
    else alert.focus();
  }

  form.addEventListener("input", ({ target }) => {
    if (target.getAttribute("aria-invalid")) mark(target.name, "");
    onInput();
  });
  field("country").addEventListener("change", () => {
    showRegions();
    onCountry();
  });

  return { values, fill, clear, refuse, showCountries, country: () => chosen() };
}
