"""The ledger against the shop's real tables: it reads what is there, finds what should be gone, and writes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from harness.targets.embedded import running_postgres
from suites.e2e.failure import SetupProblem
from suites.e2e.ledger import Entry, ItemRow, Ledger
from system_under_test.db.engine import make_engine
from system_under_test.db.migrate import migrate
from system_under_test.settings import DatabaseSettings

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_postgres(tmp_path_factory.mktemp("postgres")) as address:
        engine = make_engine(DatabaseSettings(database_url=address), pool_size=1)
        migrate(engine)
        engine.dispose()
        yield address


@pytest.fixture
def ledger(url: str) -> Ledger:
    run(url, "TRUNCATE sessions, orders, webhook_events CASCADE")
    return Ledger(url)


def run(url: str, query: str, **values: Any) -> Any:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query, values)  # type: ignore[arg-type]
        return cursor.fetchone() if cursor.description else None


def place(url: str, email: str, at: datetime = NOON, paid_at: datetime | None = None, refunded: int = 0) -> int:
    (number,) = run(
        url,
        """INSERT INTO orders (id, currency, items_cents, shipping_cents, total_cents, tax_cents, refunded_cents, email,
             ship_name, ship_line1, ship_postcode, ship_city, ship_country, status, created_at, updated_at, paid_at,
             stripe_payment_intent)
           VALUES (%(id)s, 'EUR', 1990, 490, 2480, 396, %(refunded)s, %(email)s, 'Anna', 'Lindenweg 7', '10115',
             'Berlin', 'DE', %(status)s, %(at)s, %(at)s, %(paid_at)s, %(intent)s) RETURNING number""",
        id=uuid.uuid4(), email=email, at=at, paid_at=paid_at, refunded=refunded,
        status="PAID" if paid_at else "PLACED", intent=f"pi_{uuid.uuid4().hex}" if paid_at else None,
    )  # fmt: skip
    return int(number)


def test_orders_are_found_by_address_and_number(url: str, ledger: Ledger) -> None:
    first, second = place(url, "anna@example.org"), place(url, "anna@example.org", paid_at=NOON)
    place(url, "bert@example.org")
    assert [one.number for one in ledger.orders_of("anna@example.org")] == [first, second]
    order = ledger.order(second)
    assert (order.status, order.total_cents, order.paid_at) == ("PAID", 2480, NOON)
    with pytest.raises(AssertionError, match="expected order 1 in the database, got 0 of this number"):
        ledger.order(1)


def test_everything_about_one_order(url: str, ledger: Ledger) -> None:
    order, other = (ledger.order(place(url, "anna@example.org", paid_at=NOON)) for _ in range(2))
    run(
        url,
        """INSERT INTO order_items (id, order_id, position, product_slug, product_name, template_slug, title, year,
             quantity, unit_price_cents, document, cover)
           SELECT gen_random_uuid(), %(order)s, 0, slug, name, 'village-year', 'Kitchen', 2027, 2, 1990, '{}', ''
           FROM products WHERE slug = 'a4-wall'""",
        order=order.id,
    )
    for old, new, actor, note in (
        (None, "PLACED", "customer", ""),
        ("PLACED", "PLACED", "payment", "A payment was declined."),
        ("PLACED", "PAID", "payment", ""),
    ):
        run(url, """INSERT INTO order_changes (order_id, old_status, new_status, actor, note)
                    VALUES (%(order)s, %(old)s, %(new)s, %(actor)s, %(note)s)""",
            order=order.id, old=old, new=new, actor=actor, note=note)  # fmt: skip
    for event, status, intent in (("a", "paid", "pi_1"), ("b", "paid", "pi_1"), ("c", "unpaid", "pi_2")):
        run(url, """INSERT INTO webhook_events (id, event_id, type, happened_at, payload) VALUES (gen_random_uuid(),
                    %(event)s, 'checkout.session.completed', now(),
                    jsonb_build_object('order_id', %(order)s::text, 'payment_status', %(status)s::text,
                                       'payment_intent', %(intent)s::text))""",
            event=event, order=order.id, status=status, intent=intent)  # fmt: skip
    run(url, """INSERT INTO mails (id, kind, subject_id, order_id)
                VALUES (gen_random_uuid(), 'confirmation', %(order)s, %(order)s)""", order=order.id)  # fmt: skip
    assert ledger.items_of(order) == [ItemRow("Kitchen", 2027, "A4 wall calendar", 2, 1990)]
    assert ledger.steps_of(order) == [("PLACED", "customer"), ("PAID", "payment")]
    assert ledger.has_note(order, "declined")
    assert not ledger.has_note(order, "100%")
    assert ledger.payments_of(order) == {"pi_1"}
    assert ledger.letters_of(order) == [("confirmation", "QUEUED")]
    assert (ledger.items_of(other), ledger.steps_of(other), ledger.payments_of(other)) == ([], [], set())


def test_the_book_holds_whole_days_in_utc(url: str, ledger: Ledger) -> None:
    day = date(2026, 11, 23)
    before, after = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    place(url, "early@example.org", before)
    place(url, "late@example.org", after, after)
    unpaid = ledger.order(place(url, "unpaid@example.org", datetime(2026, 11, 23, tzinfo=UTC)))
    paid_here = ledger.order(place(url, "a@example.org", before, NOON, refunded=80))
    paid_later = ledger.order(place(url, "b@example.org", NOON, after))
    assert ledger.book(day, day) == {
        unpaid.id: Entry(True, False, 0, 0),
        paid_here.id: Entry(False, True, 2480, 80),
        paid_later.id: Entry(True, False, 0, 0),
    }


def test_accounts(url: str, ledger: Ledger) -> None:
    with pytest.raises(AssertionError, match=r"expected one account of anna@example\.org in the database, got 0"):
        ledger.account_of("anna@example.org")
    account = uuid.uuid4()
    run(url, "INSERT INTO sessions (id) VALUES (%(owner)s)", owner=f"account:{account}")
    run(url, """INSERT INTO accounts (id, owner_id, issuer, subject, email, name)
                VALUES (%(id)s, %(owner)s, 'i', 's', 'anna@example.org', 'Anna')""",
        id=account, owner=f"account:{account}")  # fmt: skip
    assert ledger.account_of("anna@example.org") == str(account)


def test_a_text_is_found_wherever_it_stands(url: str, ledger: Ledger) -> None:
    assert ledger.mentions("50%_'anna") == []
    place(url, "50%_'anna@example.org")
    run(url, """INSERT INTO webhook_events (id, event_id, type, happened_at, payload)
                VALUES (gen_random_uuid(), 'e', 't', now(), '{"deep": [{"who": "50%%_''anna"}]}')""")  # fmt: skip
    assert ledger.mentions("50%_'anna") == ["orders.email", "webhook_events.payload"]


def test_nothing_is_written(ledger: Ledger) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ledger._rows("DELETE FROM orders RETURNING id")


def test_a_database_that_is_not_there_is_not_the_shops_fault() -> None:
    with pytest.raises(SetupProblem, match="the shop's database cannot be read"):
        Ledger("postgresql://postgres@127.0.0.1:9/village_calendar").orders_of("anna@example.org")


def test_an_empty_database_has_not_forgotten_anybody(url: str) -> None:
    run_alone = psycopg.connect(url, autocommit=True)
    run_alone.execute("CREATE DATABASE empty")
    run_alone.close()
    with pytest.raises(SetupProblem, match="no table to look into"):
        Ledger(url.rpartition("/")[0] + "/empty").mentions("anna")
