"""Settings of a calendar: what may be chosen, who may choose it, and what follows from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from system_under_test.app.resources import Shop
from system_under_test.calendars.appearance import WeekStart
from system_under_test.calendars.emoji import is_emoji
from system_under_test.calendars.months import columns, months_of
from system_under_test.calendars.settings import CalendarSettings, merge
from system_under_test.db.engine import make_engine
from system_under_test.db.migrate import _config
from system_under_test.errors import ShopError
from system_under_test.settings import AppSettings, DatabaseSettings
from tests.shop.helpers import CALENDAR, ROOT, Guest
from tests.shop.test_database import counted

SETTINGS = (
    "settings { weekStart accent holidayCountry holidayRegion holidayNames showMoon showSeasons timeZone }"
    " marks { date kind text symbol time }"
)
UPDATE = (
    "mutation UpdateSettings($id: ID!, $input: UpdateSettingsInput!) {"
    f" updateSettings(calendarId: $id, input: $input) {{ id {SETTINGS} }} }}"
)
READ = f"query Calendar($id: ID!) {{ calendar(id: $id) {{ {SETTINGS} events {{ id }} }} }}"
DEFAULTS = {
    "weekStart": "MONDAY", "accent": None, "holidayCountry": None, "holidayRegion": None, "holidayNames": "ENGLISH",
    "showMoon": False, "showSeasons": False, "timeZone": "UTC",
}  # fmt: skip
EVERYTHING = {
    "weekStart": "SUNDAY", "accent": "#2b5c94", "holidayCountry": "DE", "holidayRegion": "BY", "holidayNames": "LOCAL",
    "showMoon": True, "showSeasons": True, "timeZone": "Europe/Berlin",
}  # fmt: skip


def test_a_new_calendar_has_the_defaults_and_no_marks(guest: Guest) -> None:
    found = guest.data(READ, id=guest.new_calendar())["calendar"]
    assert found == {"settings": DEFAULTS, "marks": [], "events": []}


def test_settings_are_kept_and_marks_follow(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    answer = guest.data(UPDATE, id=calendar_id, input=EVERYTHING)["updateSettings"]
    found = guest.data(READ, id=calendar_id)["calendar"]
    assert found["settings"] == answer["settings"] == EVERYTHING
    assert found["marks"] == answer["marks"]
    assert found["events"] == []  # computed, never stored
    by_kind: dict[str, list[Any]] = {}
    for mark in found["marks"]:
        by_kind.setdefault(mark["kind"], []).append(mark)
    assert {"date": "2027-03-26", "kind": "HOLIDAY", "text": "Karfreitag", "symbol": "", "time": None} in found["marks"]
    assert [(m["date"], m["time"]) for m in by_kind["SEASON"]] == [
        ("2027-03-20", "21:25"), ("2027-06-21", "16:11"), ("2027-09-23", "08:02"), ("2027-12-22", "03:42"),
    ]  # fmt: skip
    assert by_kind["MOON"][0] == {
        "date": "2027-01-07", "kind": "MOON", "text": "New moon", "symbol": "🌑", "time": "21:24",
    }  # fmt: skip
    assert all(mark["symbol"] == "" or is_emoji(mark["symbol"]) for mark in found["marks"])


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_one_setting_leaves_the_others_alone(guest: Guest, name: str) -> None:
    calendar_id = guest.new_calendar()
    change = {name: EVERYTHING[name]}
    if name == "holidayRegion":
        change["holidayCountry"] = "DE"
    found = guest.data(UPDATE, id=calendar_id, input=change)["updateSettings"]["settings"]
    assert found == {**DEFAULTS, **change}


def test_null_resets_and_another_country_takes_the_region_away(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    guest.data(UPDATE, id=calendar_id, input=EVERYTHING)

    def after(**change: Any) -> dict[str, Any]:
        found: dict[str, Any] = guest.data(UPDATE, id=calendar_id, input=change)["updateSettings"]["settings"]
        return found

    assert after(accent=None)["accent"] is None
    same = after(holidayCountry="DE")
    assert (same["holidayCountry"], same["holidayRegion"]) == ("DE", "BY")
    other = after(holidayCountry="AT")
    assert (other["holidayCountry"], other["holidayRegion"]) == ("AT", None)
    assert after(holidayCountry="GB", holidayRegion="WLS")["holidayRegion"] == "WLS"
    none = after(holidayCountry=None)
    assert (none["holidayCountry"], none["holidayRegion"]) == (None, None)
    assert after()["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    "change",
    [
        {"showSeasons": None}, {"weekStart": "TUESDAY"}, {"weekStart": None},
        {"accent": "red"}, {"accent": ""}, {"accent": "#123456"},
        {"accent": "#2b5c94;}"}, {"accent": "x" * 10_000}, {"holidayCountry": "XX"}, {"holidayCountry": ""},
        {"holidayCountry": "D\0"}, {"holidayCountry": "\ud800"}, {"holidayRegion": "BY"},
        {"holidayCountry": "DE", "holidayRegion": "TX"}, {"holidayNames": "GERMAN"}, {"holidayNames": None},
        {"showMoon": None}, {"showMoon": "yes"}, {"timeZone": None}, {"timeZone": ""},
        {"timeZone": "Europe/Atlantis"}, {"timeZone": "../../etc/passwd"}, {"unknown": 1},
    ],
)  # fmt: skip
def test_bad_settings_are_refused_and_nothing_changes(guest: Guest, change: dict[str, Any]) -> None:
    calendar_id = guest.new_calendar()
    body = json.dumps({"query": UPDATE, "variables": {"id": calendar_id, "input": {"showSeasons": True, **change}}})
    answer = guest.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert guest.data(READ, id=calendar_id)["calendar"]["settings"] == DEFAULTS


def test_settings_of_others_are_not_found(guest: Guest, other_guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    assert other_guest.code(UPDATE, id=calendar_id, input={"showMoon": True}) == "NOT_FOUND"
    assert other_guest.code(READ, id=calendar_id) == "NOT_FOUND"
    assert guest.code(UPDATE, id="x", input={"showMoon": True}) == "NOT_FOUND"
    assert guest.data(READ, id=calendar_id)["calendar"]["settings"] == DEFAULTS


def test_settings_and_marks_cost_no_statement(guest: Guest, shop: Shop) -> None:
    for _ in range(3):
        guest.data(UPDATE, id=guest.new_calendar(), input=EVERYTHING)
    with counted(shop) as statements:
        found = guest.data(f"query Calendars {{ calendars {{ {SETTINGS} }} }}")["calendars"]
    assert [len(calendar["marks"]) > 60 for calendar in found] == [True] * 3
    assert len(statements) == 1
    calendar_id = guest.new_calendar()
    with counted(shop) as statements:
        guest.data(READ, id=calendar_id)
    assert len(statements) == 2  # the calendar and its events, as before
    with counted(shop) as statements:
        guest.data(UPDATE, id=calendar_id, input=EVERYTHING)
    assert len(statements) == 2


@given(st.sampled_from(list(WeekStart)), st.integers(2000, 2100))
def test_every_day_stands_under_its_name(week_start: WeekStart, year: int) -> None:
    shown = columns(week_start)
    assert shown[0].name.lower() == week_start
    days = [(d, n) for m in months_of(year, week_start) for week in m.weeks for n, d in enumerate(week) if d]
    assert len(days) in (365, 366)
    assert all(day.weekday() == shown[n].number for day, n in days)


def test_changes_are_checked_before_anything_is_merged() -> None:
    with pytest.raises(ShopError):
        merge(CalendarSettings(), {"accent": "#2b5c94", "time_zone": "Nowhere"})
    assert merge(CalendarSettings(), {"accent": " #2B5C94 "}).accent == "#2b5c94"


def test_pages_carry_accent_and_week_start(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    plain = guest.client.get(f"/preview/{calendar_id}").text
    assert "data-accent" not in plain
    assert "<svg viewBox" not in plain.partition("<main")[2]
    guest.data(UPDATE, id=calendar_id, input=EVERYTHING)
    editor, preview = (guest.client.get(f"/{page}/{calendar_id}").text for page in ("editor", "preview"))
    assert editor.count('data-accent="#2b5c94"') == preview.count('data-accent="#2b5c94"') + 1 == 2
    assert 'data-week-start="SUNDAY"' in editor
    heads = re.findall(r'<abbr title="(\w+)">', preview)
    assert heads[:7] == ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    assert "Karfreitag" in preview
    assert 'aria-label="New moon at 21:24"' in preview
    assert '[data-theme][data-accent="#2b5c94"]' in guest.client.get("/themes.css").text
    for html in (editor, preview):
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", html)


def test_every_symbol_of_the_picker_is_taken(guest: Guest) -> None:
    source = (ROOT / "system_under_test/web/static/editor/emoji-data.js").read_text(encoding="utf-8")
    lists = re.findall(r"`\n(.*?)`", source, re.DOTALL)
    entries = [entry.partition(" ") for lines in lists for entry in re.split(r"[|\n]", lines)]
    assert len(lists) >= 8
    assert len(entries) > 300
    for emoji, _, name in entries:
        assert is_emoji(emoji), (emoji, name)
        assert re.fullmatch(r"\S.*\S(: .*\S)?", name), name


@pytest.fixture
def old_database(settings: AppSettings) -> Iterator[Engine]:
    """A second database as the release before this one left it."""
    server = make_engine(DatabaseSettings(database_url=settings.database_url), pool_size=1)
    admin = server.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS before_settings"))
        connection.execute(text("CREATE DATABASE before_settings"))
    url = settings.database_url.rpartition("/")[0] + "/before_settings"
    engine = make_engine(DatabaseSettings(database_url=url), pool_size=2)
    upgrade(engine, "0001")
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE before_settings"))
    server.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


OLD_INSERT = """
    INSERT INTO calendars (id, session_id, template_slug, title, year)
    VALUES (gen_random_uuid(), 's', 't', 'Old', 2027)
