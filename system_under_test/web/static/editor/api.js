// What the editor asks of the shop. Every failure is a ShopError with a sentence for people.

import { ShopError, graphql } from "../session/client.js";

export { ShopError };

const OFFLINE = "Not saved: the shop cannot be reached. Check your connection and try again.";

export async function run(operationName, query, variables) {
  try {
    return await graphql(operationName, query, variables);
  } catch (error) {
    throw error.code === "OFFLINE" ? new ShopError(OFFLINE, error.code) : error;
  }
}

const EVENT = "id date text emoji";
const SETTINGS = "settings { weekStart accent holidayCountry holidayRegion holidayNames showMoon showSeasons timeZone } marks { date kind text time }";

export const loadCalendar = (id) =>
  run("Calendar", `query Calendar($id: ID!) { calendar(id: $id) { id title year templateSlug ${SETTINGS} events { ${EVENT} } } }`, { id })
    .then((data) => data.calendar);

export const renameCalendar = (id, title) =>
  run("UpdateCalendar", "mutation UpdateCalendar($id: ID!, $input: UpdateCalendarInput!) { updateCalendar(id: $id, input: $input) { id title } }", { id, input: { title } })
    .then((data) => data.updateCalendar);

export const saveSettings = (calendarId, input) =>
  run("UpdateSettings", `mutation UpdateSettings($calendarId: ID!, $input: UpdateSettingsInput!) { updateSettings(calendarId: $calendarId, input: $input) { id ${SETTINGS} } }`, { calendarId, input })
    .then((data) => data.updateSettings);

export const holidayCountries = () =>
  run("HolidayCountries", "query HolidayCountries { holidayCountries { code name } }", {})
    .then((data) => data.holidayCountries);

export const holidayRegions = (code) =>
  run("HolidayCountries", "query HolidayCountries($code: String) { holidayCountries(code: $code) { regions { code name } } }", { code })
    .then((data) => data.holidayCountries[0]?.regions ?? []);

export const timeZones = () =>
  run("TimeZones", "query TimeZones { timeZones }", {})
    .then((data) => data.timeZones);

export const addEvent = (calendarId, input) =>
  run("AddEvent", `mutation AddEvent($calendarId: ID!, $input: AddEventInput!) { addEvent(calendarId: $calendarId, input: $input) { ${EVENT} } }`, { calendarId, input })
    .then((data) => data.addEvent);

export const updateEvent = (id, input) =>
  run("UpdateEvent", `mutation UpdateEvent($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { ${EVENT} } }`, { id, input })
    .then((data) => data.updateEvent);

export const deleteEvent = (id) =>
  run("DeleteEvent", "mutation DeleteEvent($id: ID!) { deleteEvent(id: $id) { id } }", { id });

export const requestPdf = (calendarId) =>
  run("RequestPdf", "mutation RequestPdf($calendarId: ID!) { requestPdf(calendarId: $calendarId) { id status } }", { calendarId })
    .then((data) => data.requestPdf);

export const pdfJob = (id) =>
  run("PdfJob", "query PdfJob($id: ID!) { pdfJob(id: $id) { id status downloadUrl error } }", { id })
    .then((data) => data.pdfJob);
