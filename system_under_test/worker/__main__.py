"""``python -m system_under_test.worker``: carries out jobs until SIGTERM, then finishes the current ones."""

import argparse
import signal
import threading
import time

import dramatiq
from prometheus_client import CollectorRegistry

from system_under_test.db.engine import Database
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.settings import WorkerSettings, load_settings
from system_under_test.telemetry.logs import configure_logs, get_logger
from system_under_test.worker.actors import Workshop, register_actors
from system_under_test.worker.health import serve_health
from system_under_test.worker.queue import make_broker

log = get_logger("system_under_test.worker")
STOP_SECONDS = 60


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.worker", description=__doc__)
    parser.add_argument("--threads", type=int, default=2, help="jobs at the same time")
    parser.add_argument("--health-port", type=int, help="serve /livez and /metrics on this loopback port")
    return parser.parse_args()


def main() -> int:
    """Run the worker; return 0 after an orderly end."""
    arguments = parse_arguments()
    settings = load_settings(WorkerSettings)
    configure_logs()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    registry = CollectorRegistry()
    database = Database(settings, pool_size=arguments.threads + 1)
    store = ObjectStore(settings)
    broker = make_broker(settings.queue_url)
    register_actors(broker, Workshop(database, store, registry))
    try:
        store.check()
    except StorageError:
        log.warning("storage_missing")
    worker = dramatiq.Worker(broker, worker_threads=arguments.threads, worker_timeout=250)
    worker.start()
    if arguments.health_port:
        serve_health(arguments.health_port, worker, registry)
    log.info("worker_ready", threads=arguments.threads)

    stop.wait()
    log.info("worker_stopping")
    started = time.monotonic()
    worker.stop(timeout=STOP_SECONDS * 1000)
    broker.close()
    database.dispose()
    log.info("worker_stopped", seconds=round(time.monotonic() - started, 2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
