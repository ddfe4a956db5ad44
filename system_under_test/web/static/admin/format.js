// Moments and spans of time as the administration shows them, shorter than in the shop.

const LOCALE = "en-GB";
const DAY = { day: "numeric", month: "short", year: "numeric" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };

export { count, money, size } from "../ordering/format.js";

export const moment = (iso) => new Intl.DateTimeFormat(LOCALE, { ...DAY, ...CLOCK }).format(new Date(iso));

// Days of the figures are days in UTC, whatever the clock on the wall says.
export const utcDay = (date, more = {}) =>
  new Intl.DateTimeFormat(LOCALE, { ...DAY, ...more, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

export const shortDay = (date) =>
  new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));

export const number = (value) => new Intl.NumberFormat(LOCALE).format(value);

export const percent = (part, whole) =>
  whole === 0 ? "–" : new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: part / whole < 0.1 ? 1 : 0 }).format(part / whole);

const countries = new Intl.DisplayNames([LOCALE], { type: "region" });
export function country(code) {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code; // no code of a country
  }
}

export function age(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} days`;
}
