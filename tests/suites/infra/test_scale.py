"""Scaling out and back on a scaler in memory, under real requests to a small server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from harness.model.observation import Measurement
from harness.model.scenario import Guard
from suites.infra.cluster.protocol import ClusterError, Item
from suites.infra.emit import Speaker
from suites.infra.params import Pressure, Scale
from suites.infra.pressure import PressureRun
from suites.infra.steps.scale import run_scale
from tests.suites.infra.fake_cluster import API, FakeCluster, InfraContext, make_pod, outcome


class Handler(BaseHTTPRequestHandler):
    """`/make` gives an id, `/use/ID` takes it; anything else is a 500."""

    server: Counting

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        known = self.path == "/make" or self.path == "/use/n7"
        self.send_response(200 if known else 500)
        self.end_headers()
        self.wfile.write(b'{"made": {"ids": ["n7"]}}')

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Counting(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.paths: list[str] = []


@pytest.fixture
def server() -> Iterator[Counting]:
    made = Counting()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


MAKE = {"name": "make", "path": "/make", "save": {"id": "made.ids.0"}}
PRESSURE = {"workers": 2, "prepare": [MAKE], "repeat": [{"name": "use", "path": "/use/{id}"}]}


class Scaler(FakeCluster):
    """Adds a pod when the server has been asked often enough, takes it back when it is left alone."""

    def __init__(self, server: Counting, *, out: bool = True, back: bool = True, blind: int = 0) -> None:
        super().__init__(make_pod("a"), make_pod("b"))
        self._server, self._out, self._back, self._blind = server, out, back, blind
        self._seen = self._quiet = 0

    def get(self, kind: str, namespace: str, name: str) -> Item:
        if self._blind and self._seen > 10:
            self._blind -= 1
            raise ClusterError("the API server does not answer")
        if kind == "HorizontalPodAutoscaler":
            now = len(self._server.paths)
            self._quiet = self._quiet + 1 if now == self._seen else 0
            self._seen = now
            self._scale()
            spec = {"minReplicas": 2, "scaleTargetRef": {"name": API}}
            return {"spec": spec, "status": {"conditions": [{"message": "the scaler says so"}]}}
        return super().get(kind, namespace, name)

    def _scale(self) -> None:
        if self._out and self._seen > 20 and not self._quiet:
            self.pods["c"], self.wanted = make_pod("c"), 3
        elif self._back and self._quiet > 2:
            self.pods.pop("c", None)
            self.wanted = 2


def carry_out(
    tmp_path: Path, cluster: Scaler, server: Counting, within: str = "3s", **pressure: object
) -> InfraContext:
    context = InfraContext(tmp_path, {"api": f"http://127.0.0.1:{server.server_port}"})
    params = Scale.model_validate(
        {"hpa": API, "to": 3, "within": within, "back_within": within, "pressure": {**PRESSURE, **pressure}}
    )
    run_scale(params, Speaker("under-test", "press", context), cluster, Guard(), every=0.02)
    return context


def metrics(context: InfraContext) -> set[str]:
    return {one.metric for one in context.of(Measurement)}


def test_out_under_pressure_and_back_without(tmp_path: Path, server: Counting) -> None:
    context = carry_out(tmp_path, Scaler(server), server)
    assert outcome(context) == {f"scale.{API}.out": "passed", f"scale.{API}.back": "passed"}
    assert metrics(context) == {"scale.replicas", "scale.out_time", "scale.back_time"}
    asked = len(server.paths)
    assert asked > 20, "there was pressure"


def test_a_scaler_that_never_moves_is_red_and_its_way_back_unknown(tmp_path: Path, server: Counting) -> None:
    context = carry_out(tmp_path, Scaler(server, out=False), server, within="300ms")
    assert outcome(context) == {f"scale.{API}.out": "failed", f"scale.{API}.back": "skipped"}
    assert "the scaler says so" in context.check(f"scale.{API}.out").message
    assert metrics(context) == {"scale.replicas"}


def test_a_scaler_that_never_comes_back_is_red(tmp_path: Path, server: Counting) -> None:
    context = carry_out(tmp_path, Scaler(server, back=False), server, within="1s")
    assert outcome(context) == {f"scale.{API}.out": "passed", f"scale.{API}.back": "failed"}
    assert metrics(context) == {"scale.replicas", "scale.out_time"}


def test_without_a_good_answer_there_was_no_pressure(tmp_path: Path, server: Counting) -> None:
    wrong = [{"name": "use", "path": "/nothing"}]
    context = carry_out(tmp_path, Scaler(server), server, within="300ms", repeat=wrong, prepare=[])
    assert set(outcome(context).values()) == {"errored"}
    assert "status 500" in context.check(f"scale.{API}.out").message


def test_a_cluster_that_could_not_be_read_makes_the_account_incomplete(tmp_path: Path, server: Counting) -> None:
    from harness.model.observation import Receipt

    context = carry_out(tmp_path, Scaler(server, blind=3), server)
    (receipt,) = [one for one in context.of(Receipt) if one.detector == "scaler"]
    assert not receipt.complete


def test_a_workload_that_does_not_stand_at_its_least_is_not_pressed(tmp_path: Path, server: Counting) -> None:
    cluster = Scaler(server, back=False)
    cluster.pods["c"], cluster.wanted = make_pod("c"), 3
    with pytest.raises(SuiteError, match="has 3 replicas before the pressure"):
        carry_out(tmp_path, cluster, server, within="200ms")
    assert server.paths == []


def test_each_client_prepares_once_and_uses_what_it_saved(server: Counting) -> None:
    base = f"http://127.0.0.1:{server.server_port}"
    with PressureRun(Pressure.model_validate(PRESSURE), base) as run:
        while len(server.paths) < 30:
            pass
    assert server.paths.count("/make") == 2
    assert set(server.paths) == {"/make", "/use/n7"}
    assert run.good == len(server.paths)
    assert not run.troubles
