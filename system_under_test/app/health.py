"""Probes and metrics: ``/livez``, ``/readyz``, ``/startupz``, ``/metrics``.

Ready means that calendars can be read, changed and printed. Who is paid, who says who somebody is, and who carries
the letters is no part of it: without them the shop still serves, and ``/status`` says what it cannot do.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from system_under_test.app.answers import json_answer
from system_under_test.app.resources import Shop
from system_under_test.db.migrate import is_enough
from system_under_test.printing.storage import StorageError

CHECK_SECONDS = 4.0


class NotMigratedError(Exception):
    """The database answers but its schema is older than this code."""


def check_database(shop: Shop) -> None:
    """Raise unless the database answers with a schema that this code can work with."""
    with shop.housekeeping.read() as session:
        if not is_enough(session.scalar(text("SELECT version_num FROM alembic_version"))):
            raise NotMigratedError


def make_router(shop: Shop) -> APIRouter:
    """Return the routes of probes and metrics."""
    router = APIRouter()
    # Threads of their own: probes must answer while customers' work fills the others.
    threads = ThreadPoolExecutor(max_workers=6, thread_name_prefix="probe")
    checks: dict[str, Callable[[], None]] = {
        "database": lambda: check_database(shop),
        "queue": shop.gauge.ping,
        "storage": shop.store.check,
    }

    async def run(check: Callable[[], None]) -> str:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await loop.run_in_executor(threads, check)
        except (SQLAlchemyError, RedisError, StorageError, NotMigratedError, TimeoutError) as fault:
            return "timeout" if isinstance(fault, TimeoutError) else type(fault).__name__
        return "ok"

    @router.get("/livez")
    async def livez() -> Response:
        return json_answer({"status": "live"})

    @router.get("/startupz")
    async def startupz() -> Response:
        return json_answer(
            {"status": "started"} if shop.started else {"status": "starting"}, 200 if shop.started else 503
        )

    @router.get("/readyz")
    async def readyz() -> Response:
        if shop.draining:
            # At once: whoever sends customers here must not have to wait for the checks.
            return json_answer({"status": "draining", "dependencies": {}}, 503)
        results = await asyncio.gather(*(run(check) for check in checks.values()))
        states = dict(zip(checks, results, strict=True))
        ready = shop.started and all(state == "ok" for state in states.values())
        body = {
            "status": "ready" if ready else "not ready",
            "dependencies": {
                name: {"status": "ok"} if state == "ok" else {"status": "missing", "error": state}
                for name, state in states.items()
            },
        }
        return json_answer(body, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        loop = asyncio.get_running_loop()
        body = await loop.run_in_executor(threads, generate_latest, shop.metrics.registry)
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    return router
