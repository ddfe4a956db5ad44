// Figures of a range of days. The range stands in the address.

import { loadAnalytics } from "./api.js";
import { chart, share } from "./chart.js";
import { attempt, isOver, part } from "./frame.js";
import { age, count, money, number, percent, shortDay, utcDay } from "./format.js";
import { chip, element, nothing, table, words } from "./parts.js";

const PRESETS = [["7 days", 7], ["30 days", 30], ["90 days", 90], ["A year", 365]];
const form = part("range");
const dayOf = (moment) => new Date(moment).toISOString().slice(0, 10);
const today = () => dayOf(Date.now());
const back = (days) => dayOf(Date.now() - (days - 1) * 86_400_000);

function range() {
  const asked = new URLSearchParams(location.search);
  return { from: asked.get("from") || back(30), to: asked.get("to") || today() };
}

function drawPresets({ from, to }) {
  part("presets").replaceChildren(...PRESETS.map(([text, days]) => {
    const address = `/admin/analytics?from=${back(days)}&to=${today()}`;
    return element("a", { href: address, class: "state", text, "aria-current": from === back(days) && to === today() ? "true" : null,
      onclick: (click) => {
        if (click.ctrlKey || click.metaKey || click.shiftKey) return;
        click.preventDefault();
        visit(address).then(() => part("presets")?.querySelector("[aria-current]")?.focus());
      } });
  }));
}

function tiles({ totals, funnel, currency }) {
  const first = funnel[0].count;
  const paid = funnel.at(-1).count;
  const entries = [
    ["Revenue", money(totals.revenueCents, currency), `from ${count(totals.paidOrders, "paid order")}`],
    ["Refunded", money(totals.refundedCents, currency), `${percent(totals.refundedCents, totals.grossCents)} of what was paid`],
    ["Orders placed", number(totals.orders), "paid or not"],
    ["Average order", totals.averageOrderCents === null ? "–" : money(totals.averageOrderCents, currency), "before refunds"],
    ["Conversion", percent(paid, first), `${number(paid)} of ${number(first)} makers of calendars`],
  ];
  return entries.map(([label, value, under]) =>
    element("div", { class: "tile" }, element("dt", { text: label }), element("dd", {},
      element("span", { class: "tile-value", text: value }), element("span", { class: "under", text: under }))));
}

function drawCharts({ days, currency }) {
  const euros = new Intl.NumberFormat("en-GB", { style: "currency", currency, maximumFractionDigits: 0 });
  const bestOf = (name) => days.reduce((best, day) => (day[name] > best[name] ? day : best));
  const [rich, busy] = [bestOf("revenueCents"), bestOf("orders")];
  const said = (day, what) => `${utcDay(day.date, { weekday: "short" })}: ${what}`;
  chart(part("revenue"), {
    title: `Revenue per day from ${utcDay(days[0].date)} to ${utcDay(days.at(-1).date)}; the table below has every figure`,
    names: ["revenue", "refunded"],
    data: days.map((day) => ({ short: shortDay(day.date), revenue: day.revenueCents, refunded: day.refundedCents,
      said: said(day, `${money(day.revenueCents, currency)}${day.refundedCents ? `, ${money(day.refundedCents, currency)} refunded` : ""}`) })),
    format: (cents) => euros.format(cents / 100), whole: 100,
    best: rich.revenueCents ? `Best day: ${said(rich, money(rich.revenueCents, currency))}` : "Nothing was paid in these days.",
  });
  chart(part("orders"), {
    title: `Orders per day from ${utcDay(days[0].date)} to ${utcDay(days.at(-1).date)}; the table below has every figure`,
    names: ["orders"],
    data: days.map((day) => ({ short: shortDay(day.date), orders: day.orders, said: said(day, `${count(day.orders, "order")} placed, ${number(day.paidOrders)} paid`) })),
    format: number, whole: 1,
    best: busy.orders ? `Busiest day: ${said(busy, `${count(busy.orders, "order")} placed`)}` : "Nothing was ordered in these days.",
  });
}

const plain = (text) => element("span", { text });
const right = (label) => ({ label, kind: "amount" });

const dayTable = ({ days, currency }) =>
  table("Orders and revenue per day", [{ label: "Day (UTC)", kind: "head" }, right("Placed"), right("Paid"), right("Paid sum"), right("Refunded"), right("Revenue")],
    days.map((day) => [plain(utcDay(day.date, { weekday: "short" })), plain(number(day.orders)), plain(number(day.paidOrders)),
      ...[day.grossCents, day.refundedCents, day.revenueCents].map((cents) => plain(money(cents, currency)))]));

const steps = ({ funnel }) =>
  funnel.map((step, index) => element("li", {},
    element("span", { class: "step-label", text: step.label }),
    element("span", { class: "step-count", text: number(step.count) }),
    share(step.count, funnel[0].count),
    element("span", { class: "under", text: index ? `${percent(step.count, funnel[0].count)} of all, ${percent(step.count, funnel[index - 1].count)} of the step before` : "all of them" })));

const designs = ({ templates, currency }) =>
  templates.length
    ? table("Popular designs", [{ label: "Design", kind: "head" }, right("Copies paid"), right("Sales"), right("Begun")],
      templates.map((one) => [plain(one.name), plain(number(one.copies)), plain(money(one.salesCents, currency)), plain(number(one.calendars))]))
    : nothing("Nobody has begun a calendar in these days.");

const NAMES = { outbox: "Messages to the queue", pdf: "PDFs", mail: "Letters", webhooks: "Payment webhooks", refunds: "Refunds" };

const work = ({ queues }) =>
  table("Work that waits", [{ label: "Work", kind: "head" }, right("Waiting"), right("Oldest"), { label: "By status" }],
    queues.map((queue) => [
      plain(NAMES[queue.name] ?? words(queue.name)), plain(number(queue.waiting)),
      plain(queue.oldestSeconds === null ? "–" : age(queue.oldestSeconds)),
      element("span", { class: "chips" }, ...queue.byStatus.filter((one) => one.count > 0).map((one) => chip(one.status, `${one.statusText} ${number(one.count)}`))),
    ]));

let turn = 0;
async function load() {
  if (isOver()) return location.reload();
  const mine = (turn += 1);
  const asked = range();
  form.elements.from.value = asked.from;
  form.elements.to.value = asked.to;
  drawPresets(asked);
  part("figures").setAttribute("aria-busy", "true");
  let figures = null;
  const there = await attempt(async () => {
    figures = await loadAnalytics(asked.from, asked.to);
  }, load);
  // Charts measure their place, so the room must be open before.
  if (!there || mine !== turn) return;
  part("summary").textContent = `${utcDay(figures.from)} to ${utcDay(figures.to)}, days in ${figures.timeZone}`;
  part("tiles").replaceChildren(...tiles(figures));
  drawCharts(figures);
  part("days").replaceChildren(dayTable(figures));
  part("funnel").replaceChildren(...steps(figures));
  part("templates").replaceChildren(designs(figures));
  part("work").replaceChildren(work(figures));
  part("figures").setAttribute("aria-busy", "false");
}

function visit(address) {
  history.pushState(null, "", address);
  return load();
}

form.addEventListener("submit", (submit) => {
  submit.preventDefault();
  const [from, to] = [form.elements.from.value, form.elements.to.value];
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  part("range-error").textContent = days < 1 ? "The first day must not come after the last."
    : days > Number(form.dataset.longest) ? `Please choose at most ${form.dataset.longest} days.` : "";
  if (!part("range-error").textContent) visit(`/admin/analytics?from=${from}&to=${to}`);
});
addEventListener("popstate", load);
load();
