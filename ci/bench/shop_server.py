"""The shop's server with two more routes that do the work of a GraphQL read and write by hand, through psycopg alone.

They stand in the same process, behind the same middleware, in the same kind of thread: what is left between them and
the GraphQL operations is the price of GraphQL, validation and the mapper. Started by ``ci/bench/shop.py``.
"""

from __future__ import annotations

import argparse
import json
import uuid
from datetime import date
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from psycopg_pool import ConnectionPool
from starlette.concurrency import run_in_threadpool

from system_under_test.app.factory import create_app
from system_under_test.guests.cookie import COOKIE_NAME, verify
from system_under_test.settings import AppSettings, load_settings
from system_under_test.telemetry.logs import configure_logs

READ_CALENDAR = "SELECT id, title, year, template_slug FROM calendars WHERE id = %s AND session_id = %s"
READ_EVENTS = "SELECT id, date, text, emoji FROM events WHERE calendar_id = %s ORDER BY date, created_at, id"
LOCK = "SELECT year FROM calendars WHERE id = %s AND session_id = %s FOR NO KEY UPDATE"
COUNT = "SELECT count(*) FROM events WHERE calendar_id = %s"
ADD = (
    "INSERT INTO events (id, calendar_id, date, text, emoji)"
    " VALUES (%s, %s, %s, %s, %s) RETURNING id, date, text, emoji"
)


def _event(row: Any) -> dict[str, str]:
    return {"id": str(row[0]), "date": row[1].isoformat(), "text": row[2], "emoji": row[3]}


class Bare:
    """The two operations without anything around them."""

    def __init__(self, settings: AppSettings) -> None:
        self._secret = settings.session_secret.get_secret_value()
        self._pool = ConnectionPool(
            settings.database_url, min_size=4, max_size=settings.pool_size, kwargs={"autocommit": True}, open=True
        )

    def owner(self, request: Request) -> str | None:
        """The guest of a request."""
        return verify(request.cookies.get(COOKIE_NAME), self._secret)

    def read(self, owner: str | None, calendar_id: str) -> bytes:
        """A calendar with its events, as JSON."""
        with self._pool.connection() as connection:
            row = connection.execute(READ_CALENDAR, (calendar_id, owner)).fetchone()
            if row is None:
                raise LookupError
            events = connection.execute(READ_EVENTS, (calendar_id,)).fetchall()
        found = {"id": str(row[0]), "title": row[1], "year": row[2], "templateSlug": row[3]}
        found["events"] = [_event(event) for event in events]
        return json.dumps({"data": {"calendar": found}}).encode()

    def add(self, owner: str | None, body: dict[str, Any]) -> bytes:
        """Add an event under the lock that the shop takes, with the limit that it checks."""
        calendar_id, given = body["calendarId"], body["input"]
        with self._pool.connection() as connection, connection.transaction():
            row = connection.execute(LOCK, (calendar_id, owner)).fetchone()
            count = connection.execute(COUNT, (calendar_id,)).fetchone()
            if row is None or count is None or count[0] >= 1000:
                raise LookupError
            values = (uuid.uuid4(), calendar_id, date.fromisoformat(given["date"]), given["text"], given["emoji"])
            added = connection.execute(ADD, values).fetchone()
        return json.dumps({"data": {"addEvent": _event(added)}}).encode()


def add_bare_routes(app: FastAPI, bare: Bare) -> None:
    """Add ``POST /bare/read`` and ``POST /bare/add``."""

    @app.post("/bare/read")
    async def read(request: Request) -> Response:
        body = json.loads(await request.body())
        answer = await run_in_threadpool(bare.read, bare.owner(request), body["id"])
        return Response(answer, media_type="application/json")

    @app.post("/bare/add")
    async def add(request: Request) -> Response:
        body = json.loads(await request.body())
        answer = await run_in_threadpool(bare.add, bare.owner(request), body)
        return Response(answer, media_type="application/json")


def main() -> None:
    """Serve on loopback until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    settings = load_settings(AppSettings)
    configure_logs()
    app = create_app(settings)
    add_bare_routes(app, Bare(settings))
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, ws="none", server_header=False)


if __name__ == "__main__":
    main()
