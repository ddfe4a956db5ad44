"""After signing in nobody is led away from the shop."""

from __future__ import annotations

import pytest

from system_under_test.accounts.local_path import local_path, path_of_referrer
from tests.shop.accounts.people import ANNA, Person

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "/%5Cevil.example",
    "%2F%2Fevil.example",
    "/%252Fevil.example",
    "/%25255Cevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/%09/evil.example",
    "/%0d%0aset-cookie:x",
    "/ /evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/" + "a" * 600,
    "/caf\u00e9",
    "/\u2215evil.example",
    "",
]


@pytest.mark.parametrize("value", ELSEWHERE)
def test_what_is_no_path_of_the_shop_becomes_the_home_page(value: str) -> None:
    assert local_path(value) == "/"


@pytest.mark.parametrize("value", ["/auth/sign-in", "/auth/sign-in?next=/auth/sign-in", "/%61uth/x", "/signed-in"])
def test_nobody_goes_round_in_circles(value: str) -> None:
    assert local_path(value, "/account") == "/account"


@pytest.mark.parametrize(
    "value", ["/", "/editor/5b0?x=1&y=%20#2027-03", "/orders/a-b?next=https://x.example/", "/a:b@c"]
)
def test_paths_of_the_shop_stay(value: str) -> None:
    assert local_path(value) == value


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://shop.example/cart?x=1", "/cart?x=1"),
        ("http://evil.example/cart", "/"),
        ("http://shop.example//evil.example", "/"),
        ("http://shop.example/auth/sign-in", "/"),
        ("http://shop.example", "/"),
        ("no address", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_without_a_wish_the_person_returns_to_the_page_they_came_from(referrer: str | None, path: str) -> None:
    assert path_of_referrer(referrer, "shop.example") == path


@pytest.mark.parametrize("value", ["//evil.example", "/\\evil.example", "https://evil.example", "/%2F%2Fevil.example"])
def test_no_step_of_the_way_leads_elsewhere(person: Person, value: str) -> None:
    back = person.client.get(person.google.answer(person.begin(next=value), person=ANNA))
    assert back.headers["location"] == "/signed-in?next=%2F"
    arrived = person.client.get("/signed-in", params={"next": value})
    assert 'data-next="/"' in arrived.text
    assert "evil" not in arrived.text
    cancelled = person.client.get(person.google.answer(person.begin(next=value), action="cancel"))
    assert "evil" not in cancelled.text
