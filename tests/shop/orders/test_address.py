"""Addresses: what a form may hold, and the sentence for each field that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from system_under_test.errors import ShopError
from system_under_test.orders.address import Delivery, check_delivery
from system_under_test.products.shipping import COUNTRIES
from tests.shop.payments.till import ADDRESS, PLACE, Customer, Till

GOOD = {
    "DE": ("12345", ""), "AT": ("1010", ""), "BE": ("1000", ""), "CA": ("H3Z 2Y7", "QC"), "CZ": ("100 00", ""),
    "DK": ("8660", ""), "FI": ("00550", ""), "FR": ("33380", ""), "IE": ("A65 F4E2", "Co. Dublin"),
    "IT": ("00144", "RM"), "LU": ("4750", ""), "NL": ("1234 AB", ""), "PL": ("00-950", ""), "PT": ("2725-079", ""),
    "ES": ("28039", "M"), "SE": ("11455", ""), "CH": ("2544", ""), "GB": ("EC1Y 8SY", ""), "US": ("94043", "CA"),
}  # fmt: skip


def faults(**changes: str) -> dict[str, str]:
    with pytest.raises(ShopError) as refusal:
        check_delivery(Delivery(**{**ADDRESS, **changes}))
    found: dict[str, str] = refusal.value.details["fields"]
    assert all(sentence.endswith(".") for sentence in found.values())
    return found


def test_every_country_has_an_address_that_is_good() -> None:
    assert GOOD.keys() == COUNTRIES.keys()
    for country, (postcode, region) in GOOD.items():
        values = {**ADDRESS, "country": country, "postcode": postcode, "region": region}
        clean = check_delivery(Delivery(**values))
        assert (clean.country, clean.postcode, clean.region, clean.city) == (country, postcode, region, "Bad Münder")


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_refuses_a_foreign_postcode(country: str) -> None:
    wrong = faults(country=country, postcode="?!", region=GOOD[country][1])
    assert wrong.keys() == {"postcode"}
    assert COUNTRIES[country].name in wrong["postcode"]


def test_spelling_is_brought_into_form() -> None:
    clean = check_delivery(Delivery(**{**ADDRESS, "country": "gb", "postcode": "sw1a 1aa"}))
    assert (clean.country, clean.postcode) == ("GB", "SW1A 1AA")
    values = {**ADDRESS, "country": "US", "postcode": "94043", "region": "california"}
    assert check_delivery(Delivery(**values)).region == "CA"
    clean = check_delivery(Delivery(**{**ADDRESS, "email": " Ada@Dörf.DE ", "line1": "  e\u0301tage 2 "}))
    assert (clean.email, clean.line1) == ("Ada@xn--drf-sna.de", "étage 2")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"), ({"email": "ada"}, "email"), ({"email": "ada@localhost"}, "email"),
        ({"email": "a b@example.com"}, "email"), ({"email": "ada@example.com\nBcc: x@example.com"}, "email"),
        ({"email": "x" * 10_000 + "@example.com"}, "email"), ({"email": "ä@example.com"}, "email"),
        ({"email": "ada@[127.0.0.1]"}, "email"), ({"email": "👵@example.com"}, "email"),
        ({"name": ""}, "name"), ({"name": "   "}, "name"), ({"name": "\u200b\u200b"}, "name"),
        ({"name": "x" * 101}, "name"), ({"name": "x" * 10_000}, "name"), ({"name": "a\u0000b"}, "name"),
        ({"name": "a\u0007"}, "name"), ({"name": "Ada\r\nSubject: hello"}, "name"), ({"name": "\u202eadA"}, "name"),
        ({"line1": ""}, "line1"), ({"line1": "\t"}, "line1"), ({"line1": "x" * 101}, "line1"),
        ({"line2": "x" * 101}, "line2"), ({"line2": "a\u2028b"}, "line2"),
        ({"postcode": ""}, "postcode"), ({"postcode": "1234"}, "postcode"), ({"postcode": "123456"}, "postcode"),
        ({"postcode": "१२३४५"}, "postcode"), ({"postcode": "1" * 10_000}, "postcode"),
        ({"city": ""}, "city"), ({"city": "x" * 81}, "city"), ({"city": "a\nb"}, "city"),
        ({"country": ""}, "country"), ({"country": "XX"}, "country"), ({"country": "Germany"}, "country"),
        ({"country": "KP"}, "country"), ({"country": "D" * 10_000}, "country"), ({"country": "\u0000"}, "country"),
        ({"country": "US", "postcode": "94043"}, "region"),
        ({"country": "US", "postcode": "94043", "region": "Bavaria"}, "region"),
        ({"country": "US", "postcode": "10001", "region": "CA"}, "postcode"),
        ({"region": "x" * 61}, "region"),
    ],
)  # fmt: skip
def test_one_wrong_field_is_named(changes: dict[str, str], field: str) -> None:
    assert faults(**changes).keys() == {field}


@pytest.mark.parametrize(
    "name",
    [
        "أدا لوفلايس",
        "עדה",
        "👩‍👩‍👧‍👦 Family",
        "Ada O'Neil-Smith",
        "ஆடா",
        "Ａｄａ",
        "<script>alert(1)</script>",
        "Robert'); --",
    ],
)
def test_names_of_all_people_are_kept_as_they_are(name: str) -> None:
    assert check_delivery(Delivery(**{**ADDRESS, "name": name})).name == name


def test_all_faults_are_told_at_once(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    wrong: dict[str, Any] = {"email": "ada", "name": "", "line1": "x" * 10_000, "postcode": "1", "city": "\u0000"}
    refusal = customer.refusal(PLACE, input={**ADDRESS, **wrong}, key="key-1")
    assert (refusal["code"], refusal["message"]) == ("BAD_INPUT", "5 fields need your attention.")
    assert list(refusal["fields"]) == ["email", "name", "line1", "postcode", "city"]
    assert refusal["fields"]["postcode"] == "That is no postcode of Germany; it looks like 26133."
    assert till.rows("SELECT count(*) FROM orders") == [0]


def test_one_fault_is_the_sentence_itself(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    refusal = customer.refusal(PLACE, input={**ADDRESS, "postcode": ""}, key="key-1")
    assert refusal["message"] == "The postcode must not be empty for an address in Germany."
    assert refusal["fields"] == {"postcode": refusal["message"]}


def test_emoji_and_foreign_scripts_reach_the_order(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    order = customer.place(name="أدا 👵🏽", line2="c/o O'Neil")
    assert (order["shipping"]["name"], order["shipping"]["line2"]) == ("أدا 👵🏽", "c/o O'Neil")


def test_nothing_of_the_address_is_logged(till: Till, customer: Customer, shop_log: Callable[[], str]) -> None:
    customer.fill_cart()
    customer.place()
    customer.run(PLACE, input={**ADDRESS, "postcode": "no"}, key="key-2")
    logged = shop_log()
    assert "request" in logged
    for private in ("Lovelace", "ada@example.com", "Dorfstra", "Münder"):
        assert private not in logged
