"""The status page: what each check says, that the page costs nothing, and that nothing of the inside is shown."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from redis import RedisError
from sqlalchemy import text

from system_under_test.app.factory import create_app
from system_under_test.app.resources import Shop
from system_under_test.db.engine import Database
from system_under_test.settings import AppSettings
from system_under_test.status import checks
from system_under_test.status.board import StatusBoard
from system_under_test.status.states import Finding, State, worst
from tests.shop.conftest import RunningApp
from tests.shop.helpers import free_port, wait_until

AWAY = f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def answering() -> Iterator[tuple[str, list[str], list[int]]]:
    """A server that notes what is asked; the status of its answers can be changed."""
    asked: list[str] = []
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked, status
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=2) as client:
        yield client


class Ages:
    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds

    def ages(self) -> dict[str, float]:
        if self._seconds is None:
            raise RedisError
        return {"pdf": self._seconds}


class AllOn:
    def __init__(self, *off: str) -> None:
        self._off = off

    def enabled(self, name: str) -> bool:
        return name not in self._off


def test_payments(web: httpx.Client, answering: tuple[str, list[str], list[int]]) -> None:
    url, asked, status = answering
    on: Any = AllOn()
    assert checks.check_payments(web, url, on)[0] is State.OPERATIONAL
    assert asked == ["/healthcheck"]
    # Not known there, but somebody answers.
    status[0] = 404
    assert checks.check_payments(web, url, on)[0] is State.OPERATIONAL
    status[0] = 503
    assert checks.check_payments(web, url, on)[0] is State.DOWN
    assert checks.check_payments(web, AWAY, on)[0] is State.DOWN
    off: Any = AllOn("checkout")
    state, message = checks.check_payments(web, url, off)
    assert state is State.DOWN
    assert "no orders" in message


def test_sign_in(web: httpx.Client, answering: tuple[str, list[str], list[int]]) -> None:
    url, asked, status = answering
    assert checks.check_sign_in(web, url + "/")[0] is State.OPERATIONAL
    assert asked == ["/.well-known/openid-configuration"]
    status[0] = 404
    assert checks.check_sign_in(web, url)[0] is State.DOWN
    assert checks.check_sign_in(web, AWAY)[0] is State.DOWN


@pytest.mark.parametrize(
    ("age", "state"),
    [(0.0, "operational"), (59.0, "operational"), (61.0, "degraded"), (901.0, "down"), (None, "degraded")],
)
def test_printing(age: float | None, state: str) -> None:
    gauge: Any = Ages(age)
    assert checks.check_printing(gauge)[0] == state


def test_mail_goes_by_the_oldest_letter(shop: Shop, settings: AppSettings) -> None:
    assert checks.check_mail(shop.housekeeping)[0] is State.OPERATIONAL
    states = []
    for age in ("1 minute", "10 minutes", "2 hours"):
        with shop.housekeeping.engine.connect() as connection:
            # Never committed: letters belong to orders, and only their age is of interest.
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(
                text(
                    "INSERT INTO mails (id, kind, subject_id, order_id, created_at)"
                    " VALUES (gen_random_uuid(), 'confirmation', gen_random_uuid(), gen_random_uuid(),"
                    " now() - CAST(:age AS interval))"
                ),
                {"age": age},
            )
            one: Any = OneConnection(connection)
            states.append(checks.check_mail(one)[0])
            connection.rollback()
    assert states == [State.OPERATIONAL, State.DEGRADED, State.DOWN]
    away = Database(settings.model_copy(update={"database_url": "postgresql://postgres@127.0.0.1:1/postgres"}))
    assert checks.check_mail(away)[0] is State.DEGRADED
    assert checks.check_shop(away)[0] is State.DOWN
    assert checks.check_shop(shop.housekeeping)[0] is State.OPERATIONAL


class OneConnection:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read(self) -> OneConnection:
        return self

    def __enter__(self) -> Any:
        return self._connection

    def __exit__(self, *_: object) -> None:
        """Leave it open."""


@pytest.fixture
def board(shop: Shop, settings: AppSettings) -> Iterator[StatusBoard]:
    made = StatusBoard(settings, shop.housekeeping, shop.gauge, shop.flags)
    yield made
    made.stop()


def test_board_knows_nothing_at_first_and_everything_after_a_look(board: StatusBoard) -> None:
    assert {f.state for f in board.findings()} == {State.UNKNOWN}
    assert all(f.checked_at is None for f in board.findings())
    board.look()
    states = {f.name: f.state for f in board.findings()}
    assert states == {
        "shop": "operational",
        "payments": "down",
        "printing": "operational",
        "mail": "operational",
        "sign-in": "down",
    }
    assert all(f.checked_at for f in board.findings())


def test_check_that_hangs_is_given_up_and_not_started_twice(
    board: StatusBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("system_under_test.status.board.DEADLINE_SECONDS", 0.2)
    let_go, begun = threading.Event(), []

    def hangs() -> tuple[State, str]:
        begun.append(1)
        let_go.wait(20)
        return State.OPERATIONAL, "late"

    board._checks["shop"] = ("Shop", hangs)
    board.look()
    board.look()
    states = {f.name: f.state for f in board.findings()}
    assert states["shop"] is State.UNKNOWN
    assert states["printing"] is State.OPERATIONAL
    assert len(begun) == 1
    let_go.set()
    wait_until(lambda: board.look() or board.findings()[0].state is State.OPERATIONAL)


def test_old_news_is_no_news(board: StatusBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    board.look()
    monkeypatch.setattr("system_under_test.status.board.STALE_SECONDS", -1)
    assert {f.state for f in board.findings()} == {State.UNKNOWN}


def test_worst_part_decides() -> None:
    def of(*states: State) -> State:
        return worst([Finding("x", "X", state, "", None) for state in states])

    assert of(State.OPERATIONAL, State.OPERATIONAL) is State.OPERATIONAL
    assert of(State.OPERATIONAL, State.UNKNOWN) is State.UNKNOWN
    assert of(State.UNKNOWN, State.DEGRADED, State.OPERATIONAL) is State.DEGRADED
    assert of(State.DOWN, State.DEGRADED) is State.DOWN
    assert of() is State.UNKNOWN


def test_page_and_document_say_the_same(client: httpx.Client, shop: Shop) -> None:
    wait_until(lambda: all(f.checked_at for f in shop.status.findings()))
    document = client.get("/status.json").json()
    page = client.get("/status")
    assert page.status_code == 200
    assert [part["name"] for part in document["parts"]] == ["shop", "payments", "printing", "mail", "sign-in"]
    for part in document["parts"]:
        assert f'data-part="{part["name"]}" data-state="{part["state"]}"' in page.text
        assert part["message"] in page.text
        assert part["checkedAt"] is not None
    assert document["state"] == "down"
    assert document["summary"] in page.text
    assert f"mailto:{document['support']}" in page.text


def test_status_answers_without_database_and_queue_and_shows_nothing_of_the_inside(settings: AppSettings) -> None:
    changes = {
        "database_url": "postgresql://postgres:pw-of-inside@127.0.0.1:1/postgres",
        "queue_url": "redis://127.0.0.1:1/0",
        "storage_endpoint": "http://127.0.0.1:1",
    }
    with RunningApp(create_app(settings.model_copy(update=changes))) as running:
        wait_until(lambda: all(f.checked_at for f in running.shop.status.findings()))
        document = httpx.get(running.url + "/status.json").json()
        page = httpx.get(running.url + "/status")
        assert {part["name"]: part["state"] for part in document["parts"]} == {
            "shop": "down",
            "payments": "down",
            "printing": "degraded",
            "mail": "degraded",
            "sign-in": "down",
        }
        for shown in (page.text, json.dumps(document)):
            for inside in ("127.0.0.1", "Error", "postgres", "redis", "stripe", "Traceback", "pw-of-inside"):
                assert inside.lower() not in shown.lower().replace("/static/", "")


def test_readiness_does_not_depend_on_payment_identity_or_mail(shop: Shop, client: httpx.Client) -> None:
    # In these tests nobody is at home at any of the three.
    ports = {shop.settings.stripe_api_base, shop.settings.oidc_issuer, f"http://127.0.0.1:{shop.settings.smtp_port}"}
    assert ports == {"http://127.0.0.1:9"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["dependencies"]) == {"database", "queue", "storage"}
