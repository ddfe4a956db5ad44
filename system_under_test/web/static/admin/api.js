// What the administration asks the shop. Failures are ShopErrors with a sentence for people.

import { graphql } from "../session/client.js";

const ask = (operation, query, variables) =>
  graphql(operation, query, variables).then((data) => data[operation[0].toLowerCase() + operation.slice(1)]);

const AUDIT = "id at accountName accountEmail action summary orderId orderNumber details { name value }";
const ORDER = `id number status statusText allowedNext { status statusText } placedAt paidAt ownerKind accountEmail email
  shipping { name line1 line2 postcode city region country }
  items { id title year templateSlug productName quantity unitPriceCents lineCents
    pdf { jobId status attempts error sha256 sizeBytes finishedAt downloadUrl } }
  itemsCents shippingCents totalCents taxCents refundedCents refundableCents currency stripeSessionId stripePaymentIntent
  history { at oldStatus status statusText actor note }
  refunds { id amountCents status reason stripeRefundId attempts createdAt }
  mails { id kind status attempts error createdAt sentAt }
  audit { ${AUDIT} }`;

export const listOrders = (filter, first, after) =>
  ask("AdminOrders", `query AdminOrders($filter: AdminOrderFilter, $first: Int!, $after: String) {
    adminOrders(filter: $filter, first: $first, after: $after) {
      items { id number status statusText placedAt email name country copies totalCents refundedCents currency }
      endCursor hasMore total statusCounts { status statusText count }
    }
  }`, { filter, first, after });

export const loadOrder = (id) => ask("AdminOrder", `query AdminOrder($id: ID!) { adminOrder(id: $id) { ${ORDER} } }`, { id });

export const setOrderStatus = (id, status, note) =>
  ask("SetOrderStatus", `mutation SetOrderStatus($id: ID!, $status: OrderStatus!, $note: String!) {
    setOrderStatus(id: $id, status: $status, note: $note) { ${ORDER} }
  }`, { id, status, note });

export const refundOrder = (id, amountCents, reason, idempotencyKey) =>
  ask("RefundOrder", `mutation RefundOrder($id: ID!, $amountCents: Int!, $reason: String!, $idempotencyKey: String!) {
    refundOrder(id: $id, amountCents: $amountCents, reason: $reason, idempotencyKey: $idempotencyKey) { ${ORDER} }
  }`, { id, amountCents, reason, idempotencyKey });

export const loadAnalytics = (from, to) =>
  ask("Analytics", `query Analytics($from: String!, $to: String!) {
    analytics(from: $from, to: $to) {
      from to timeZone currency
      days { date orders paidOrders grossCents refundedCents revenueCents }
      totals { orders paidOrders grossCents refundedCents revenueCents averageOrderCents }
      funnel { name label count }
      templates { slug name calendars copies salesCents }
      queues { name waiting oldestSeconds byStatus { status statusText count } }
    }
  }`, { from, to });

export const listAudit = (first, after) =>
  ask("AuditLog", `query AuditLog($first: Int!, $after: String) {
    auditLog(first: $first, after: $after) { items { ${AUDIT} } endCursor hasMore total }
  }`, { first, after });

const FLAG = "name description enabled default updatedAt";

export const listFlags = () => ask("FeatureFlags", `query FeatureFlags { featureFlags { ${FLAG} } }`, {});

export const setFlag = (name, enabled) =>
  ask("SetFeatureFlag", `mutation SetFeatureFlag($name: String!, $enabled: Boolean!) {
    setFeatureFlag(name: $name, enabled: $enabled) { ${FLAG} }
  }`, { name, enabled });
