"""The list of orders and one order: what is found, in which pages, with how many statements."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from system_under_test.admin.demo_data.rows import Rows
from system_under_test.app.resources import Shop
from tests.shop.admin.asking import ORDER, ORDERS, statements
from tests.shop.admin.staff import Desk


def numbers(desk: Desk, first: int = 100, **wanted: Any) -> list[int]:
    page = desk.data(ORDERS, filter=wanted, first=first)["adminOrders"]
    return [order["number"] for order in page["items"]]


def test_pages_cover_all_orders_once_and_newest_first(desk: Desk, story: Rows) -> None:
    seen: list[dict[str, Any]] = []
    after, pages = None, 0
    while True:
        page = desk.data(ORDERS, first=9, after=after)["adminOrders"]
        assert page["total"] == len(story.orders)
        seen += page["items"]
        pages += 1
        if not page["hasMore"]:
            break
        after = page["endCursor"]
    assert pages == -(-len(story.orders) // 9)
    assert [order["id"] for order in seen] == [str(order["id"]) for order in reversed(story.orders)]
    assert [order["placedAt"] for order in seen] == sorted((order["placedAt"] for order in seen), reverse=True)


def test_a_new_order_does_not_shift_the_pages(desk: Desk, shop: Shop, story: Rows) -> None:
    first = desk.data(ORDERS, first=5)["adminOrders"]
    with shop.database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO orders (id, currency, items_cents, shipping_cents, total_cents, tax_cents, email, ship_name,"
            " ship_line1, ship_postcode, ship_city, ship_country) VALUES (gen_random_uuid(), 'EUR', 100, 0, 100, 16,"
            " 'n@x.example', 'New', 'l', 'p', 'c', 'DE')"
        )
    second = desk.data(ORDERS, first=5, after=first["endCursor"])["adminOrders"]
    expected = [str(order["id"]) for order in reversed(story.orders)][5:10]
    assert [order["id"] for order in second["items"]] == expected


def test_orders_of_the_same_moment_are_not_lost_between_pages(desk: Desk, shop: Shop, story: Rows) -> None:
    with shop.database.write() as session:
        session.connection().exec_driver_sql("UPDATE orders SET created_at = '2026-11-20T12:00:00.123456Z'")
    seen: set[str] = set()
    after = None
    for _ in range(-(-len(story.orders) // 20)):
        page = desk.data(ORDERS, first=20, after=after)["adminOrders"]
        seen |= {order["id"] for order in page["items"]}
        after = page["endCursor"]
    assert len(seen) == len(story.orders)


def test_status_filters_and_counts(desk: Desk, story: Rows) -> None:
    expected: dict[str, int] = {}
    for order in story.orders:
        expected[order["status"]] = expected.get(order["status"], 0) + 1
    assert len(expected) == 7, "every state occurs"
    for status, count in expected.items():
        page = desk.data(ORDERS, filter={"status": status}, first=100)["adminOrders"]
        assert page["total"] == len(page["items"]) == count
        assert {order["status"] for order in page["items"]} == {status}
        assert {c["status"]: c["count"] for c in page["statusCounts"]} == expected


def test_text_finds_number_mail_and_parts_of_a_name(desk: Desk, story: Rows) -> None:
    everything = desk.data(ORDERS, first=100)["adminOrders"]["items"]
    order = everything[3]
    assert numbers(desk, text=str(order["number"])) == [order["number"]]
    assert numbers(desk, text=f" #{order['number']} ") == [order["number"]]
    assert numbers(desk, text=str(order["number"])[:4]) == []
    assert numbers(desk, text=order["email"][:-9].upper()) == [order["number"]]
    last_word = order["name"].split()[-1]
    same = [o["number"] for o in everything if f" {last_word.lower()}" in f" {o['name'].lower()}"]
    assert order["number"] in same
    assert numbers(desk, text=last_word.lower()) == same
    assert numbers(desk, text=last_word[1:]) == [], "the middle of a word is no beginning"


@pytest.mark.parametrize("text", ["%", "_", "%@%", "a%", "\\", "\\%", "' OR 1=1 --", '"; DROP TABLE orders; --', "/%"])
def test_wildcards_and_quotes_are_plain_characters(desk: Desk, story: Rows, text: str) -> None:
    assert numbers(desk, text=text) == []
    assert len(numbers(desk)) == len(story.orders)


def test_a_name_with_wildcards_is_found_by_them(desk: Desk, shop: Shop, story: Rows) -> None:
    order = story.orders[-1]
    with shop.database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE orders SET ship_name = '100%%_Anna O''Neill' WHERE id = %s", (order["id"],)
        )
    found = desk.data(ORDERS, filter={"text": "100%_a"}, first=5)["adminOrders"]["items"]
    assert [o["id"] for o in found] == [str(order["id"])]


def test_days_are_whole_days_in_utc(desk: Desk, story: Rows) -> None:
    day = story.orders[30]["created_at"].date()
    placed = [str(o["id"]) for o in reversed(story.orders) if o["created_at"].date() == day]
    page = desk.data(ORDERS, filter={"from": str(day), "to": str(day)}, first=100)["adminOrders"]
    assert [o["id"] for o in page["items"]] == placed
    later = desk.data(ORDERS, filter={"from": str(day)}, first=100)["adminOrders"]["total"]
    earlier = desk.data(ORDERS, filter={"to": str(day)}, first=100)["adminOrders"]["total"]
    assert later + earlier == len(story.orders) + len(placed)


def test_a_page_takes_two_statements_and_walks_an_index(desk: Desk, shop: Shop, story: Rows) -> None:
    after = desk.data(ORDERS, first=5)["adminOrders"]["endCursor"]
    wanted = {"status": "DELIVERED", "text": "a", "from": "2026-11-01", "to": "2026-11-30"}
    with statements(shop.database.engine) as sent:
        desk.data(ORDERS, filter=wanted, first=50, after=after)
    assert len(sent) == 2, sent


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "variables",
    [
        {"after": "nonsense"},
        {"after": ""},
        {"after": "ä"},
        {"after": "a" * 5000},
        {"after": _cursor("o:1:' OR 1=1")},
        {"after": _cursor("n:12")},
        {"after": _cursor(f"o:-1:{uuid.UUID(int=1).hex}")},
        {"after": _cursor(f"o:٣:{uuid.UUID(int=1).hex}")},
        {"first": 0},
        {"first": -1},
        {"filter": {"from": "yesterday"}},
        {"filter": {"from": "2026-02-30"}},
        {"filter": {"from": "2026-W01-1"}},
        {"filter": {"to": "9999-12-31"}},
        {"filter": {"from": "0001-01-01"}},
        {"filter": {"from": "2026-11-02", "to": "2026-11-01"}},
        {"filter": {"text": "a\x00b"}},
        {"filter": {"text": "\ud800"}},
        {"filter": {"text": "x" * 121}},
    ],
)
def test_wrong_values_are_refused_in_words(desk: Desk, shop: Shop, variables: dict[str, Any]) -> None:
    assert desk.code(ORDERS, **variables) == "BAD_INPUT"


def test_cursors_at_the_edge_of_time_and_huge_numbers_are_harmless(desk: Desk, story: Rows) -> None:
    edge = _cursor(f"o:{10**17 - 1}:{uuid.UUID(int=1).hex}")
    assert len(desk.data(ORDERS, after=edge, first=100)["adminOrders"]["items"]) == len(story.orders)
    assert desk.data(ORDERS, after=_cursor(f"o:0:{uuid.UUID(int=1).hex}"))["adminOrders"]["items"] == []
    assert numbers(desk, text="9" * 18) == numbers(desk, text="9" * 40) == []
    (error,) = desk.run(ORDERS, filter={"status": "BANANA"})["errors"]
    assert error["extensions"]["code"] == "BAD_INPUT"


def test_a_page_has_at_most_a_hundred_orders(desk: Desk, shop: Shop, story: Rows) -> None:
    with shop.database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO orders (id, currency, items_cents, shipping_cents, total_cents, tax_cents, email, ship_name,"
            " ship_line1, ship_postcode, ship_city, ship_country) SELECT gen_random_uuid(), 'EUR', 100, 0, 100, 16,"
            " 'n@x.example', 'New', 'l', 'p', 'c', 'DE' FROM generate_series(1, 60)"
        )
    page = desk.data(ORDERS, first=300)["adminOrders"]
    assert (len(page["items"]), page["hasMore"], page["total"]) == (100, True, len(story.orders) + 60)


def test_an_order_shows_everything_with_six_statements(desk: Desk, shop: Shop, story: Rows) -> None:
    refunded = next(o for o in story.orders if o["status"] == "REFUNDED")
    three = {i["order_id"] for i in story.order_items if i["position"] == 1}
    bigger = next(o for o in story.orders if o["id"] in three and o["status"] == "DELIVERED")
    for order in (refunded, bigger, story.orders[-1]):
        with statements(shop.database.engine) as sent:
            shown = desk.data(ORDER, id=str(order["id"]))["adminOrder"]
        assert len(sent) == 6, sent
        mine = [i for i in story.order_items if i["order_id"] == order["id"]]
        assert [(i["title"], i["quantity"]) for i in shown["items"]] == [(i["title"], i["quantity"]) for i in mine]
        steps = [c["new_status"] for c in story.order_changes if c["order_id"] == order["id"]]
        assert [step["status"] for step in shown["history"]] == steps
        assert len(shown["mails"]) == sum(m["order_id"] == order["id"] for m in story.mails)
        assert len(shown["audit"]) == sum(a["order_id"] == order["id"] for a in story.audit_log)
        assert (shown["ownerKind"] == "account") == order["owner_id"].startswith("account:")
        assert shown["email"] == order["email"]
    whole = desk.data(ORDER, id=str(refunded["id"]))["adminOrder"]
    assert [r["amountCents"] for r in whole["refunds"]] == [refunded["total_cents"]]
    assert (whole["refundableCents"], whole["allowedNext"]) == (0, [])
    assert "/downloads/" in whole["items"][0]["pdf"]["downloadUrl"]


@pytest.mark.parametrize("order_id", ["2aefb754-f35e-429d-b565-61a09ebbcf1b", "100001", "", "' OR 1=1 --", "x" * 4000])
def test_unknown_orders_are_not_found(desk: Desk, order_id: str) -> None:
    assert desk.code(ORDER, id=order_id) == "NOT_FOUND"


def test_an_order_without_its_account_is_still_there(desk: Desk, shop: Shop, story: Rows) -> None:
    order = story.orders[5]
    with shop.database.write() as session:
        session.connection().exec_driver_sql("UPDATE orders SET owner_id = NULL WHERE id = %s", (order["id"],))
    assert desk.data(ORDER, id=str(order["id"]))["adminOrder"]["ownerKind"] == "deleted"
