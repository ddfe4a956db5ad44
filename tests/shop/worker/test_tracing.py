"""One trace from a request through outbox and queue to the worker, with real processes and a tiny OTLP receiver."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from system_under_test.app.resources import Shop
from system_under_test.telemetry import tracing
from system_under_test.telemetry.logs import get_logger
from system_under_test.telemetry.tracing import add_trace_ids, current_trace_parent, span
from tests.shop.helpers import PDF_JOB, REQUEST_PDF, Guest, answers, free_port, wait_until
from tests.shop.worker.support import Environment, lines_of, process, rows, worker

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Received:
    """Spans as the collector has received them: service, span."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, Any]] = []
        self.lock = threading.Lock()

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        with self.lock:
            for resource in request.resource_spans:
                (service,) = [a.value.string_value for a in resource.resource.attributes if a.key == "service.name"]
                self.spans += [(service, found) for scope in resource.scope_spans for found in scope.spans]

    def of_trace(self, trace_id: str) -> dict[str, tuple[str, Any]]:
        with self.lock:
            return {found.name: (service, found) for service, found in self.spans if found.trace_id.hex() == trace_id}

    def text(self) -> str:
        with self.lock:
            return "\n".join(str(found) for _, found in self.spans)


@contextmanager
def receiver() -> Iterator[tuple[str, Received]]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            received.take(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextmanager
def api(environment: Environment, log: Path) -> Iterator[str]:
    port = free_port()
    with process(environment, log, "-m", "system_under_test.app", "--port", str(port)) as started:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url + "/readyz"))
        yield url
        started.terminate()
        assert started.wait(20) == 0


def print_through(url: str, shop: Shop, text: str) -> str:
    """Ask for a PDF with a ``traceparent`` from outside, and wait until it is done; returns the calendar's id."""
    with httpx.Client(base_url=url, headers={"traceparent": PARENT}, timeout=20) as client:
        guest = Guest(client)
        calendar = guest.new_calendar(title=text)
        job = guest.data(REQUEST_PDF, id=calendar)["requestPdf"]["id"]
        wait_until(lambda: guest.data(PDF_JOB, id=job)["pdfJob"]["status"] == "DONE")
    return calendar


def test_request_queue_and_worker_are_one_trace(still: Shop, worker_environment: Environment, tmp_path: Path) -> None:
    # The relay of the test process is still, so that the one of the API process sends.
    with receiver() as (endpoint, received):
        environment = {**worker_environment, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        logs = tmp_path / "api.log", tmp_path / "worker.log"
        with worker(environment, logs[1]), api(environment, logs[0]) as url:
            calendar = print_through(url, still, "Aunt Frieda")
            wanted = {"graphql RequestPdf", "send make_pdf", "process make_pdf", "render", "store", "POST /graphql"}
            spans = wait_until(lambda: wanted <= (found := received.of_trace(TRACE)).keys() and found)
        services = {name: service for name, (service, _) in spans.items()}
        assert services["POST /graphql"] == services["send make_pdf"] == "village-calendar-api"
        assert services["process make_pdf"] == services["render"] == "village-calendar-worker"
        # Each is a child of the one before.
        way = [spans[name][1] for name in ("graphql RequestPdf", "send make_pdf", "process make_pdf", "render")]
        for parent, child in pairwise(way):
            assert child.parent_span_id == parent.span_id
        servers = {found.span_id: found for _, found in received.spans if found.name == "POST /graphql"}
        server = servers[way[0].parent_span_id]
        assert server.parent_span_id.hex() == PARENT.split("-")[2]
        assert [found.kind for found in (server, *way)] == [2, 1, 4, 5, 1]
        attributes = {a.key: a.value for a in server.attributes}
        assert attributes["http.route"].string_value == "/graphql"
        assert attributes["http.response.status_code"].int_value == 200
        everything = received.text()
        assert "Frieda" not in everything
        assert calendar not in everything
    for log in logs:
        lines = [line for line in lines_of(log) if line.get("trace_id") == TRACE]
        assert lines
        assert all(len(line["span_id"]) == 16 for line in lines)
    assert {"pdf_done"} <= {line["event"] for line in lines_of(logs[1]) if line.get("trace_id") == TRACE}


def test_without_a_collector_the_log_lines_still_find_each_other(
    still: Shop, worker_environment: Environment, tmp_path: Path
) -> None:
    logs = tmp_path / "api.log", tmp_path / "worker.log"
    with worker(worker_environment, logs[1]), api(worker_environment, logs[0]) as url:
        print_through(url, still, "x")
    requests = [line for line in lines_of(logs[0]) if line["event"] == "request" and line["route"] == "/graphql"]
    assert {line["trace_id"] for line in requests} == {TRACE}
    (done,) = [line for line in lines_of(logs[1]) if line["event"] == "pdf_done"]
    assert done["trace_id"] == TRACE


def test_a_collector_that_is_away_holds_nothing_up(
    still: Shop, worker_environment: Environment, tmp_path: Path
) -> None:
    environment = {**worker_environment, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    with worker(environment, tmp_path / "w.log") as started, api(environment, tmp_path / "a.log") as url:
        print_through(url, still, "x")
        started.terminate()
        assert started.wait(20) == 0


@pytest.mark.parametrize("header", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x" * 3000, "00-é-1-01"])
def test_a_bad_traceparent_begins_a_trace_of_its_own(client: httpx.Client, shop: Shop, header: str) -> None:
    assert client.get("/livez", headers={"traceparent": header.encode()}).status_code == 200
    with span("x", parent=header or None):
        own = current_trace_parent()
    assert own is not None
    assert "nonsense" not in own
    assert own.split("-")[1] != "0" * 32


def test_a_fault_is_named_by_type_and_spans_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert current_trace_parent() is None
    seen: list[str] = []

    def broken() -> None:
        with span("x"):
            seen.append(add_trace_ids(get_logger("x"), "info", {})["trace_id"])
            seen.append((current_trace_parent() or "").split("-")[1])
            raise ValueError("secret")

    with pytest.raises(ValueError, match="secret"):
        broken()
    assert seen[0] == seen[1]
    assert current_trace_parent() is None
    assert add_trace_ids(get_logger("x"), "info", {}) == {}
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    before = tracing._provider
    tracing.start_tracing("x")
    assert tracing._provider is before


def test_the_outbox_row_keeps_the_trace(still: Shop, client: httpx.Client) -> None:
    client.headers["traceparent"] = PARENT
    guest = Guest(client)
    guest.data(REQUEST_PDF, id=guest.new_calendar())
    (message,) = rows(still, "outbox")
    assert message.trace_parent.split("-")[1] == TRACE
