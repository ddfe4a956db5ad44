"""What /metrics says about orders, letters, webhooks and the build; and that a scrape stays cheap."""

from __future__ import annotations

import re
import uuid

import httpx
import pytest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from redis import RedisError
from sqlalchemy import event, text

from system_under_test.app.factory import create_app
from system_under_test.app.readings import count_by_status
from system_under_test.app.resources import Shop
from system_under_test.orders.states import OrderStatus
from system_under_test.settings import AppSettings
from system_under_test.telemetry.scrape import Paced, ScrapeCollector
from tests.shop.conftest import RunningApp
from tests.shop.helpers import Guest
from tests.shop.worker.support import place_order

COUNTED_TABLES = ("orders", "pdf_jobs", "webhook_events")


def samples(client: httpx.Client) -> dict[str, float]:
    """Return every sample by its name with labels."""
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            labels = ",".join(f'{k}="{v}"' for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_orders_by_status_and_counters_that_come_from_the_table(client: httpx.Client, shop: Shop) -> None:
    with shop.housekeeping.write() as session:
        session.execute(text("TRUNCATE orders CASCADE"))
        for paid in (True, True, True, False, False):
            place_order(session, paid=paid)
        ids = list(session.scalars(text("SELECT id FROM orders WHERE status = 'PAID' ORDER BY number")))
        session.execute(text("UPDATE orders SET status = 'SHIPPED' WHERE id = :id"), {"id": ids[0]})
        session.execute(text("UPDATE orders SET status = 'REFUNDED' WHERE id = :id"), {"id": ids[1]})
        waiting = session.scalar(text("SELECT id FROM orders WHERE status = 'PLACED' LIMIT 1"))
        session.execute(text("UPDATE orders SET status = 'CANCELLED' WHERE id = :id"), {"id": waiting})
    found = samples(client)
    states = {s.lower(): found[f'shop_orders{{status="{s.lower()}"}}'] for s in OrderStatus}
    assert states == {
        "placed": 1, "paid": 1, "in_production": 0, "shipped": 1, "delivered": 0, "cancelled": 1, "refunded": 1,
    }  # fmt: skip
    assert found["shop_orders_placed_total"] == 5
    assert found["shop_orders_paid_total"] == 3
    with shop.housekeeping.write() as session:
        session.execute(text("TRUNCATE orders CASCADE"))


def test_webhooks_by_outcome(client: httpx.Client, shop: Shop) -> None:
    with shop.housekeeping.write() as session:
        for status in ("RECEIVED", "DONE", "DONE", "IGNORED", "FAILED"):
            session.execute(
                text(
                    "INSERT INTO webhook_events (id, event_id, type, happened_at, payload, status)"
                    " VALUES (:id, :event, 'x', now(), '{}', :status)"
                ),
                {"id": uuid.uuid4(), "event": str(uuid.uuid4()), "status": status},
            )
    found = samples(client)
    assert {o: found[f'shop_webhooks_total{{outcome="{o}"}}'] for o in ("done", "ignored", "failed")} == {
        "done": 2,
        "ignored": 1,
        "failed": 1,
    }
    assert found['shop_webhooks_unfinished{status="received"}'] == 1


def test_build_queues_and_letters(client: httpx.Client) -> None:
    found = samples(client)
    assert [name for name in found if re.match(r'shop_build_info\{python="3\.[\d.]+",release="unreleased"\}', name)]
    for queue in ("pdf", "orders"):
        assert found[f'shop_queue_depth{{queue="{queue}"}}'] >= 0
        assert found[f'shop_queue_age_seconds{{queue="{queue}"}}'] >= 0
    assert {name for name in found if name.startswith("shop_scrape_source_up")} == {
        f'shop_scrape_source_up{{source="{source}"}}' for source in ("queue", "database", "flags")
    }
    families = {f.name for f in text_string_to_metric_families(client.get("/metrics").text)}
    assert {"shop_sign_ins", "shop_token_refreshes", "shop_mail_letters", "shop_rate_limited"} <= families


def test_errors_of_operations_are_told_apart_by_code(guest: Guest) -> None:
    line = 'shop_graphql_errors_total{code="%s",operation="Calendar"}'
    before = samples(guest.client)
    guest.run('query Calendar { calendar(id: "x") { id } }')
    guest.run("query Calendar { nonsense }")
    after = samples(guest.client)
    for code in ("NOT_FOUND", "BAD_INPUT"):
        assert after[line % code] == before.get(line % code, 0) + 1


def test_label_values_come_from_the_code(guest: Guest) -> None:
    strange = uuid.uuid4().hex
    guest.client.get(f"/{strange}")
    guest.client.get(f"/editor/{strange}")
    guest.client.request("WITH" + strange.upper(), f"/{strange}")
    guest.client.post(f"/orders/{strange}", content="x", headers={"content-type": "text/x"})
    guest.run(f"query Q{strange} {{ templates {{ slug }} }}")
    guest.client.post("/graphql", json={"query": "{ templates { slug } }", "operationName": strange})
    assert strange not in guest.client.get("/metrics").text.lower()


def test_scrape_asks_the_database_a_bounded_number_of_times(client: httpx.Client, shop: Shop) -> None:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    shop.flags.forget()
    event.listen(shop.housekeeping.engine, "before_cursor_execute", note)
    try:
        client.get("/metrics")
    finally:
        event.remove(shop.housekeeping.engine, "before_cursor_execute", note)
    assert len(statements) <= 6, statements


def test_counting_needs_no_row_of_a_table(shop: Shop) -> None:
    with shop.housekeeping.engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(text("SET enable_bitmapscan = off"))
        for table in COUNTED_TABLES:
            counting = f"EXPLAIN SELECT status, count(*) FROM {table} GROUP BY status"  # noqa: S608 - names of ours
            plan = "\n".join(connection.scalars(text(counting)))
            assert f"Index Only Scan using ix_{table}_status" in plan
        connection.rollback()
    with shop.housekeeping.read() as session:
        assert set(count_by_status(session)) == {"orders", "pdf_jobs", "webhooks"}


def test_slow_reading_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, reads, took = 100.0, 0, 1.0
    monkeypatch.setattr("system_under_test.telemetry.scrape.time.monotonic", lambda: now)

    def read() -> list[GaugeMetricFamily]:
        nonlocal now, reads
        reads += 1
        now += took
        return [GaugeMetricFamily("x", "x", value=reads)]

    paced = Paced(read)
    paced()
    paced()
    assert reads == 1
    now += 20
    paced()
    assert reads == 2
    took = 0.01
    now += 40
    for _ in range(3):
        paced()
    assert reads == 5, "what is quick is always read anew"


def test_source_that_is_away_is_named_and_the_rest_is_there() -> None:
    def away() -> list[GaugeMetricFamily]:
        raise RedisError

    collector = ScrapeCollector({"queue": away, "flags": lambda: [GaugeMetricFamily("x", "x", value=1)]})
    found = {s.name + str(s.labels): s.value for family in collector.collect() for s in family.samples}
    assert found == {
        "x{}": 1,
        "shop_scrape_source_up{'source': 'queue'}": 0,
        "shop_scrape_source_up{'source': 'flags'}": 1,
    }


def test_release_is_named(settings: AppSettings) -> None:
    with RunningApp(create_app(settings.model_copy(update={"release": "2026.11.23-abc"}))) as running:
        assert 'release="2026.11.23-abc"' in httpx.get(running.url + "/metrics").text
