// The editor: binds the page to the API. Nothing is shown as saved before the shop has said so.

import * as api from "./api.js";
import { renderAgenda } from "./agenda.js";
import { renderMarkList } from "./marks.js";
import { MONTHS } from "./months.js";
import { renderGrid, walkWithArrows } from "./month-grid.js";
import { offerPdf } from "./pdf.js";
import { makePicker } from "./picker.js";
import { renderPreview } from "./preview.js";
import { bindSettings } from "./settings.js";
import { EditorState } from "./state.js";
import { renderYear } from "./year.js";

const byId = (id) => document.getElementById(id);
const root = byId("editor");
const fields = { date: byId("event-date"), text: byId("event-text"), emoji: byId("event-emoji") };
const state = new EditorState(root.dataset.calendar, Number(root.dataset.year), Number(root.dataset.month), root.dataset.weekStart);
const fromAddress = /^#(\d{4})-(\d{2})$/.exec(location.hash);
if (fromAddress && Number(fromAddress[1]) === state.year && fromAddress[2] >= 1 && fromAddress[2] <= 12) {
  state.month = Number(fromAddress[2]);
}
const pdfIsOld = offerPdf({
  button: byId("make-pdf"), link: byId("download-pdf"), note: byId("pdf-note"), calendarId: state.id,
});

const resetPicker = makePicker(byId("symbols"), fields.emoji);
const showSettings = bindSettings({ panel: byId("settings"), state, saving, say, onChange: render });
const loading = load();

async function load() {
  try {
    const calendar = await api.loadCalendar(state.id);
    state.title = calendar.title;
    state.events = calendar.events;
    state.settings = calendar.settings;
    state.marks = calendar.marks;
    render();
    showSettings();
    root.dataset.loaded = "true";
  } catch (error) {
    say(error.message, "error");
  }
}

function say(sentence, kind) {
  const status = byId("status");
  status.textContent = sentence;
  status.dataset.kind = kind;
}

async function saving(work) {
  say("Saving…", "busy");
  // The first answer replaces all events: one that is saved before it arrives would vanish from view.
  await loading;
  try {
    const result = await work();
    say("Saved", "saved");
    pdfIsOld();
    return result;
  } catch (error) {
    say(error instanceof api.ShopError ? error.message : "Not saved: something went wrong.", "error");
    return null;
  }
}

function render() {
  byId("month-name").textContent = `${MONTHS[state.month - 1]} ${state.year}`;
  byId("previous-month").disabled = state.month === 1;
  byId("next-month").disabled = state.month === 12;
  dress();
  renderGrid(byId("weekdays"), byId("days"), state, choose);
  renderAgenda(byId("agenda"), byId("agenda-empty"), state, { onEdit: edit, onDelete: remove });
  renderMarkList(byId("marks-section"), byId("marks"), state.marksInMonth());
  renderPreview(byId("paper-month"), state);
  renderWholeYear();
}

// The accent chosen for this calendar; without one the template's holds.
function dress() {
  for (const themed of [root, byId("preview")]) {
    if (state.settings.accent) themed.dataset.accent = state.settings.accent;
    else delete themed.dataset.accent;
  }
}

function renderWholeYear() {
  if (byId("whole-year").open) renderYear(byId("small-months"), state, open);
}

function open(month) {
  show(month);
  byId("month-name").scrollIntoView({ block: "center" });
  byId("days").querySelector(".day").focus({ preventScroll: true });
}

function show(month) {
  state.month = Math.min(12, Math.max(1, month));
  history.replaceState(null, "", `#${state.year}-${String(state.month).padStart(2, "0")}`);
  render();
}

function choose(date) {
  state.chosen = date;
  fields.date.value = date;
  render();
  byId("days").querySelector(`[data-date="${date}"]`)?.focus();
  fields.text.focus();
}

function edit(event) {
  state.editing = event.id;
  state.chosen = event.date;
  for (const name of ["date", "text", "emoji"]) fields[name].value = event[name];
  byId("form-title").textContent = "Change event";
  byId("cancel-edit").hidden = false;
  render();
  fields.text.focus();
}

function endEditing() {
  state.editing = null;
  byId("form-title").textContent = "New event";
  byId("cancel-edit").hidden = true;
  fields.text.value = "";
  fields.emoji.value = "";
  resetPicker();
}

async function remove(event) {
  if ((await saving(() => api.deleteEvent(event.id))) === null) return;
  state.remove(event.id);
  if (state.editing === event.id) endEditing();
  render();
  (byId("agenda").querySelector("button") ?? fields.text).focus();
}

byId("event-form").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const input = { date: fields.date.value, text: fields.text.value, emoji: fields.emoji.value };
  if (!input.date) {
    say("Please choose a day first.", "error");
    fields.date.focus();
    return;
  }
  if (!input.text.trim()) {
    say("Please write what happens on this day.", "error");
    fields.text.focus();
    return;
  }
  const button = submitted.submitter;
  if (button) button.disabled = true;
  const saved = await saving(() => (state.editing ? api.updateEvent(state.editing, input) : api.addEvent(state.id, input)));
  if (button) button.disabled = false;
  if (!saved) return;
  state.put(saved);
  state.chosen = saved.date;
  endEditing();
  show(Number(saved.date.slice(5, 7)));
  fields.text.focus();
});

byId("cancel-edit").addEventListener("click", () => {
  endEditing();
  render();
});
byId("previous-month").addEventListener("click", () => show(state.month - 1));
byId("next-month").addEventListener("click", () => show(state.month + 1));

let waiting = null;
async function saveTitle() {
  clearTimeout(waiting);
  waiting = null;
  const title = byId("calendar-title").value.trim();
  if (title === state.title) return;
  const renamed = await saving(() => api.renameCalendar(state.id, title));
  if (!renamed) return;
  state.title = renamed.title;
  document.title = `${renamed.title} · Village Calendar`;
  render();
}
byId("calendar-title").addEventListener("input", () => {
  say("Saving…", "busy");
  clearTimeout(waiting);
  waiting = setTimeout(saveTitle, 600);
});
byId("calendar-title").addEventListener("change", saveTitle);

byId("whole-year").addEventListener("toggle", renderWholeYear);
walkWithArrows(byId("days"));
render();
// Pressed before this module was there, the button would have sent the form nowhere and emptied it.
byId("save-event").disabled = false;
await loading;
