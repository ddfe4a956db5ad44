"""Probes, metrics and logs."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.settings import AppSettings
from system_under_test.telemetry.logs import describe_fault, get_logger
from tests.shop.conftest import RunningApp
from tests.shop.helpers import CREATE, REQUEST_PDF, Guest, shop_logging


def metric(client: httpx.Client, line: str) -> float | None:
    """Return the value of the sample whose name and labels are ``line``."""
    for found in client.get("/metrics").text.splitlines():
        if found.startswith(line + " "):
            return float(found.rpartition(" ")[2])
    return None


def test_probes_answer(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "live"}
    assert client.get("/startupz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["dependencies"] == {n: {"status": "ok"} for n in ("database", "queue", "storage")}


@pytest.mark.parametrize(
    ("missing", "changes"),
    [
        ("database", {"database_url": "postgresql://postgres@127.0.0.1:1/postgres"}),
        ("queue", {"queue_url": "redis://127.0.0.1:1/0"}),
        ("storage", {"storage_endpoint": "http://127.0.0.1:1"}),
    ],
)
def test_missing_dependency_is_named_and_the_shop_stays_alive(
    settings: AppSettings, missing: str, changes: dict[str, Any]
) -> None:
    with RunningApp(create_app(settings.model_copy(update=changes))) as running:
        assert httpx.get(running.url + "/livez").status_code == 200
        ready = httpx.get(running.url + "/readyz", timeout=10)
        assert ready.status_code == 503
        states = {name: state["status"] for name, state in ready.json()["dependencies"].items()}
        assert {name for name, state in states.items() if state != "ok"} == {missing}
        assert httpx.get(running.url + "/metrics", timeout=10).status_code == 200
        if missing == "database":
            answer = httpx.post(running.url + "/graphql", json={"query": "query Templates { templates { slug } }"})
            assert answer.status_code == 503
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
            assert "127.0.0.1" not in answer.text
            assert httpx.get(running.url + "/").status_code == 503


def test_requests_are_counted_by_route_not_by_path(guest: Guest) -> None:
    calendar_id = guest.new_calendar()
    line = 'shop_http_requests_total{method="GET",route="/editor/{calendar_id}",status="200"}'
    before = metric(guest.client, line) or 0
    guest.client.get(f"/editor/{calendar_id}")
    guest.client.get("/nowhere/at/all")
    assert metric(guest.client, line) == before + 1
    text = guest.client.get("/metrics").text
    assert 'route="unmatched"' in text
    assert calendar_id not in text
    assert "nowhere" not in text
    assert 'shop_http_request_seconds_bucket{le="0.005",route="/graphql"}' in text


def test_operations_are_counted_by_known_names_only(guest: Guest) -> None:
    line = 'shop_graphql_operation_seconds_count{operation="%s"}'
    before = metric(guest.client, line % "CreateCalendar") or 0, metric(guest.client, line % "other") or 0
    errors = 'shop_graphql_errors_total{code="BAD_INPUT",operation="CreateCalendar"}'
    failed = metric(guest.client, errors) or 0
    guest.data(CREATE, input={"templateSlug": "village-year"})
    guest.run(CREATE, input={"templateSlug": "none"})
    guest.data("query Invented_123 { calendars { id } }")
    assert metric(guest.client, line % "CreateCalendar") == before[0] + 2
    assert metric(guest.client, line % "other") == before[1] + 1
    assert metric(guest.client, errors) == failed + 1
    assert "Invented" not in guest.client.get("/metrics").text


def test_pool_queue_and_jobs_have_gauges(guest: Guest, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.relay, "turn", lambda: 0)
    guest.data(REQUEST_PDF, id=guest.new_calendar())
    assert metric(guest.client, "shop_db_pool_size") == 4
    assert metric(guest.client, "shop_db_pool_in_use") == 0
    assert metric(guest.client, "shop_db_pool_waiting") == 0
    assert metric(guest.client, 'shop_queue_depth{queue="pdf"}') == 0
    assert metric(guest.client, "shop_outbox_pending") == 1
    assert metric(guest.client, 'shop_pdf_jobs_total{outcome="done"}') == 0
    assert metric(guest.client, 'shop_pdf_jobs_total{outcome="failed"}') == 0
    assert metric(guest.client, 'shop_pdf_jobs_unfinished{status="queued"}') == 1


def test_logs_are_json_without_personal_data(capsys: pytest.CaptureFixture[str], guest: Guest) -> None:
    with shop_logging():
        guest.add(guest.new_calendar(title="Aunt Frieda"), text="Aunt Frieda turns 90")
        try:
            raise ValueError("Aunt Frieda")
        except ValueError:
            get_logger("test").exception("broken")
            logging.getLogger("library").exception("broken too")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"route", "method", "status", "ms", "request_id"} <= set(requests[0])
    assert [line["error"]["type"] for line in lines if "error" in line] == ["ValueError", "ValueError"]
    everything = json.dumps(lines)
    assert "Frieda" not in everything
    assert guest.client.cookies["vc_session"][:32] not in everything


def test_fault_is_described_by_type_and_place() -> None:
    try:
        try:
            raise KeyError("inner secret")
        except KeyError as error:
            raise RuntimeError("outer secret") from error
    except RuntimeError as error:
        described = describe_fault(error)
    assert described["type"] == "RuntimeError"
    assert described["cause"] == "KeyError"
    assert "secret" not in json.dumps(described)
    assert "test_operations.py" in described["at"][-1]


def test_production_has_no_console_and_insists_on_https(settings: AppSettings) -> None:
    production = settings.model_copy(update={"environment": type(settings.environment).PRODUCTION})
    with RunningApp(create_app(production)) as running:
        page = httpx.get(running.url + "/")
        assert "max-age" in page.headers["strict-transport-security"]
        assert "secure" in page.headers["set-cookie"].lower()
        assert httpx.get(running.url + "/graphql").status_code == 405
        answer = httpx.post(running.url + "/graphql", json={"query": "{ __schema { types { name } } }"})
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
