// What the editor knows: the calendar, the month in view, the day and the event being worked on.

export class EditorState {
  constructor(id, year, month) {
    this.id = id;
    this.year = year;
    this.month = month;
    this.title = "";
    this.events = [];
    this.chosen = null;
    this.editing = null;
  }

  eventsOn(date) {
    return this.events.filter((event) => event.date === date);
  }

  eventsInMonth() {
    const prefix = `${this.year}-${String(this.month).padStart(2, "0")}-`;
    return this.events.filter((event) => event.date.startsWith(prefix));
  }

  put(event) {
    this.events = [...this.events.filter((other) => other.id !== event.id), event];
    this.events.sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
  }

  remove(id) {
    this.events = this.events.filter((event) => event.id !== id);
  }
}
