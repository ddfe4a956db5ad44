// Making the PDF: ask, wait, offer the download.

import { pdfJob, requestPdf, ShopError } from "./api.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 2500;
const PATIENCE = 180_000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function finished(job) {
  const started = Date.now();
  let wait = FIRST_WAIT;
  while (job.status !== "DONE" && job.status !== "FAILED") {
    if (Date.now() - started > PATIENCE) throw new ShopError("The PDF takes unusually long. Please try again later.");
    await pause(wait);
    wait = Math.min(wait * 1.4, LONGEST_WAIT);
    job = await pdfJob(job.id);
  }
  if (job.status === "FAILED") throw new ShopError(job.error ?? "The PDF could not be made.");
  return job;
}

export function offerPdf({ button, link, note, calendarId }) {
  button.addEventListener("click", async () => {
    // Not disabled: that would take the keyboard's place away from whoever has just pressed it.
    if (button.ariaDisabled === "true") return;
    button.ariaDisabled = "true";
    link.hidden = true;
    note.classList.remove("is-error");
    note.textContent = "Setting the type for thirteen pages…";
    try {
      const job = await finished(await requestPdf(calendarId));
      link.href = job.downloadUrl;
      link.hidden = false;
      note.textContent = "Your PDF is ready.";
    } catch (error) {
      note.classList.add("is-error");
      note.textContent = error instanceof ShopError ? error.message : "The PDF could not be made.";
    } finally {
      button.ariaDisabled = "false";
    }
  });
  // What was downloaded no longer matches once something changes.
  return () => {
    if (link.hidden) return;
    link.hidden = true;
    note.textContent = "You changed something since; make the PDF again.";
  };
}
