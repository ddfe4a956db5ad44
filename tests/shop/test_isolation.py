"""One guest never sees or changes what belongs to another."""

from __future__ import annotations

import pytest

from tests.shop.helpers import (
    ADD,
    CALENDAR,
    CALENDARS,
    DELETE,
    DELETE_EVENT,
    PDF_JOB,
    RENAME,
    REQUEST_PDF,
    UPDATE_EVENT,
    Guest,
)


def test_every_operation_on_foreign_objects_is_not_found(guest: Guest, other_guest: Guest) -> None:
    calendar_id = guest.new_calendar(title="Mine")
    event_id = guest.add(calendar_id, text="Secret")
    job_id = guest.data(REQUEST_PDF, id=calendar_id)["requestPdf"]["id"]
    other_guest.new_calendar(title="Theirs")
    values = {"date": "2027-05-01", "text": "x"}

    assert other_guest.code(CALENDAR, id=calendar_id) == "NOT_FOUND"
    assert other_guest.code(RENAME, id=calendar_id, input={"title": "x"}) == "NOT_FOUND"
    assert other_guest.code(ADD, calendarId=calendar_id, input=values) == "NOT_FOUND"
    assert other_guest.code(UPDATE_EVENT, id=event_id, input=values) == "NOT_FOUND"
    assert other_guest.code(DELETE_EVENT, id=event_id) == "NOT_FOUND"
    assert other_guest.code(REQUEST_PDF, id=calendar_id) == "NOT_FOUND"
    assert other_guest.code(PDF_JOB, id=job_id) == "NOT_FOUND"
    assert other_guest.code(DELETE, id=calendar_id) == "NOT_FOUND"
    assert [c["title"] for c in other_guest.data(CALENDARS)["calendars"]] == ["Theirs"]

    kept = guest.data(CALENDAR, id=calendar_id)["calendar"]
    assert kept["title"] == "Mine"
    assert [event["text"] for event in kept["events"]] == ["Secret"]


@pytest.mark.parametrize("path", ["/editor/{}", "/preview/{}"])
def test_pages_of_a_foreign_calendar_do_not_exist(guest: Guest, other_guest: Guest, path: str) -> None:
    calendar_id = guest.new_calendar(title="Mine")
    assert guest.client.get(path.format(calendar_id)).status_code == 200
    foreign = other_guest.client.get(path.format(calendar_id))
    assert foreign.status_code == 404
    assert "Mine" not in foreign.text


def test_forged_cookie_gives_a_new_session(guest: Guest) -> None:
    guest.new_calendar()
    cookie = guest.client.cookies["vc_session"]
    guest.client.cookies.clear()
    guest.client.cookies["vc_session"] = cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")
    assert guest.data(CALENDARS)["calendars"] == []


def test_looking_around_leaves_no_row(guest: Guest) -> None:
    assert "vc_session" in guest.client.get("/").cookies
    assert guest.data(CALENDARS)["calendars"] == []
    calendar_id = guest.new_calendar()
    assert guest.data(CALENDARS)["calendars"][0]["id"] == calendar_id
