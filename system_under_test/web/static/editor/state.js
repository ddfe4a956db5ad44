// What the editor knows: the calendar, the month in view, the day and the event being worked on.

export class EditorState {
  constructor(id, year, month, weekStart) {
    this.id = id;
    this.year = year;
    this.month = month;
    this.title = "";
    this.events = [];
    this.marks = [];
    this.settings = {
      weekStart, accent: null, holidayCountry: null, holidayRegion: null, holidayNames: "ENGLISH",
      showMoon: false, showSeasons: false, timeZone: "UTC",
    };
    this.chosen = null;
    this.editing = null;
  }

  eventsOn(date) {
    return this.events.filter((event) => event.date === date);
  }

  // Holidays, moon and seasons, which the shop works out; nobody wrote them.
  marksOn(date) {
    return this.marks.filter((mark) => mark.date === date);
  }

  eventsInMonth() {
    return this.events.filter(this.inMonth());
  }

  marksInMonth() {
    return this.marks.filter(this.inMonth());
  }

  inMonth() {
    const prefix = `${this.year}-${String(this.month).padStart(2, "0")}-`;
    return (entry) => entry.date.startsWith(prefix);
  }

  put(event) {
    this.events = [...this.events.filter((other) => other.id !== event.id), event];
    this.events.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }

  remove(id) {
    this.events = this.events.filter((event) => event.id !== id);
  }
}
