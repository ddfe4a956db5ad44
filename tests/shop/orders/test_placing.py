"""Placing an order: what is kept, keys, clicks at once, prices that change, a provider that is away."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from system_under_test.products.money import tax_within
from tests.shop.helpers import ADD, DELETE, RENAME
from tests.shop.payments.till import ADDRESS, CART, ORDER_FIELDS, PAY, PLACE, Customer, Stripe, Till

PLACE_WITHOUT_KEY = (
    f"mutation PlaceOrder($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ {ORDER_FIELDS} }} }}"
)


@pytest.mark.parametrize(
    ("total", "tax"), [(119, 19), (100, 16), (1, 0), (3, 0), (4, 1), (2480, 396), (99_999_999, 15_966_386)]
)
def test_tax_is_rounded_to_the_nearest_cent(total: int, tax: int) -> None:
    assert tax_within(total) == tax


def test_the_order_says_all(till: Till, customer: Customer) -> None:
    customer.fill_cart("a4-wall", 3, title="Für Oma 👵🏽", year=2028)
    order = customer.place(city="  Bad   Münder ", country="de", email="Ada@EXAMPLE.com")
    assert order["number"] > 100_000
    assert (order["status"], order["statusText"], order["paidAt"]) == ("PLACED", "Waiting for payment", None)
    assert order["email"] == "Ada@example.com"
    assert order["shipping"] == {
        "name": "Ada Lovelace", "line1": "Dorfstraße 1", "line2": "", "postcode": "12345",
        "city": "Bad   Münder", "region": "", "country": "DE",
    }  # fmt: skip
    (item,) = order["items"]
    assert (item["title"], item["year"], item["templateSlug"]) == ("Für Oma 👵🏽", 2028, "village-year")
    assert (item["productName"], item["quantity"], item["unitPriceCents"]) == ("A4 wall calendar", 3, 1990)
    assert (item["lineCents"], item["pdf"]) == (5970, None)
    assert (order["itemsCents"], order["shippingCents"], order["totalCents"]) == (5970, 490, 6460)
    assert (order["taxCents"], order["refundedCents"], order["currency"]) == (1031, 0, "EUR")
    assert [(step["status"], step["note"]) for step in order["history"]] == [("PLACED", "")]
    assert order["placedAt"].endswith("Z")
    assert customer.data(CART)["cart"]["count"] == 3, "the cart stays until the order is paid"


def test_what_was_ordered_is_printed_whatever_comes_later(till: Till, customer: Customer) -> None:
    calendar_id = customer.fill_cart(title="As ordered")
    customer.add(calendar_id, "2027-05-01", "Maypole", "🌳")
    order = customer.place()
    customer.data(RENAME, id=calendar_id, input={"title": "Changed"})
    customer.data(ADD, calendarId=calendar_id, input={"date": "2027-05-02", "text": "Too late", "emoji": ""})
    customer.data(DELETE, id=calendar_id)
    (document, cover) = till.rows("SELECT document::text, cover FROM order_items")[0]
    kept = json.loads(document)
    assert kept["plain_title"] == "As ordered"
    assert "Maypole" in document
    assert "Too late" not in document
    assert cover.lstrip().startswith("<svg")
    assert customer.order(order["id"])["items"][0]["title"] == "As ordered"
    assert till.rows("SELECT calendar_id FROM order_items") == [None]


def test_the_same_key_gives_the_same_order(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart()
    first = customer.place("key-1")
    assert customer.place("key-1") == first
    assert customer.place("key-1", name=" Ada Lovelace ") == first, "the same after trimming"
    assert len(provider.sessions()) == 1
    refusal = customer.refusal(PLACE, input={**ADDRESS, "line1": "Elsewhere 2"}, key="key-1")
    assert refusal["code"] == "CONFLICT"
    assert customer.place("key-2")["id"] != first["id"]
    assert till.rows("SELECT count(*) FROM orders") == [2]


def test_the_key_counts_even_when_the_cart_has_changed(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart()
    first = customer.place("key-1")
    provider.pay(first["checkoutUrl"])
    till.work()
    again = customer.place("key-1")
    assert (again["id"], again["status"], again["checkoutUrl"]) == (first["id"], "PAID", None)


def test_keys_belong_to_their_owner(till: Till, customer: Customer, other: Customer) -> None:
    customer.fill_cart()
    other.fill_cart()
    assert customer.place("key-1")["id"] != other.place("key-1")["id"]


def test_the_header_may_give_the_key(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    assert customer.code(PLACE_WITHOUT_KEY, input=ADDRESS) == "BAD_INPUT"
    customer.client.headers["Idempotency-Key"] = "from-the-header"
    order = customer.data(PLACE_WITHOUT_KEY, input=ADDRESS)["placeOrder"]
    assert customer.place("from-the-header")["id"] == order["id"]


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 201, "a\u0000", "line\nbreak"])
def test_keys_that_are_no_keys(till: Till, customer: Customer, key: str) -> None:
    customer.fill_cart()
    assert customer.code(PLACE, input=ADDRESS, key=key) == "BAD_INPUT"


@pytest.mark.parametrize("clicks", [2, 6])
def test_clicks_at_once_make_one_order(till: Till, provider: Stripe, customer: Customer, clicks: int) -> None:
    customer.fill_cart()
    with ThreadPoolExecutor(clicks) as pool:
        orders = list(pool.map(lambda _: customer.place("key-1"), range(clicks)))
    assert len({(order["id"], order["checkoutUrl"]) for order in orders}) == 1
    assert till.rows("SELECT count(*) FROM orders") == [1]
    assert till.rows("SELECT count(*) FROM order_items") == [1]
    assert len(provider.sessions()) == 1


def test_clicks_at_once_with_another_address(till: Till, customer: Customer) -> None:
    customer.fill_cart()

    def click(number: int) -> dict[str, Any]:
        return customer.run(PLACE, input={**ADDRESS, "line1": f"Street {number}"}, key="key-1")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(click, range(4)))
    assert sum("errors" not in answer for answer in answers) == 1
    codes = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", [])}
    assert codes == {"CONFLICT"}
    assert till.rows("SELECT count(*) FROM orders") == [1]


def test_an_empty_cart_is_not_ordered(till: Till, customer: Customer) -> None:
    assert customer.code(PLACE, input=ADDRESS, key="key-1") == "BAD_INPUT"
    customer.fill_cart()
    assert customer.place("key-1")["status"] == "PLACED", "a refusal uses no key up"


def test_prices_that_change_before_the_order(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart("a4-wall", 2)
    shown = customer.data(CART, country="DE")["cart"]["totalCents"]
    till.rows("UPDATE products SET price_cents = 2500 WHERE slug = 'a4-wall'")
    try:
        refusal = customer.refusal(PLACE, input={**ADDRESS, "expectedTotalCents": shown}, key="key-1")
        assert refusal["code"] == "CONFLICT"
        order = customer.place("key-1", expectedTotalCents=5490)
    finally:
        till.rows("UPDATE products SET price_cents = 1990 WHERE slug = 'a4-wall'")
    assert (order["items"][0]["unitPriceCents"], order["totalCents"]) == (2500, 5490)
    assert customer.order(order["id"])["totalCents"] == 5490, "the order keeps its prices"
    assert provider.sessions()[0].amount_total == 5490


def test_the_browser_cannot_name_a_price(till: Till, customer: Customer) -> None:
    customer.fill_cart()
    for field in ("totalCents", "itemsCents", "unitPriceCents", "status"):
        answer = customer.run(PLACE, input={**ADDRESS, field: 1}, key="key-1")
        assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


@pytest.mark.parametrize("status", [500, 429, 400])
@pytest.mark.parametrize("way", ["the same click", "payOrder"])
def test_a_provider_that_is_away(till: Till, provider: Stripe, customer: Customer, status: int, way: str) -> None:
    customer.fill_cart()
    provider.control("fault", status=status, calls=3)
    refusal = customer.refusal(PLACE, input=ADDRESS, key="key-1")
    assert refusal["code"] == "UNAVAILABLE"
    assert "is safe and nothing was charged" in refusal["message"]
    seen = customer.order(refusal["orderId"])
    assert (seen["status"], seen["checkoutUrl"]) == ("PLACED", None)
    provider.control("fault", calls=0)
    again = customer.place("key-1") if way == "the same click" else customer.data(PAY, id=seen["id"])["payOrder"]
    assert again["id"] == seen["id"]
    assert again["checkoutUrl"].startswith(provider.url)
    assert len(provider.sessions()) == 1


def test_a_short_fault_of_the_provider_is_not_seen(till: Till, provider: Stripe, customer: Customer) -> None:
    customer.fill_cart()
    provider.control("fault", status=500, calls=1, when="after")
    assert customer.place()["checkoutUrl"] is not None
    assert len(provider.sessions()) == 1


def test_thirty_calendars_in_one_order(till: Till, customer: Customer) -> None:
    customer.fill_cart("a4-wall", 50)
    more = ", ".join(f"('{uuid.uuid4()}')" for _ in range(29))
    till.rows(
        f"WITH ids(id) AS (VALUES {more}), made AS ("  # noqa: S608
        " INSERT INTO calendars (id, session_id, template_slug, title, year, show_moon, show_seasons, holiday_country)"
        " SELECT ids.id::uuid, session_id, template_slug, title, year, true, true, 'DE' FROM ids, calendars"
        " RETURNING id, session_id)"
        " INSERT INTO cart_items (id, owner_id, calendar_id, product_slug, quantity)"
        " SELECT gen_random_uuid(), session_id, id, 'a3-wall', 50 FROM made"
    )
    order = customer.place()
    assert order["totalCents"] == 50 * 1990 + 29 * 50 * 2990 + 490
    assert till.rows("SELECT count(*) FROM order_items WHERE document -> 'months' -> 11 IS NOT NULL") == [30]
