"""The content of a printed calendar as plain data, ready for the typesetter."""

import re
import uuid
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from system_under_test.calendars.emoji import split_runs
from system_under_test.calendars.events import EventData, events_by_calendar
from system_under_test.calendars.marks import Mark, MarkKind, marks_of
from system_under_test.calendars.months import columns, months_of
from system_under_test.calendars.settings import DEFAULTS, CalendarSettings, settings_of
from system_under_test.calendars.tables import Calendar
from system_under_test.printing.tables import PdfJob
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.tables import Template

# A word longer than a day's box may break after this many characters.
_LONG_WORD = re.compile(r"\S{15,}")
_ZERO_WIDTH_SPACE = "\u200b"


def load_document(session: Session, job_id: uuid.UUID) -> tuple[dict[str, Any], str] | None:
    """Return data and cover (SVG) of the calendar that a job is for; None when it was deleted."""
    row = session.execute(
        select(Calendar, Template)
        .join(PdfJob, PdfJob.calendar_id == Calendar.id)
        .join(Template, Template.slug == Calendar.template_slug)
        .where(PdfJob.id == job_id)
    ).one_or_none()
    if row is None:
        return None
    calendar, template = row
    events = events_by_calendar(session, [calendar.id])[calendar.id]
    document = build_document(calendar.title, calendar.year, template, events, settings_of(calendar))
    return document, render_cover(template)


def build_document(
    title: str, year: int, template: Template, events: list[EventData], settings: CalendarSettings = DEFAULTS
) -> dict[str, Any]:
    """Arrange a calendar as months, weeks and days; texts are cut into emoji and other runs."""
    by_day: dict[date, list[EventData]] = {}
    for event in events:
        by_day.setdefault(event.date, []).append(event)
    marks: dict[date, list[Mark]] = {}
    for mark in marks_of(year, settings):
        marks.setdefault(mark.date, []).append(mark)
    months = [
        {
            "name": month.name,
            "weeks": [
                [None if day is None else _day(day, by_day.get(day, []), marks.get(day, [])) for day in week]
                for week in month.weeks
            ],
        }
        for month in months_of(year, settings.week_start)
    ]
    colours = {name: getattr(template, name) for name in ("accent", "ink", "paper", "second")}
    # The cover keeps the template's colours: it is a drawing; the type takes the guest's.
    colours["accent"] = settings.accent or template.accent
    shown = columns(settings.week_start)
    return {
        "title": split_runs(title),
        "plain_title": title,
        "year": year,
        "columns": [{"name": c.name[:3], "weekend": c.is_weekend, "sunday": c.is_sunday} for c in shown],
        "months": months,
        **colours,
    }


def _day(day: date, events: list[EventData], marks: list[Mark]) -> dict[str, Any]:
    notes = [_note(mark) for mark in marks if mark.kind is not MarkKind.MOON]
    return {
        "day": day.day,
        "holiday": any(mark.kind is MarkKind.HOLIDAY for mark in marks),
        "signs": [mark.text for mark in marks if mark.kind is not MarkKind.HOLIDAY],
        "notes": [split_runs(_breakable(note)) for note in notes],
        "events": [_runs(event) for event in events],
    }


def _note(mark: Mark) -> str:
    return f"{mark.text} {mark.time}" if mark.time else mark.text


def _runs(event: EventData) -> list[tuple[bool, str]]:
    emoji = [(True, event.emoji), (False, " ")] if event.emoji else []
    words = [(is_emoji, run if is_emoji else _breakable(run)) for is_emoji, run in split_runs(event.text)]
    return emoji + words


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(re.findall(r".{1,10}", word.group())), text)
