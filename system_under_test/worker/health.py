"""A small HTTP server of the worker for probes: ``/livez`` and ``/metrics``."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import dramatiq
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST


def serve_health(host: str, port: int, worker: dramatiq.Worker, registry: CollectorRegistry) -> ThreadingHTTPServer:
    """Answer probes in a thread of its own; live means that every worker thread runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/livez":
                alive = all(thread.is_alive() for thread in worker.workers)
                body = b'{"status":"live"}' if alive else b'{"status":"dead"}'
                self._answer(200 if alive else 503, "application/json", body)
            elif self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            else:
                self._answer(404, "application/json", b'{"status":"not found"}')

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes are not worth a log line."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
