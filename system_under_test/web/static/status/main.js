// Keeps the status page true: asks again every twenty seconds, and at once when the page is looked at again.

const EVERY_MS = 20_000;
const DEADLINE_MS = 5_000;

const summary = document.querySelector(".status-summary");
const stale = document.querySelector("#status-stale");
let timer = 0;

function localTime(element, iso) {
  element.dateTime = iso;
  element.textContent = new Date(iso).toLocaleTimeString("en-GB");
}

function setText(element, text) {
  // Unchanged text is left alone, so that screen readers do not read it again.
  if (element.textContent !== text) element.textContent = text;
}

function showPart(part) {
  const row = document.querySelector(`[data-part="${CSS.escape(part.name)}"]`);
  if (!row) return;
  row.dataset.state = part.state;
  setText(row.querySelector(".status-word"), part.words);
  setText(row.querySelector(".status-message"), part.message);
  if (!part.checkedAt) return;
  const time = document.createElement("time");
  localTime(time, part.checkedAt);
  row.querySelector(".status-time").replaceChildren("Checked at ", time);
}

function show(status) {
  summary.dataset.state = status.state;
  setText(summary, status.summary);
  status.parts.forEach(showPart);
}

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await fetch("/status.json", { cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
  timer = setTimeout(refresh, EVERY_MS);
}

document.querySelectorAll(".status-time time").forEach((time) => localTime(time, time.dateTime));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
});
// The first look of a fresh process may still be under way.
timer = setTimeout(refresh, document.querySelector('[data-state="unknown"]') ? 3_000 : EVERY_MS);
