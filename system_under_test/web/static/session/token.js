// The access token in localStorage, and its renewal: one tab at a time, whatever number is open.

const TOKEN = "vc_access_token";
const UNTIL = "vc_access_until"; // by this browser's own clock, which may be wrong: in milliseconds
const REMEMBERED = [TOKEN, UNTIL, "vc_cart_count"];
const LOCK = "vc_refresh";
const EARLY = 60_000;

export class AwayError extends Error {}

const read = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that keeps nothing: its visitor is a guest
  }
};

function keep(token, seconds) {
  try {
    localStorage.setItem(TOKEN, token);
    localStorage.setItem(UNTIL, String(Date.now() + seconds * 1000));
  } catch {
    // then the token serves the request at hand
  }
}

export function forget() {
  try {
    for (const name of REMEMBERED) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
  delete document.documentElement.dataset.signedIn;
}

const lasts = () => Number(read(UNTIL) ?? Infinity) - Date.now() > EARLY;

// Where locks are missing (plain http elsewhere than on this machine), at least this tab waits for itself.
let queue = Promise.resolve();
function alone(work) {
  if (navigator.locks) return navigator.locks.request(LOCK, work);
  const turn = queue.then(work);
  queue = turn.catch(() => {});
  return turn;
}

// A token in place of `old`; null when the shop refuses, and the visitor is a guest from then on.
export function renew(old) {
  return alone(async () => {
    const present = read(TOKEN);
    // Another tab was quicker: what it got is good for all. A second use of its cookie would end the sign-in.
    if (present && present !== old && lasts()) return present;
    let answer;
    try {
      // keepalive: the new cookie must arrive even when the person leaves the page meanwhile.
      const response = await fetch("/auth/refresh", { method: "POST", credentials: "same-origin", keepalive: true });
      if (response.status === 401) {
        forget();
        return null;
      }
      if (!response.ok) throw new AwayError();
      answer = await response.json();
    } catch {
      throw new AwayError();
    }
    keep(answer.accessToken, answer.expiresIn);
    return answer.accessToken;
  });
}

// The token to send now, renewed a little before its end; null for a guest.
export async function currentToken() {
  const token = read(TOKEN);
  if (token && lasts()) return token;
  // Without a token in this browser's store the page may still know the person, by the cookie.
  if (!token && document.documentElement.dataset.signedIn === undefined) return null;
  return renew(token);
}
