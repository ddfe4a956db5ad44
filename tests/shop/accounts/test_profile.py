"""The profile."""

from __future__ import annotations

import pytest

from tests.shop.accounts.people import ME, RENAME_ME, Person


@pytest.mark.parametrize("name", ["Anna", "Олена Шевченко", "José Núñez", "محمد", "O'Neill & Söhne <b>", "x" * 100])
def test_names_of_all_kinds_are_kept_as_they_are(person: Person, name: str) -> None:
    person.sign_in()
    assert person.data(RENAME_ME, name=name)["updateProfile"]["name"] == name
    assert person.data(ME)["me"]["name"] == name
    page = person.client.get("/account").text
    assert "<b>" not in page


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\u0000b", "a\nb", "a\u202eb", "\u200b"])
def test_names_that_cannot_be_printed_are_refused(person: Person, name: str) -> None:
    person.sign_in()
    assert person.code(RENAME_ME, name=name) == "BAD_INPUT"
    assert person.data(ME)["me"]["name"] == "Anna Becker"


@pytest.mark.parametrize("path", ["/", "/status", "/nowhere", "/editor/nothing"])
def test_every_header_knows_the_person(person: Person, path: str) -> None:
    assert ">Sign in<" in person.client.get(path).text
    person.sign_in()
    page = person.client.get(path).text
    assert ">Account<" in page
    assert ">Sign in<" not in page
    person.client.cookies.set("vc_account", "forged")
    assert ">Sign in<" in person.client.get(path).text
