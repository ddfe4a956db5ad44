// Money, dates and sizes as people read them. The server's twin for money is web/money.py.

const LOCALE = "en-GB";

export const money = (cents, currency) =>
  new Intl.NumberFormat(LOCALE, { style: "currency", currency }).format(cents / 100);

export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

const DAY = { day: "numeric", month: "long", year: "numeric" };

export const day = (iso) => new Intl.DateTimeFormat(LOCALE, DAY).format(new Date(iso));

export const moment = (iso) =>
  new Intl.DateTimeFormat(LOCALE, { ...DAY, hour: "2-digit", minute: "2-digit" }).format(new Date(iso));

// Sizes of files in powers of ten, as file managers show them.
export function size(bytes) {
  const [divisor, unit] = bytes >= 1e6 ? [1e6, "megabyte"] : [1e3, "kilobyte"];
  return new Intl.NumberFormat(LOCALE, { style: "unit", unit, maximumFractionDigits: bytes >= 1e6 ? 1 : 0 }).format(bytes / divisor);
}
