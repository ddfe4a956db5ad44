"""What belongs to an account is for nobody else: other people, guests, the same browser after signing out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from system_under_test.app.resources import Shop
from tests.shop.accounts.people import Person
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
)

NewPerson = Callable[[], Person]
VALUES = {"date": "2027-05-01", "text": "x"}


@pytest.fixture(params=["another person", "a guest", "an administrator", "the same browser, signed out"])
def stranger(request: pytest.FixtureRequest, new_person: NewPerson, owner: Person) -> Person:
    if request.param == "another person":
        return new_person().sign_in("jose.nunez@example.org", "José Núñez")
    if request.param == "an administrator":
        return new_person().sign_in("ada.admin@example.org", "Ada Admin", admin=True)
    if request.param == "a guest":
        return new_person()
    owner.client.post("/auth/sign-out")
    same = Person(owner.client, owner.google)
    assert same.token is None
    return same


@pytest.fixture
def owner(new_person: NewPerson) -> Person:
    return new_person().sign_in()


@pytest.fixture
def things(owner: Person) -> dict[str, str]:
    calendar_id = owner.new_calendar(title="Anna's year")
    event_id = owner.add(calendar_id, text="Secret")
    job_id = owner.data(REQUEST_PDF, id=calendar_id)["requestPdf"]["id"]
    return {"calendar": calendar_id, "event": event_id, "job": job_id}


def test_foreign_objects_do_not_exist(things: dict[str, str], stranger: Person) -> None:
    calendar_id, event_id = things["calendar"], things["event"]
    assert stranger.code(CALENDAR, id=calendar_id) == "NOT_FOUND"
    assert stranger.code(RENAME, id=calendar_id, input={"title": "x"}) == "NOT_FOUND"
    assert stranger.code(ADD, calendarId=calendar_id, input=VALUES) == "NOT_FOUND"
    assert stranger.code(UPDATE_EVENT, id=event_id, input=VALUES) == "NOT_FOUND"
    assert stranger.code(DELETE_EVENT, id=event_id) == "NOT_FOUND"
    assert stranger.code(REQUEST_PDF, id=calendar_id) == "NOT_FOUND"
    assert stranger.code(PDF_JOB, id=things["job"]) == "NOT_FOUND"
    assert stranger.code(DELETE, id=calendar_id) == "NOT_FOUND"
    assert stranger.data(CALENDARS)["calendars"] == []
    for path in (f"/editor/{calendar_id}", f"/preview/{calendar_id}", f"/pdf/{things['job']}"):
        page = stranger.client.get(path)
        assert page.status_code == 404, path
        assert "Anna" not in page.text
    assert "Anna" not in stranger.client.get("/").text


def test_pages_do_not_take_the_token_and_the_api_does_not_take_the_cookie(
    owner: Person, things: dict[str, str], new_person: NewPerson, account_shop: Shop
) -> None:
    only_token = new_person()
    headers = {"authorization": f"Bearer {owner.token}"}
    assert only_token.client.get(f"/editor/{things['calendar']}", headers=headers).status_code == 404
    assert only_token.client.get("/account", headers=headers).status_code == 303
    # A page of another site can make the browser send its cookies, but never the token.
    owner.token = None
    assert owner.code(CALENDAR, id=things["calendar"]) == "NOT_FOUND"
    assert owner.client.get("/account/export").status_code == 401
