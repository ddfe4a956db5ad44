// GraphQL over fetch on behalf of the visitor. Every failure becomes a ShopError with a sentence for people.

import { AwayError, currentToken, forget, renew } from "./token.js";

const OFFLINE = "The shop cannot be reached. Check your connection and try again.";
const ENDED = "Your sign-in has ended. Please sign in again.";

// `code` is the shop's (BAD_INPUT, CONFLICT …) or OFFLINE; `fields` holds a sentence for each wrong field of a form.
export class ShopError extends Error {
  constructor(sentence, code = "INTERNAL", fields = {}) {
    super(sentence);
    this.code = code;
    this.fields = fields;
  }
}

// The access token to send with a request of one's own; null for a guest.
export async function accessToken() {
  try {
    return await currentToken();
  } catch (fault) {
    throw fault instanceof AwayError ? new ShopError(OFFLINE, "OFFLINE") : fault;
  }
}

async function renewed(old) {
  try {
    return await renew(old);
  } catch (fault) {
    throw fault instanceof AwayError ? new ShopError(OFFLINE, "OFFLINE") : fault;
  }
}

// fetch with the access token; when the shop does not take it, once more with a new one.
export async function authorised(address, options = {}) {
  const send = async (token) => {
    const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    try {
      return await fetch(address, { ...options, headers, credentials: "same-origin" });
    } catch {
      throw new ShopError(OFFLINE, "OFFLINE");
    }
  };
  const token = await accessToken();
  const response = await send(token);
  if (response.status !== 401 || !token) return response;
  const next = await renewed(token);
  // Whoever worked in an account must not go on as a guest without noticing.
  if (!next) throw new ShopError(ENDED, "UNAUTHENTICATED");
  return send(next);
}

export async function graphql(operationName, query, variables = {}) {
  const response = await authorised("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ operationName, query, variables }),
  });
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new ShopError(OFFLINE, "OFFLINE");
  }
  const [error] = answer.errors ?? [];
  if (error) throw new ShopError(error.message, error.extensions?.code, error.extensions?.fields);
  return answer.data;
}

// Ends the sign-in here and at the shop. The token is dropped even when the shop cannot be reached.
export async function signOut() {
  try {
    const response = await fetch("/auth/sign-out", { method: "POST", credentials: "same-origin" });
    if (!response.ok) throw new ShopError(OFFLINE, "OFFLINE");
  } catch {
    throw new ShopError("You are signed out on this page only: the shop cannot be reached. Please try again.", "OFFLINE");
  } finally {
    forget();
  }
}
