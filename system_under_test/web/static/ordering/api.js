// What the order pages ask the shop. Failures are ShopErrors with a sentence for people.

import { graphql } from "../session/client.js";

const CART = `items {
  id quantity unitPriceCents lineCents calendar { id title year templateSlug } product { slug name paper }
} itemsCents shippingCents totalCents currency count`;

const ORDER = `id number status statusText placedAt paidAt email
  shipping { name line1 line2 postcode city region country }
  items {
    id title year templateSlug productName quantity unitPriceCents lineCents
    pdf { status sha256 sizeBytes downloadUrl error }
  }
  itemsCents shippingCents totalCents taxCents refundedCents currency history { at status note } checkoutUrl`;

const BRIEF = "id number status statusText placedAt totalCents refundedCents currency items { id title year templateSlug quantity }";

async function ask(operation, query, variables = {}) {
  const data = await graphql(operation, query, variables);
  return data[operation[0].toLowerCase() + operation.slice(1)];
}

export const loadCount = () => ask("Cart", "query Cart { cart { count } }");

export const loadCart = (country = null) =>
  ask("Cart", `query Cart($country: String) { cart(country: $country) { ${CART} } }`, { country });

// Everything that the checkout shows at first, in one request: { cart, shippingCountries, me }.
export const loadCheckout = (country = null) =>
  graphql("Cart", `query Cart($country: String) {
    cart(country: $country) { ${CART} }
    shippingCountries { code name shippingCents regions { code name } }
    me { id email name }
  }`, { country });

export const addToCart = (calendarId, product, quantity) =>
  ask("AddToCart", `mutation AddToCart($calendarId: ID!, $product: String!, $quantity: Int!) {
    addToCart(calendarId: $calendarId, product: $product, quantity: $quantity) { ${CART} }
  }`, { calendarId, product, quantity });

export const setQuantity = (itemId, quantity) =>
  ask("SetQuantity", `mutation SetQuantity($itemId: ID!, $quantity: Int!) {
    setQuantity(itemId: $itemId, quantity: $quantity) { ${CART} }
  }`, { itemId, quantity });

export const placeOrder = (input, idempotencyKey) =>
  ask("PlaceOrder", `mutation PlaceOrder($input: PlaceOrderInput!, $idempotencyKey: String!) {
    placeOrder(input: $input, idempotencyKey: $idempotencyKey) { id number status checkoutUrl }
  }`, { input, idempotencyKey });

export const loadOrder = (id) => ask("Order", `query Order($id: ID!) { order(id: $id) { ${ORDER} } }`, { id });

export const payOrder = (id) =>
  ask("PayOrder", "mutation PayOrder($id: ID!) { payOrder(id: $id) { id status checkoutUrl } }", { id });

export const cancelOrder = (id) =>
  ask("CancelOrder", `mutation CancelOrder($id: ID!) { cancelOrder(id: $id) { ${ORDER} } }`, { id });

export const loadOrders = (after = null) =>
  graphql("Orders", `query Orders($first: Int!, $after: String) {
    orders(first: $first, after: $after) { items { ${BRIEF} } endCursor hasMore total }
    me { id }
  }`, { first: 10, after });
