// What each state of an order means for the customer.

import { count, money } from "./format.js";

export const STEPS = [["PLACED", "Ordered"], ["PAID", "Paid"], ["IN_PRODUCTION", "In production"], ["SHIPPED", "Shipped"], ["DELIVERED", "Delivered"]];
const NAMES = { ...Object.fromEntries(STEPS), CANCELLED: "Cancelled", REFUNDED: "Refunded" };

export const stateName = (status) => NAMES[status] ?? status;

const parcels = (order) => count(order.items.reduce((sum, item) => sum + item.quantity, 0), "calendar");

const SAID = {
  PLACED: () => ["Your order is not paid yet", "We keep it for you. As soon as it is paid, we start printing."],
  PAID: (order) => ["Thank you! Your order is paid.", `A confirmation is on its way to ${order.email}. Next, we print your ${parcels(order)}.`],
  IN_PRODUCTION: (order) => ["At the printer", `Your ${parcels(order)} ${parcels(order).startsWith("1 ") ? "is" : "are"} being printed and bound.`],
  SHIPPED: (order) => ["On its way to you", `Your ${parcels(order)} left our house, addressed to ${order.shipping.name}.`],
  DELIVERED: () => ["It has arrived", "We hope your year finds a good place on the wall."],
  CANCELLED: () => ["This order was cancelled", "Nothing was charged. Your calendars are still yours, should you change your mind."],
  REFUNDED: (order) => ["This order was refunded", `${money(order.refundedCents, order.currency)} went back to where it came from. Banks take up to ten days to show it.`],
};

export const texts = (order) => (SAID[order.status] ?? (() => [order.statusText, ""]))(order);

export const waitingTexts = ["One moment, please", "Stripe is telling us about your payment. This page goes on by itself."];
