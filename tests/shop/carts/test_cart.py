"""The cart: quantities, prices of the server, foreign calendars, limits, statements."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from system_under_test.app.resources import Shop
from system_under_test.carts.tables import MAX_LINES
from tests.shop.helpers import DELETE, RENAME, counted
from tests.shop.payments.till import ADD_TO_CART, CART, SET_QUANTITY, Customer

EMPTY = {"items": [], "itemsCents": 0, "shippingCents": None, "totalCents": 0, "currency": "EUR", "count": 0}


def sql(shop: Shop, statement: str) -> list[Any]:
    with shop.housekeeping.write() as session:
        result = session.execute(text(statement))
        return [tuple(row) for row in result.all()] if result.returns_rows else []


def test_the_shop_window(customer: Customer) -> None:
    query = "query Products { products { slug name description paper priceCents currency } }"
    products = customer.data(query)["products"]
    assert [(p["slug"], p["paper"], p["priceCents"], p["currency"]) for p in products] == [
        ("a4-wall", "a4", 1990, "EUR"),
        ("a3-wall", "a3", 2990, "EUR"),
        ("a4-gift", "a4", 3490, "EUR"),
    ]
    assert all(p["name"] and p["description"].endswith(".") for p in products)


def test_countries_and_their_regions(customer: Customer) -> None:
    query = "query ShippingCountries { shippingCountries { code name shippingCents regions { code name } } }"
    countries = {c["code"]: c for c in customer.data(query)["shippingCountries"]}
    assert {"DE", "AT", "CH", "FR", "GB", "US"} <= countries.keys()
    assert len(countries) >= 15
    assert countries["DE"] == {"code": "DE", "name": "Germany", "shippingCents": 490, "regions": []}
    assert {"code": "CA", "name": "California"} in countries["US"]["regions"]
    for country in countries.values():
        codes = [region["code"] for region in country["regions"]]
        assert len(codes) == len(set(codes)), country["code"]


def test_a_cart_is_empty_first(customer: Customer) -> None:
    assert customer.data(CART)["cart"] == EMPTY


def test_lines_add_up(customer: Customer) -> None:
    first = customer.new_calendar(title="Garden", year=2027)
    cart = customer.data(ADD_TO_CART, calendarId=first, product="a3-wall", quantity=2)["addToCart"]
    (item,) = cart["items"]
    assert item["calendar"] == {"id": first, "title": "Garden", "year": 2027, "templateSlug": "village-year"}
    assert item["product"] == {"slug": "a3-wall", "name": "A3 wall calendar", "paper": "a3"}
    assert (item["quantity"], item["unitPriceCents"], item["lineCents"]) == (2, 2990, 5980)
    customer.fill_cart("a4-wall", 3)
    cart = customer.data(CART, country="CH")["cart"]
    assert (cart["itemsCents"], cart["shippingCents"], cart["totalCents"]) == (11950, 1290, 13240)
    assert cart["count"] == 5
    assert customer.data(CART)["cart"]["totalCents"] == 11950


def test_the_same_calendar_again_joins_its_line(customer: Customer) -> None:
    calendar_id = customer.fill_cart("a4-wall", 2)
    data = customer.data(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=3)
    assert [item["quantity"] for item in data["addToCart"]["items"]] == [5]
    data = customer.data(ADD_TO_CART, calendarId=calendar_id, product="a3-wall")
    assert [item["quantity"] for item in data["addToCart"]["items"]] == [5, 1]


def test_quantities_change_and_lines_go(customer: Customer) -> None:
    customer.fill_cart("a4-wall", 2)
    (item,) = customer.data(CART)["cart"]["items"]
    changed = customer.data(SET_QUANTITY, itemId=item["id"], quantity=50)["setQuantity"]
    assert (changed["count"], changed["itemsCents"]) == (50, 99500)
    assert customer.data(SET_QUANTITY, itemId=item["id"], quantity=0)["setQuantity"] == EMPTY
    assert customer.code(SET_QUANTITY, itemId=item["id"], quantity=1) == "NOT_FOUND"


@pytest.mark.parametrize("quantity", [0, -1, -(2**31), 51, 2**31 - 1])
def test_impossible_quantities_to_add(customer: Customer, quantity: int) -> None:
    calendar_id = customer.new_calendar()
    assert customer.code(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=quantity) == "BAD_INPUT"
    assert customer.data(CART)["cart"] == EMPTY


@pytest.mark.parametrize("quantity", [-1, -(2**31), 51, 2**31 - 1])
def test_impossible_quantities_to_set(customer: Customer, quantity: int) -> None:
    customer.fill_cart("a4-wall", 7)
    (item,) = customer.data(CART)["cart"]["items"]
    assert customer.code(SET_QUANTITY, itemId=item["id"], quantity=quantity) == "BAD_INPUT"
    assert customer.data(CART)["cart"]["count"] == 7


@pytest.mark.parametrize("quantity", [2**31, 1.5, "3", None, True])
def test_quantities_that_are_no_numbers(customer: Customer, quantity: Any) -> None:
    calendar_id = customer.new_calendar()
    answer = customer.run(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=quantity)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"


def test_a_line_stays_below_its_limit(customer: Customer) -> None:
    calendar_id = customer.fill_cart("a4-wall", 30)
    assert customer.code(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=21) == "BAD_INPUT"
    customer.data(ADD_TO_CART, calendarId=calendar_id, product="a4-wall", quantity=20)
    assert customer.data(CART)["cart"]["count"] == 50


def test_clicks_at_once_are_all_counted(customer: Customer) -> None:
    calendar_id = customer.new_calendar()

    def click(_: int) -> None:
        customer.data(ADD_TO_CART, calendarId=calendar_id, product="a4-wall")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(click, range(12)))
    assert [item["quantity"] for item in customer.data(CART)["cart"]["items"]] == [12]


def test_the_cart_has_room_for_so_many_lines(customer: Customer, shop: Shop) -> None:
    calendar_id = customer.fill_cart()
    more = ", ".join(f"('{uuid.uuid4()}')" for _ in range(MAX_LINES - 1))
    sql(
        shop,
        f"WITH ids(id) AS (VALUES {more}), made AS ("  # noqa: S608
        " INSERT INTO calendars (id, session_id, template_slug, title, year)"
        " SELECT ids.id::uuid, session_id, template_slug, title, year FROM ids, calendars RETURNING id, session_id)"
        " INSERT INTO cart_items (id, owner_id, calendar_id, product_slug, quantity)"
        " SELECT gen_random_uuid(), session_id, id, 'a4-wall', 1 FROM made",
    )
    one_more = customer.new_calendar()
    assert customer.code(ADD_TO_CART, calendarId=one_more, product="a4-wall") == "BAD_INPUT"
    customer.data(ADD_TO_CART, calendarId=calendar_id, product="a4-wall")


@pytest.mark.parametrize("product", ["", "a5-wall", "A4-wall", "a4-wall ", "\u0000", "ä" * 10_000, "'; --"])
def test_unknown_products(customer: Customer, product: str) -> None:
    calendar_id = customer.new_calendar()
    assert customer.code(ADD_TO_CART, calendarId=calendar_id, product=product) == "BAD_INPUT"


def test_what_belongs_to_others_is_not_found(customer: Customer, other: Customer) -> None:
    theirs = customer.fill_cart()
    (item,) = customer.data(CART)["cart"]["items"]
    for calendar_id in (theirs, str(uuid.uuid4()), "1", "", "x" * 10_000):
        assert other.code(ADD_TO_CART, calendarId=calendar_id, product="a4-wall") == "NOT_FOUND"
    for item_id in (item["id"], str(uuid.uuid4()), "nonsense"):
        for quantity in (0, 9):
            assert other.code(SET_QUANTITY, itemId=item_id, quantity=quantity) == "NOT_FOUND"
    assert other.data(CART)["cart"] == EMPTY
    assert customer.data(CART)["cart"]["count"] == 1


@pytest.mark.parametrize("country", ["XX", "de", "Germany", "D" * 10_000, "\u202e"])
def test_countries_we_do_not_deliver_to(customer: Customer, country: str) -> None:
    assert customer.code(CART, country=country) == "BAD_INPUT"


def test_prices_and_titles_are_those_of_now(customer: Customer, shop: Shop) -> None:
    calendar_id = customer.fill_cart("a4-wall", 2)
    customer.data(RENAME, id=calendar_id, input={"title": "New name"})
    sql(shop, "UPDATE products SET price_cents = 2100 WHERE slug = 'a4-wall'")
    try:
        (item,) = customer.data(CART)["cart"]["items"]
    finally:
        sql(shop, "UPDATE products SET price_cents = 1990 WHERE slug = 'a4-wall'")
    assert (item["lineCents"], item["calendar"]["title"]) == (4200, "New name")


def test_a_product_that_is_not_sold_any_more(customer: Customer, shop: Shop) -> None:
    calendar_id = customer.fill_cart("a4-gift")
    sql(shop, "UPDATE products SET active = false WHERE slug = 'a4-gift'")
    try:
        assert customer.data(CART)["cart"] == EMPTY
        assert customer.code(ADD_TO_CART, calendarId=calendar_id, product="a4-gift") == "BAD_INPUT"
    finally:
        sql(shop, "UPDATE products SET active = true WHERE slug = 'a4-gift'")
    assert customer.data(CART)["cart"]["count"] == 1


def test_a_deleted_calendar_leaves_the_cart(customer: Customer) -> None:
    calendar_id = customer.fill_cart()
    customer.data(DELETE, id=calendar_id)
    assert customer.data(CART)["cart"] == EMPTY


def test_one_query_whatever_is_in_the_cart(customer: Customer, shop: Shop) -> None:
    counts = []
    for _ in range(3):
        customer.fill_cart()
        with counted(shop) as statements:
            customer.data(CART, country="DE")
        counts.append(len(statements))
    assert counts == [1, 1, 1]
