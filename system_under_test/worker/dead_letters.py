"""``python -m system_under_test.worker.dead_letters``: lists the messages that were given up, and sends them again."""

import argparse
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

import dramatiq
import redis
from dramatiq.errors import DecodeError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from system_under_test.db.engine import Database
from system_under_test.db.outbox import add_message
from system_under_test.mail import service as mail
from system_under_test.printing import service as printing
from system_under_test.settings import WorkerSettings, load_settings
from system_under_test.worker.queue import NAMESPACE, make_client
from system_under_test.worker.routing import ACTOR_QUEUES, QUEUES

# What was given up must be opened before it can be tried again. Events and refunds are never closed by a dead
# letter, since money may have moved: their rows wait on, and are asked about by the upkeep.
_REOPEN: dict[str, Callable[[Session, uuid.UUID], bool]] = {"make_pdf": printing.reopen, "send_mail": mail.reopen}


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message after its last attempt. ``job_id`` is None when the message makes no sense."""

    id: str
    queue: str
    actor: str
    job_id: uuid.UUID | None
    died_at: datetime


def list_dead(client: redis.Redis) -> Iterator[DeadLetter]:
    """Yield the dead letters of all queues, the oldest of each queue first; they are kept for seven days."""
    for queue in QUEUES:
        dead = client.zrange(f"{NAMESPACE}:{queue}.XQ", 0, -1, withscores=True)
        for raw_id, died_ms in cast("list[tuple[bytes, float]]", dead):
            body = cast("bytes | None", client.hget(f"{NAMESPACE}:{queue}.XQ.msgs", raw_id))
            actor, job_id = _read(body)
            yield DeadLetter(raw_id.decode(), queue, actor, job_id, datetime.fromtimestamp(died_ms / 1000, UTC))


def _read(body: bytes | None) -> tuple[str, uuid.UUID | None]:
    try:
        message = dramatiq.Message.decode(body or b"")
        return message.actor_name, uuid.UUID(message.args[0])
    except (DecodeError, ValueError, TypeError, AttributeError, IndexError):
        return "unreadable", None


def send_again(client: redis.Redis, database: Database, letter: DeadLetter) -> bool:
    """Write the message of ``letter`` into the outbox and forget the letter; False when it makes no sense."""
    if letter.job_id is None or letter.actor not in ACTOR_QUEUES:
        return False
    with database.write() as session:
        if letter.actor in _REOPEN:
            _REOPEN[letter.actor](session, letter.job_id)
        add_message(session, letter.actor, letter.job_id)
    # Only now: a letter that is sent twice does no harm.
    forget(client, letter)
    return True


def forget(client: redis.Redis, letter: DeadLetter) -> None:
    """Remove the letter."""
    pipe = client.pipeline()
    pipe.zrem(f"{NAMESPACE}:{letter.queue}.XQ", letter.id)
    pipe.hdel(f"{NAMESPACE}:{letter.queue}.XQ.msgs", letter.id)
    pipe.execute()


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.worker.dead_letters", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="letters to act on; without any, all of them")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--send-again", action="store_true", help="let the work be tried from the beginning")
    what.add_argument("--forget", action="store_true", help="remove the letters; the work stays undone")
    return parser.parse_args()


def main() -> int:
    """Print one JSON object a letter; return 0, or 1 when an id is unknown or something is out of reach."""
    arguments = parse_arguments()
    settings = load_settings(WorkerSettings)
    client = make_client(settings.queue_url)
    database = Database(settings, pool_size=1)
    try:
        letters = [letter for letter in list_dead(client) if not arguments.ids or letter.id in arguments.ids]
        unknown = sorted(set(arguments.ids) - {letter.id for letter in letters})
        for letter in letters:
            done = "dead"
            if arguments.send_again:
                done = "sent again" if send_again(client, database, letter) else "cannot be sent again: forget it"
            elif arguments.forget:
                forget(client, letter)
                done = "forgotten"
            shown = {"id": letter.id, "queue": letter.queue, "actor": letter.actor, "job_id": str(letter.job_id)}
            print(json.dumps({**shown, "died_at": letter.died_at.isoformat(), "state": done}))
    except (redis.RedisError, SQLAlchemyError) as fault:
        print(f"Queue or database do not answer ({type(fault).__name__}); please try again.", file=sys.stderr)
        return 1
    finally:
        database.dispose()
        client.close()
    for name in unknown:
        print(f"There is no dead letter {name}.", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    raise SystemExit(main())
