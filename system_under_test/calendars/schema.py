"""GraphQL types, queries and mutations of calendars and events."""

import uuid

import strawberry

from system_under_test.calendars import events, service
from system_under_test.calendars.marks import marks_of
from system_under_test.calendars.settings import CalendarSettings
from system_under_test.calendars.settings_schema import MarkType, SettingsType, UpdateSettingsInput
from system_under_test.calendars.validation import parse_id
from system_under_test.context import ShopContext, ShopInfo


class EventBatch:
    """Events of all calendars of one answer, read with a single query when the first is asked for."""

    def __init__(self, context: ShopContext, calendar_ids: list[uuid.UUID]) -> None:
        self._context = context
        self._calendar_ids = calendar_ids
        self._found: dict[uuid.UUID, list[events.EventData]] | None = None

    def of(self, calendar_id: uuid.UUID) -> list[events.EventData]:
        """Return the events of one calendar of the batch."""
        if self._found is None:
            with self._context.database.read() as session:
                self._found = events.events_by_calendar(session, self._calendar_ids)
        return self._found[calendar_id]


@strawberry.type(name="Event", description="One entry on a day.")
class EventType:
    """An event as the API shows it."""

    id: strawberry.ID
    date: str = strawberry.field(description="The day, YYYY-MM-DD.")
    text: str
    emoji: str = strawberry.field(description="One or more emoji, or the empty string.")

    @classmethod
    def of(cls, data: events.EventData) -> "EventType":
        """Wrap an event."""
        return cls(id=strawberry.ID(str(data.id)), date=data.date.isoformat(), text=data.text, emoji=data.emoji)


@strawberry.type(name="Calendar", description="A wall calendar that the guest designs.")
class CalendarType:
    """A calendar as the API shows it."""

    id: strawberry.ID
    title: str
    year: int
    template_slug: str
    key: strawberry.Private[uuid.UUID]
    batch: strawberry.Private[EventBatch]
    own_settings: strawberry.Private[CalendarSettings]

    @strawberry.field
    def events(self) -> list[EventType]:
        """Return the events, read together with those of the other calendars of the answer."""
        return [EventType.of(data) for data in self.batch.of(self.key)]

    @strawberry.field
    def settings(self) -> SettingsType:
        """Return the settings, which were read together with the calendar."""
        return SettingsType.of(self.own_settings)

    @strawberry.field
    def marks(self) -> list[MarkType]:
        """Return holidays, moon phases and seasons as the settings ask for them, in order of date."""
        return [MarkType.of(mark) for mark in marks_of(self.year, self.own_settings)]


def _wrap(context: ShopContext, *found: service.CalendarData) -> list[CalendarType]:
    batch = EventBatch(context, [data.id for data in found])
    return [
        CalendarType(
            id=strawberry.ID(str(data.id)),
            title=data.title,
            year=data.year,
            template_slug=data.template_slug,
            key=data.id,
            batch=batch,
            own_settings=data.settings,
        )
        for data in found
    ]


@strawberry.input
class CreateCalendarInput:
    """A new calendar; title and year default to the template's."""

    template_slug: str
    title: str | None = None
    year: int | None = None


@strawberry.input
class UpdateCalendarInput:
    """Changes of a calendar."""

    title: str


@strawberry.input
class AddEventInput:
    """A new event."""

    date: str
    text: str
    emoji: str | None = ""


@strawberry.input
class UpdateEventInput:
    """Changes of an event; what is left out stays as it is."""

    date: str | None = None
    text: str | None = None
    emoji: str | None = None


@strawberry.type
class CalendarQuery:
    """Queries of the calendars domain."""

    @strawberry.field
    def calendar(self, info: ShopInfo, id: strawberry.ID) -> CalendarType | None:
        """Return the calendar; NOT_FOUND when it does not exist or belongs to somebody else."""
        calendar_id = parse_id(id, "calendar")
        with info.context.database.read() as session:
            found = service.get_calendar(session, info.context.owner, calendar_id)
        return _wrap(info.context, found)[0]

    @strawberry.field
    def calendars(self, info: ShopInfo) -> list[CalendarType]:
        """Return the guest's calendars."""
        with info.context.database.read() as session:
            found = service.list_calendars(session, info.context.owner)
        return _wrap(info.context, *found)


@strawberry.type
class CalendarMutation:
    """Mutations of the calendars domain; each returns the object it changed."""

    @strawberry.mutation
    def create_calendar(self, info: ShopInfo, input: CreateCalendarInput) -> CalendarType:
        """Create a calendar from a template."""
        with info.context.database.write() as session:
            made = service.create_calendar(session, info.context.owner, input.template_slug, input.title, input.year)
        return _wrap(info.context, made)[0]

    @strawberry.mutation
    def update_calendar(self, info: ShopInfo, id: strawberry.ID, input: UpdateCalendarInput) -> CalendarType:
        """Change the title."""
        calendar_id = parse_id(id, "calendar")
        with info.context.database.write() as session:
            changed = service.rename_calendar(session, info.context.owner, calendar_id, input.title)
        return _wrap(info.context, changed)[0]

    @strawberry.mutation
    def update_settings(self, info: ShopInfo, calendar_id: strawberry.ID, input: UpdateSettingsInput) -> CalendarType:
        """Change settings; the answer has the marks that follow from them."""
        key = parse_id(calendar_id, "calendar")
        with info.context.database.write() as session:
            changed = service.change_settings(session, info.context.owner, key, input.changes())
        return _wrap(info.context, changed)[0]

    @strawberry.mutation
    def delete_calendar(self, info: ShopInfo, id: strawberry.ID) -> CalendarType:
        """Remove a calendar with its events."""
        calendar_id = parse_id(id, "calendar")
        with info.context.database.write() as session:
            removed = service.delete_calendar(session, info.context.owner, calendar_id)
        return _wrap(info.context, removed)[0]

    @strawberry.mutation
    def add_event(self, info: ShopInfo, calendar_id: strawberry.ID, input: AddEventInput) -> EventType:
        """Add an event to a calendar."""
        key = parse_id(calendar_id, "calendar")
        with info.context.database.write() as session:
            added = events.add_event(session, info.context.owner, key, input.date, input.text, input.emoji or "")
        return EventType.of(added)

    @strawberry.mutation
    def update_event(self, info: ShopInfo, id: strawberry.ID, input: UpdateEventInput) -> EventType:
        """Change an event."""
        key = parse_id(id, "event")
        with info.context.database.write() as session:
            changed = events.update_event(session, info.context.owner, key, input.date, input.text, input.emoji)
        return EventType.of(changed)

    @strawberry.mutation
    def delete_event(self, info: ShopInfo, id: strawberry.ID) -> EventType:
        """Remove an event."""
        key = parse_id(id, "event")
        with info.context.database.write() as session:
            removed = events.delete_event(session, info.context.owner, key)
        return EventType.of(removed)
