"""The API over a real PostgreSQL: what is written comes back, what is wrong is refused in words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.shop.helpers import (
    ADD,
    CALENDAR,
    CALENDARS,
    CREATE,
    DELETE,
    DELETE_EVENT,
    RENAME,
    UPDATE_EVENT,
    Guest,
)


def test_templates_are_on_offer(guest: Guest) -> None:
    templates = guest.data("query Templates { templates { slug name description year accent } }")["templates"]
    assert len(templates) >= 6
    assert all(t["name"] and t["description"] and t["accent"].startswith("#") for t in templates)


def test_calendar_is_there_again(guest: Guest) -> None:
    made = guest.data(CREATE, input={"templateSlug": "village-year", "title": "  Our house ", "year": 2026})
    calendar = made["createCalendar"]
    guest.add(calendar["id"], "2026-12-24", "Dinner", "🎄")
    guest.add(calendar["id"], "2026-01-06", "Carol singers")
    found = guest.data(CALENDAR, id=calendar["id"])["calendar"]
    assert (found["title"], found["year"], found["templateSlug"]) == ("Our house", 2026, "village-year")
    assert [(e["date"], e["text"], e["emoji"]) for e in found["events"]] == [
        ("2026-01-06", "Carol singers", ""),
        ("2026-12-24", "Dinner", "🎄"),
    ]


def test_template_fills_in_title_year_and_dates(guest: Guest) -> None:
    calendar = guest.data(CREATE, input={"templateSlug": "garden-year"})["createCalendar"]
    assert calendar["title"] == "Garden Year"
    assert len(calendar["events"]) > 5
    assert {event["date"][:4] for event in calendar["events"]} == {str(calendar["year"])}


def test_event_can_be_changed_in_part_and_deleted(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    event_id = guest.add(calendar_id, text="Dentist at 9", emoji="🦷")
    changed = guest.data(UPDATE_EVENT, id=event_id, input={"text": "Dentist at 10"})["updateEvent"]
    assert (changed["text"], changed["emoji"], changed["date"]) == ("Dentist at 10", "🦷", "2027-05-01")
    assert guest.data(UPDATE_EVENT, id=event_id, input={"emoji": ""})["updateEvent"]["emoji"] == ""
    assert guest.data(DELETE_EVENT, id=event_id)["deleteEvent"]["text"] == "Dentist at 10"
    assert guest.data(CALENDAR, id=calendar_id)["calendar"]["events"] == []
    assert guest.code(DELETE_EVENT, id=event_id) == "NOT_FOUND"


def test_calendar_can_be_renamed_and_deleted_with_its_events(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    event_id = guest.add(calendar_id)
    assert guest.data(RENAME, id=calendar_id, input={"title": "New"})["updateCalendar"]["title"] == "New"
    assert guest.data(DELETE, id=calendar_id)["deleteCalendar"]["title"] == "New"
    assert guest.data(CALENDARS)["calendars"] == []
    assert guest.code(CALENDAR, id=calendar_id) == "NOT_FOUND"
    assert guest.code(UPDATE_EVENT, id=event_id, input={"text": "x"}) == "NOT_FOUND"


@pytest.mark.parametrize(
    "changes",
    [
        {"date": "2027-02-29"},
        {"date": "2026-12-31"},
        {"date": "2028-01-01"},
        {"date": "tomorrow"},
        {"date": "2027-W01-1"},
        {"date": "20270501"},
        {"date": "\uff12\uff10\uff12\uff17-05-01"},
        {"date": ""},
        {"text": ""},
        {"text": "   "},
        {"text": "\u200b\u200d"},
        {"text": "x" * 201},
        {"text": "two\nlines"},
        {"text": "nul\x00"},
        {"text": "bell\x07"},
        {"text": "turned \u202e round"},
        {"text": "lone \ud800 surrogate"},
        {"emoji": "cake"},
        {"emoji": "7"},
        {"emoji": "🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂🎂"},
        {"emoji": "🎂 x"},
        {"emoji": "<b>"},
    ],
)
def test_bad_event_is_refused(guest: Guest, changes: dict[str, str]) -> None:
    calendar_id = guest.new_calendar()
    values = {"date": "2027-05-01", "text": "Fair", "emoji": "", **changes}
    body = json.dumps({"query": ADD, "variables": {"calendarId": calendar_id, "input": values}})
    answer = guest.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert guest.data(CALENDAR, id=calendar_id)["calendar"]["events"] == []


@pytest.mark.parametrize("emoji", ["🎂", "❤️", "👨‍👩‍👧‍👦", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "7️⃣", "👍🏽", "🎂🎉", ""])
def test_real_emoji_is_kept(guest: Guest, emoji: str) -> None:
    calendar_id = guest.new_calendar()
    guest.add(calendar_id, emoji=emoji)
    assert guest.data(CALENDAR, id=calendar_id)["calendar"]["events"][0]["emoji"] == emoji


def test_longest_text_and_title_fit(guest: Guest) -> None:
    calendar_id = guest.new_calendar(title="t" * 120)
    guest.add(calendar_id, text="  " + "ä" * 200 + " ")
    assert guest.code(RENAME, id=calendar_id, input={"title": "t" * 121}) == "BAD_INPUT"
    assert len(guest.data(CALENDAR, id=calendar_id)["calendar"]["events"][0]["text"]) == 200


@pytest.mark.parametrize(
    "values",
    [
        {"templateSlug": "no-such-template"},
        {"templateSlug": "nul\x00"},
        {"templateSlug": "village-year", "year": 1999},
        {"templateSlug": "village-year", "year": 2101},
        {"templateSlug": "village-year", "year": 99999999999},
        {"templateSlug": "village-year", "title": " "},
        {"templateSlug": "village-year", "title": 5},
        {},
    ],
)
def test_bad_calendar_is_refused(guest: Guest, values: dict[str, Any]) -> None:
    answer = guest.run(CREATE, input=values)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert guest.data(CALENDARS)["calendars"] == []


def test_a_thousand_events_are_the_limit(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("system_under_test.calendars.limits.EVENTS_PER_CALENDAR", 3)
    calendar_id = guest.new_calendar()
    for _ in range(3):
        guest.add(calendar_id)
    values = {"date": "2027-05-01", "text": "One too many"}
    assert guest.code(ADD, calendarId=calendar_id, input=values) == "BAD_INPUT"


@pytest.mark.parametrize("bad_id", ["", "x", "' OR 1=1", "\x00", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_is_none_is_not_found(guest: Guest, bad_id: str) -> None:
    guest.new_calendar()
    assert guest.code(CALENDAR, id=bad_id) == "NOT_FOUND"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_other_content_types_are_refused(client: httpx.Client, content_type: str) -> None:
    answer = client.post(
        "/graphql", content='{"query": "{ templates { slug } }"}', headers={"content-type": content_type}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '{"query": 5}', '{"query": "{a}", "variables": []}', "[" * 9000]
)
def test_malformed_body_is_refused(client: httpx.Client, body: str) -> None:
    answer = client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize(
    "query",
    [
        "{ nonsense }",
        "query {",
        "{" * 300,
        "query { " + "a: templates { slug } " * 40 + "}",
        "{ " + "t" * 9000 + " }",
        "query A { templates { ...f } } fragment f on Template { ...f }",
    ],
    ids=["unknown field", "syntax", "too deep", "too many aliases", "long name", "circle"],
)
def test_bad_operation_is_refused_without_a_fault(guest: Guest, query: str) -> None:
    assert guest.run(query)["errors"][0]["extensions"]["code"] == "BAD_INPUT"


def test_large_body_is_refused(client: httpx.Client) -> None:
    assert client.post("/graphql", json={"query": "x" * 70_000}).status_code == 413


def test_write_from_another_site_is_refused(client: httpx.Client) -> None:
    foreign = client.post("/calendars", data={"template": "village-year"}, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "set-cookie" not in foreign.headers


def test_unexpected_fault_is_a_clean_500(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("system_under_test.calendars.service.list_calendars", broken)
    answer = guest.client.post("/graphql", json={"query": CALENDARS})
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "secret detail" not in answer.text
    assert "ZeroDivision" not in answer.text
