"""Events of a calendar in the database. Foreign and missing objects alike raise NOT_FOUND."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from system_under_test.calendars import limits
from system_under_test.calendars.tables import Calendar, Event
from system_under_test.calendars.validation import clean_emoji, clean_text, parse_date
from system_under_test.errors import bad_input, not_found

EVENT_COLUMNS = (Event.id, Event.date, Event.text, Event.emoji)
# Built once and over the tables themselves: see calendars/service.py.
_EVENTS, _CALENDARS = Event.__table__.c, Calendar.__table__.c
_OF_CALENDARS = (
    select(_EVENTS.calendar_id, *(_EVENTS[column.key] for column in EVENT_COLUMNS))
    .where(_EVENTS.calendar_id.in_(bindparam("calendar_ids", expanding=True)))
    .order_by(_EVENTS.date, _EVENTS.created_at, _EVENTS.id)
)
_LOCK_YEAR = (
    select(_CALENDARS.year)
    .where(_CALENDARS.id == bindparam("calendar_id"), _CALENDARS.session_id == bindparam("owner"))
    .with_for_update(key_share=True)
)
_COUNT = select(func.count()).where(_EVENTS.calendar_id == bindparam("calendar_id"))
_ADD = insert(Event.__table__).returning(*(_EVENTS[column.key] for column in EVENT_COLUMNS))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class EventData:
    """One event."""

    id: uuid.UUID
    date: date
    text: str
    emoji: str


def events_by_calendar(session: Session, calendar_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[EventData]]:
    """Return the events of several calendars with one query, each list in order of date."""
    found: dict[uuid.UUID, list[EventData]] = {calendar_id: [] for calendar_id in calendar_ids}
    rows = session.execute(_OF_CALENDARS, {"calendar_ids": list(calendar_ids)})
    for calendar_id, event_id, day, text, emoji in rows:
        found[calendar_id].append(EventData(event_id, day, text, emoji))
    return found


def latest_event_month(session: Session, calendar_id: uuid.UUID) -> int:
    """Return the month (1 to 12) of the event written last, 1 when there is none."""
    day = session.scalar(
        select(Event.date)
        .where(Event.calendar_id == calendar_id)
        .order_by(Event.created_at.desc(), Event.date)
        .limit(1)
    )
    return day.month if day else 1


def add_event(session: Session, owner: str, calendar_id: uuid.UUID, day: str, text: str, emoji: str) -> EventData:
    """Add an event; ``day`` is ``YYYY-MM-DD`` in the calendar's year."""
    # The lock makes the limit hold when two windows add to one calendar at the same moment.
    year = session.scalar(_LOCK_YEAR, {"calendar_id": calendar_id, "owner": owner})
    if year is None:
        raise not_found("calendar")
    values = {
        "id": uuid.uuid4(),
        "calendar_id": calendar_id,
        "date": parse_date(day, year),
        "text": clean_text(text),
        "emoji": clean_emoji(emoji),
    }
    count = session.scalar(_COUNT, {"calendar_id": calendar_id}) or 0
    if count >= limits.EVENTS_PER_CALENDAR:
        raise bad_input(f"A calendar holds at most {limits.EVENTS_PER_CALENDAR} events.")
    return EventData(*session.execute(_ADD, values).one())


def update_event(
    session: Session, owner: str, event_id: uuid.UUID, day: str | None, text: str | None, emoji: str | None
) -> EventData:
    """Change the given parts of an event; None leaves a part as it is."""
    row = session.execute(
        select(*EVENT_COLUMNS, Calendar.year)
        .join(Calendar, Calendar.id == Event.calendar_id)
        .where(Event.id == event_id, Calendar.session_id == owner)
        .with_for_update(of=Event)
    ).one_or_none()
    if row is None:
        raise not_found("event")
    changed = EventData(
        row.id,
        parse_date(day, row.year) if day is not None else row.date,
        clean_text(text) if text is not None else row.text,
        clean_emoji(emoji) if emoji is not None else row.emoji,
    )
    session.execute(
        update(Event).where(Event.id == event_id).values(date=changed.date, text=changed.text, emoji=changed.emoji)
    )
    return changed


def delete_event(session: Session, owner: str, event_id: uuid.UUID) -> EventData:
    """Remove an event; return what it was."""
    row = session.execute(
        delete(Event)
        .where(Event.id == event_id, Event.calendar_id == Calendar.id, Calendar.session_id == owner)
        .returning(*EVENT_COLUMNS)
    ).one_or_none()
    if row is None:
        raise not_found("event")
    return EventData(*row)