"""


def test_the_migration_rewrites_nothing_and_old_code_goes_on(old_database: Engine) -> None:
    with old_database.begin() as connection:
        connection.execute(text("INSERT INTO sessions (id) VALUES ('s')"))
        connection.execute(
            text(
                "INSERT INTO templates (slug, name, description, year, accent, ink, paper, second, motif, position,"
                " sample_events) VALUES ('t', '', '', 2027, '', '', '', '', '', 0, '[]')"
            )
        )
        connection.execute(text(OLD_INSERT))
        before = connection.scalar(text("SELECT pg_relation_filenode('calendars')"))
    upgrade(old_database, "0002")
    with old_database.begin() as connection:
        assert connection.scalar(text("SELECT pg_relation_filenode('calendars')")) == before
        connection.execute(text(OLD_INSERT))
        rows = connection.execute(text("SELECT week_start, accent, show_moon, time_zone FROM calendars")).all()
        assert [tuple(row) for row in rows] == [("monday", None, False, "UTC")] * 2
        constraints = "SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'calendars'::regclass"
        checks = {row.conname: row.convalidated for row in connection.execute(text(constraints))}
    assert all(checks.values())
    assert {"ck_calendars_week_start", "ck_calendars_accent", "ck_calendars_holiday_place"} <= checks.keys()


def test_an_interrupted_migration_can_be_repeated(old_database: Engine) -> None:
    upgrade(old_database, "0002")
    with old_database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.execute(text("ALTER TABLE calendars DROP CONSTRAINT ck_calendars_accent"))
    upgrade(old_database, "0002")
    with old_database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_constraint WHERE conname = 'ck_calendars_accent'")) == 1


def test_what_smoke_and_load_ask_for_is_as_it_was(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    guest.data(UPDATE, id=calendar_id, input=EVERYTHING)
    found = guest.data(CALENDAR, id=calendar_id)["calendar"]
    assert set(found) == {"id", "title", "year", "templateSlug", "events"}
    assert found["events"] == []
