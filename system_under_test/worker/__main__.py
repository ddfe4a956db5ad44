"""``python -m system_under_test.worker``: carries out jobs until SIGTERM, then finishes the current ones."""

import argparse
import signal
import threading
import time

import dramatiq
from prometheus_client import CollectorRegistry, ProcessCollector

from system_under_test.db.engine import Database
from system_under_test.payments.gateway import Gateway
from system_under_test.printing.storage import ObjectStore, StorageError
from system_under_test.settings import WorkerSettings, load_settings
from system_under_test.telemetry.logs import configure_logs, get_logger
from system_under_test.telemetry.tracing import start_tracing, stop_tracing
from system_under_test.worker.health import serve_health
from system_under_test.worker.jobs import register_jobs
from system_under_test.worker.queue import QueueGauge, make_broker
from system_under_test.worker.routing import QUEUES
from system_under_test.worker.upkeep import Upkeep

log = get_logger("system_under_test.worker")
# Below the half minute that orchestrators give a process. What is not done by then was never acknowledged, and
# comes back to another worker.
STOP_SECONDS = 25


def _queues(text: str) -> set[str]:
    names = {name.strip() for name in text.split(",")}
    if not names <= set(QUEUES):
        raise argparse.ArgumentTypeError(f"the queues are {', '.join(QUEUES)}")
    return names


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.worker", description=__doc__)
    parser.add_argument("--threads", type=int, default=2, help="jobs at the same time")
    parser.add_argument(
        "--queues", type=_queues, default=set(QUEUES), help=f"work for these only, with commas ({', '.join(QUEUES)})"
    )
    parser.add_argument("--health-port", type=int, help="serve /livez and /metrics on this port")
    parser.add_argument("--health-host", default="127.0.0.1", help="and this address; default %(default)s")
    return parser.parse_args()


def main() -> int:
    """Run the worker; return 0 after an orderly end."""
    arguments = parse_arguments()
    settings = load_settings(WorkerSettings)
    configure_logs()
    start_tracing("village-calendar-worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    # A job holds a lock on one connection and works with another; so does the upkeep.
    database = Database(settings, pool_size=2 * arguments.threads + 2)
    store = ObjectStore(settings)
    gateway = Gateway(settings)
    gauge = QueueGauge(settings.queue_url)
    broker = make_broker(settings.queue_url)
    register_jobs(broker, settings, database, store, gateway, registry)
    # Without it the clock of the time limits stands still.
    broker.emit_after("process_boot")
    try:
        store.check()
    except StorageError:
        log.warning("storage_missing")
    worker = dramatiq.Worker(
        broker, queues=arguments.queues, worker_threads=arguments.threads, worker_timeout=250
    )  # fmt: skip
    worker.start()
    upkeep = Upkeep(database, gateway, gauge)
    upkeep.start()
    if arguments.health_port:
        serve_health(arguments.health_host, arguments.health_port, worker, registry)
    log.info("worker_ready", threads=arguments.threads, queues=sorted(arguments.queues))

    stop.wait()
    log.info("worker_stopping")
    started = time.monotonic()
    upkeep.stop()
    worker.stop(timeout=STOP_SECONDS * 1000)
    left = sum(thread.is_alive() for thread in worker.workers)
    broker.close()
    gauge.close()
    database.dispose()
    stop_tracing()
    log.info("worker_stopped", seconds=round(time.monotonic() - started, 2), unfinished=left)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
