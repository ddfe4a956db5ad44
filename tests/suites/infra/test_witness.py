"""The witness counts exactly what a server loses, keeps its rate while the server hangs, and says when it could not."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from suites.infra.params import Witness
from suites.infra.witness import Sample, WitnessRun


class Shop(ThreadingHTTPServer):
    """Answers by script: `fail` says what becomes of the n-th request (from 1) of a path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[str] = []
        self.connections: set[tuple[str, int]] = set()
        self.fail: dict[int, str] = {}
        self.hang = 0.0
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A cut connection is what the tests want."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Shop

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.seen.append(self.path)
            self.server.connections.add(self.client_address)
            how = self.server.fail.get(len(self.server.seen), "")
        if how == "cut-under-way":
            self.rfile.read(5)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if how == "cut":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        time.sleep(self.server.hang)
        answer = b'{"errors": [{"message": "no"}]}' if how == "graphql" else b'{"data": {"id": 1}}'
        self.send_response(503 if how == "503" else 200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer if body is not None else b"")

    do_POST = do_GET  # noqa: N815  the name that the base class looks for

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def witness(shop: Shop, count: int, **params: object) -> tuple[WitnessRun, list[Sample]]:
    """Runs until `count` requests were due."""
    kinds = [
        {"name": "home", "path": "/"},
        {"name": "write", "path": "/graphql", "graphql": "mutation X { x }"},
    ]
    made = Witness.model_validate({"rate": 100, "requests": kinds, **params})
    began = time.monotonic()
    with WitnessRun(made, f"http://127.0.0.1:{shop.server_port}", lambda: time.monotonic() - began) as run:
        while run.planned < count:
            time.sleep(0.005)
    return run, run.samples()


def test_every_request_is_answered_and_none_is_lost(shop: Shop) -> None:
    run, samples = witness(shop, 40)
    assert len(samples) == run.planned == len(shop.seen) >= 40
    assert [one.lost for one in samples] == [""] * len(samples)
    assert {one.name for one in samples} == {"home", "write"}
    assert {(one.name, one.kept) for one in samples} == {(n, k) for n in ("home", "write") for k in (True, False)}


def test_kept_connections_are_kept_and_the_others_are_not(shop: Shop) -> None:
    _, samples = witness(shop, 60)
    fresh = sum(not one.kept for one in samples)
    assert fresh < len(shop.connections) <= fresh + 8  # a slow moment may open one more per lane


def test_what_is_lost_is_counted_exactly(shop: Shop) -> None:
    shop.fail = {5: "503", 12: "503", 20: "503"}
    _, samples = witness(shop, 40)
    assert [one.lost for one in samples if one.lost] == ["status 503"] * 3


def test_a_cut_connection_is_lost(shop: Shop) -> None:
    shop.fail = {7: "cut"}
    _, samples = witness(shop, 30)
    (lost,) = [one for one in samples if one.lost]
    assert "Error" in lost.lost


def test_an_answer_with_graphql_errors_is_lost(shop: Shop) -> None:
    shop.fail = dict.fromkeys(range(1, 1000), "graphql")
    _, samples = witness(shop, 20)
    assert {one.name: one.lost for one in samples} == {"home": "", "write": "GraphQL: no"}


def test_a_slow_request_is_under_way_for_its_time_and_a_stop_in_the_middle_loses_it(shop: Shop) -> None:
    slow = {"name": "slow", "path": "/", "json": {"text": "x" * 40}, "over": "0.5s"}
    _, samples = witness(shop, 20, requests=[slow, {"name": "home", "path": "/"}])
    assert [one.lost for one in samples] == [""] * len(samples)
    assert max(one.latency for one in samples) < 0.4  # what was waited on purpose is not the server's
    shop.fail = dict.fromkeys(range(1, 1000), "cut-under-way")
    _, samples = witness(shop, 10, requests=[slow])
    assert all(one.lost for one in samples)


def test_what_is_under_way_at_the_disruption_belongs_to_it(shop: Shop) -> None:
    slow = {"name": "slow", "path": "/", "json": {"text": "x" * 40}, "over": "0.5s"}
    made = Witness.model_validate({"rate": 50, "requests": [slow]})
    began = time.monotonic()
    with WitnessRun(made, f"http://127.0.0.1:{shop.server_port}", lambda: time.monotonic() - began) as run:
        while run.planned < 40:
            time.sleep(0.005)
        run.phase = "during"
    phases = [(one.phase, one.due + one.latency + 0.5) for one in run.samples()]
    turned = max(end for phase, end in phases if phase == "before")
    assert {phase for phase, _ in phases} == {"before", "during"}
    assert all(end > turned - 0.2 for phase, end in phases if phase == "during")
    assert sum(phase == "during" for phase, _ in phases) >= 15


def test_nobody_there_is_lost_every_time() -> None:
    server = Shop()
    server.server_close()
    run, samples = witness(server, 10)
    assert len(samples) == run.planned
    assert all("ConnectError" in one.lost for one in samples)


def test_a_slow_answer_does_not_lower_the_rate(shop: Shop) -> None:
    """While one answer takes as long as twenty requests are apart, the twenty are sent all the same."""
    shop.hang = 0.2
    run, samples = witness(shop, 40)
    assert len(samples) == run.planned
    due = [one.due for one in samples]
    assert max(b - a for a, b in itertools.pairwise(due)) == pytest.approx(0.01, abs=1e-6)
    assert min(one.latency for one in samples) >= 0.2


def test_an_answer_that_takes_too_long_is_lost(shop: Shop) -> None:
    shop.hang = 0.3
    _, samples = witness(shop, 5, timeout="100ms")
    assert all(one.lost for one in samples)


def test_the_phase_is_that_of_the_moment_when_a_request_was_due(shop: Shop) -> None:
    made = Witness.model_validate({"rate": 100, "requests": [{"name": "home", "path": "/"}]})
    with WitnessRun(made, f"http://127.0.0.1:{shop.server_port}", time.monotonic) as run:
        while run.planned < 10:
            time.sleep(0.005)
        run.phase = "during"
        while run.planned < 20:
            time.sleep(0.005)
    phases = [one.phase for one in run.samples()]
    assert phases == sorted(phases)
    assert set(phases) == {"before", "during"}
