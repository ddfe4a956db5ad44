"""``python -m system_under_test.db.migrate``: bring the schema to the newest version, seed templates and products."""

import argparse
import math
import sys
import time
from functools import cache
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from system_under_test.db.engine import make_engine
from system_under_test.products.service import seed_products
from system_under_test.settings import DatabaseSettings, load_settings
from system_under_test.telemetry.logs import configure_logs, get_logger
from system_under_test.templates_catalog.service import seed_templates

# Two deployments that migrate at once wait for each other instead of colliding.
_ADVISORY_LOCK = 7_204_115
_POLL_SECONDS = 1.0
_TIMEOUTS = ("SET lock_timeout = '30s'", "SET statement_timeout = '60s'")


def _config(migrations: Path | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations or Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def head_revision() -> str:
    """Return the newest revision that this code knows; readiness compares the database with it."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("there are no migrations")
    return head


@cache
def _known_revisions() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def is_enough(revision: str | None) -> bool:
    """Tell whether this code can work with a database at ``revision``, which is None before the first migration.

    Its own head is enough, and so is a revision that it does not know: that is a later release's, and migrations
    only add. Else every pod of the old release would be out of service while the new one is being rolled out, and
    nobody could go back to it.
    """
    return revision is not None and (revision == head_revision() or revision not in _known_revisions())


def migrate(engine: Engine) -> None:
    """Upgrade the schema to the head revision and seed templates and products. Idempotent.

    Leaves a database alone that a later release has migrated.

    Raises ``sqlalchemy.exc.OperationalError`` when the database cannot be reached.
    """
    config = _config()
    with engine.connect() as connection:
        for statement in _TIMEOUTS:
            connection.execute(text(statement))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.commit()
        try:
            if (found := _revision(connection)) is not None and found not in _known_revisions():
                return
            connection.rollback()  # alembic wants to begin its transactions itself
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            with Session(connection) as session, session.begin():
                seed_templates(session)
                seed_products(session)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
            connection.commit()


def _revision(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def schema_revision(engine: Engine) -> str | None:
    """Return the revision that the database is at, None when nobody has migrated it yet.

    Raises ``sqlalchemy.exc.OperationalError`` when the database cannot be reached.
    """
    with engine.connect() as connection:
        return _revision(connection)


def wait_for_schema(engine: Engine, seconds: float) -> str | None:
    """Wait until the schema is enough for this code; return None, or after ``seconds`` why it is not.

    Looks at least once, and from then on once a second. A database that is away is waited for as well.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = schema_revision(engine)
            if is_enough(found):
                return None
            why = (
                f"The schema is at {found or 'no revision'}, this release needs {head_revision()}: run the migrations."
            )
        except OperationalError:
            why = "The database cannot be reached: check SHOP_DATABASE_URL."
        left = deadline - time.monotonic()
        if left <= 0:
            return why
        time.sleep(min(_POLL_SECONDS, left))


def render(migrations: Path | None = None) -> dict[str, str]:
    """Return what each revision would do, as SQL by revision and oldest first, without a database.

    ``migrations`` is another folder of migrations, for those who check one before it belongs to the shop.
    """
    config = _config(migrations)
    found: dict[str, str] = {}
    before = "base"
    for script in reversed(list(ScriptDirectory.from_config(config).walk_revisions())):
        config.output_buffer = StringIO()
        command.upgrade(config, f"{before}:{script.revision}", sql=True)
        timeouts = "".join(f"{statement};\n" for statement in _TIMEOUTS)
        found[script.revision] = timeouts + config.output_buffer.getvalue()
        before = script.revision
    return found


def _seconds(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError("must be seconds between 0 and 3600")
    return number


def _migrate(engine: Engine) -> int:
    try:
        migrate(engine)
    except OperationalError:
        print(
            "The database cannot be reached or refused the migration: check SHOP_DATABASE_URL.",
            file=sys.stderr,
        )
        return 1
    get_logger(__name__).info("migrated", revision=head_revision())
    return 0


def _wait(engine: Engine, seconds: float) -> int:
    if why := wait_for_schema(engine, seconds):
        print(why, file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Run the migration, wait for it, or only show it; return 0, or 1 and a sentence when that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.db.migrate", description=__doc__)
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--sql", action="store_true", help="print the SQL of all migrations and change nothing")
    modes.add_argument(
        "--wait", type=_seconds, metavar="SECONDS", help="change nothing, but wait until somebody else has migrated"
    )
    arguments = parser.parse_args()
    if arguments.sql:
        print("\n".join(render().values()))
        return 0
    settings = load_settings(DatabaseSettings)
    configure_logs()
    engine = make_engine(settings, pool_size=1)
    try:
        return _migrate(engine) if arguments.wait is None else _wait(engine, arguments.wait)
    finally:
        engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
