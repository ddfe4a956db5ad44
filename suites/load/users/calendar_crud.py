"""A guest plans a year: makes a calendar, fills it, looks at it, changes it, throws it away (T4.1)."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar, NamedTuple

from locust import task
from locust.contrib.fasthttp import ResponseContextManager

from suites.load.users.support.failures import expect
from suites.load.users.support.graphql import GraphqlUser

TEMPLATES = "query Templates { templates { slug name description year accent } }"
CREATE = "mutation CreateCalendar($input: CreateCalendarInput!) { createCalendar(input: $input) { id title } }"
ADD = """mutation AddEvent($calendarId: ID!, $input: AddEventInput!) {
  addEvent(calendarId: $calendarId, input: $input) { id date text emoji } }"""
READ = "query Calendar($id: ID!) { calendar(id: $id) { id title year events { id date text emoji } } }"
LIST = "query Calendars { calendars { id title year } }"
UPDATE = "mutation UpdateEvent($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { id text } }"
DELETE_EVENT = "mutation DeleteEvent($id: ID!) { deleteEvent(id: $id) { id } }"
DELETE = "mutation DeleteCalendar($id: ID!) { deleteCalendar(id: $id) { id } }"

SESSION_COOKIE = "vc_session"
OCCASIONS = (
    ("Market day", "🧺"),
    ("Concert in the barn", "🎻"),
    ("Grandma's birthday", "🎂"),
    ("First swim", ""),
)


class Event(NamedTuple):
    """An event that the shop has confirmed."""

    id: str
    text: str


class CalendarGuest(GraphqlUser):
    """One guest with one session, who plans one calendar after the other."""

    abstract = False
    operations: ClassVar[tuple[str, ...]] = (
        "page.home", "template.list", "calendar.create", "event.add", "calendar.read",
        "calendar.list", "event.update", "event.delete", "calendar.delete",
    )  # fmt: skip
    _made = 0

    @task
    def plan_a_year(self) -> None:
        """The whole journey; a failed operation ends it, and the next one begins."""
        self.operate("page.home", "GET", "/", self._has_session)
        template = self.rng.choice(self.graphql("template.list", TEMPLATES, _templates))
        calendar = self._create(template)
        events = [self._add(calendar, int(template["year"])) for _ in range(self.rng.randint(2, 4))]
        self.graphql("calendar.read", READ, lambda data: _holds(data["calendar"], calendar, events), id=calendar)
        self.graphql("calendar.list", LIST, lambda data: _lists(data["calendars"], calendar))
        self._rename(self.rng.choice(events))
        gone = self.rng.choice(events).id
        self.graphql("event.delete", DELETE_EVENT, lambda data: _is(data["deleteEvent"], gone), id=gone)
        self.graphql("calendar.delete", DELETE, lambda data: _is(data["deleteCalendar"], calendar), id=calendar)

    def _has_session(self, reply: ResponseContextManager) -> None:
        """A whole page, and the guest's session."""
        expect("</html>" in (reply.text or ""), "no whole page")
        expect(any(cookie.name == SESSION_COOKIE for cookie in self.client.cookiejar), "no session cookie")

    def _create(self, template: dict[str, Any]) -> str:
        """A new calendar of this template; its id."""
        self._made += 1
        title = f"Year {self._made} of family {self.index}"

        def take(data: dict[str, Any]) -> str:
            expect(data["createCalendar"]["title"] == title, f"the title is not '{title}'")
            return str(data["createCalendar"]["id"])

        order = {"templateSlug": template["slug"], "title": title, "year": template["year"]}
        return self.graphql("calendar.create", CREATE, take, input=order)

    def _add(self, calendar: str, year: int) -> Event:
        """A new event on some day of the year."""
        occasion, emoji = self.rng.choice(OCCASIONS)
        text = f"{occasion} {self.rng.randrange(1_000_000)}"
        day = f"{year}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"

        def take(data: dict[str, Any]) -> Event:
            added = data["addEvent"]
            expect(
                (added["text"], added["date"], added["emoji"]) == (text, day, emoji),
                "not the event that was sent",
            )
            return Event(str(added["id"]), text)

        order = {"date": day, "text": text, "emoji": emoji}
        return self.graphql("event.add", ADD, take, calendarId=calendar, input=order)

    def _rename(self, event: Event) -> None:
        """Changes the text of an event."""
        text = f"{event.text}, moved"

        def take(data: dict[str, Any]) -> None:
            _is(data["updateEvent"], event.id)
            expect(data["updateEvent"]["text"] == text, "the old text is still there")

        self.graphql("event.update", UPDATE, take, id=event.id, input={"text": text})


def _templates(data: dict[str, Any]) -> list[dict[str, Any]]:
    expect(data["templates"], "no templates on offer")
    return list(data["templates"])


def _holds(found: dict[str, Any], calendar: str, events: list[Event]) -> None:
    """Every event that was added, once; templates may bring events of their own."""
    _is(found, calendar)
    there = Counter((str(event["id"]), event["text"]) for event in found["events"])
    expect(all(there[event] == 1 for event in events), "not the events that were added")


def _lists(found: list[dict[str, Any]], calendar: str) -> None:
    expect(calendar in {str(one["id"]) for one in found}, "the new calendar is not listed")


def _is(found: dict[str, Any], wanted: str) -> None:
    expect(str(found["id"]) == wanted, "another object than the one asked for")
