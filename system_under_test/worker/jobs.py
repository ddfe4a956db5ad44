"""Everything that the worker can do, with its pauses and limits. Every job may be carried out more than once."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

import dramatiq
from dramatiq.middleware import Retries
from prometheus_client import CollectorRegistry

from system_under_test.db.engine import Database
from system_under_test.mail.postman import Postman
from system_under_test.payments import work
from system_under_test.payments.gateway import Gateway
from system_under_test.printing.storage import ObjectStore
from system_under_test.settings import WorkerSettings
from system_under_test.worker.actors import Workshop
from system_under_test.worker.errors import GivenUpError
from system_under_test.worker.middleware import MeasureJobs
from system_under_test.worker.routing import queue_of

Job = Callable[[str], None]

# Milliseconds. Pauses double between the two backoffs, with jitter. What has a row of its own counts its attempts
# there; ``max_retries`` then only ends what cannot even reach its row. A lower priority number goes first.
_LIMITS: Mapping[str, Mapping[str, Any]] = {
    "make_pdf": {"min_backoff": 1_000, "max_backoff": 20_000, "max_retries": 20, "time_limit": 60_000, "priority": 10},
    # The postman names its own pauses, and looks more than once whether the PDFs are there.
    "send_mail": {"min_backoff": 1_000, "max_backoff": 60_000, "max_retries": 60, "time_limit": 90_000},
    "handle_webhook": {"min_backoff": 500, "max_backoff": 30_000, "max_retries": 25, "time_limit": 30_000},
    "carry_out_refund": {"min_backoff": 2_000, "max_backoff": 60_000, "max_retries": 15, "time_limit": 60_000},
    "delete_object": {"min_backoff": 2_000, "max_backoff": 300_000, "max_retries": 15, "time_limit": 30_000},
}


def register(broker: dramatiq.Broker, jobs: Mapping[str, Job]) -> None:
    """Declare ``jobs`` (actor to function) on ``broker``; after GivenUpError there is no further attempt."""
    for name, job in jobs.items():
        declare = dramatiq.actor(
            broker=broker, actor_name=name, queue_name=queue_of(name), throws=(GivenUpError,), **_LIMITS[name]
        )
        declare(job)


def register_jobs(
    broker: dramatiq.Broker,
    settings: WorkerSettings,
    database: Database,
    store: ObjectStore,
    gateway: Gateway,
    registry: CollectorRegistry,
) -> None:
    """Declare all jobs of the shop on ``broker``, measured into ``registry``."""
    workshop = Workshop(database, store, registry)
    postman = Postman(settings, database, registry)

    def handle_webhook(row_id: str) -> None:
        work.handle_webhook(database, uuid.UUID(row_id))

    def carry_out_refund(refund_id: str) -> None:
        work.carry_out_refund(database, gateway, uuid.UUID(refund_id))

    # Before the retries, so that its look at the outcome comes after them.
    broker.add_middleware(MeasureJobs(registry), before=Retries)
    register(
        broker,
        {
            "make_pdf": workshop.make_pdf,
            "delete_object": workshop.delete_object,
            "send_mail": postman.send_mail,
            "handle_webhook": handle_webhook,
            "carry_out_refund": carry_out_refund,
        },
    )
