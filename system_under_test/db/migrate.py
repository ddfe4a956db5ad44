"""``python -m system_under_test.db.migrate``: bring the schema to the newest version, seed templates and products."""

import argparse
import sys
from functools import cache
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from system_under_test.db.engine import make_engine
from system_under_test.products.service import seed_products
from system_under_test.settings import DatabaseSettings, load_settings
from system_under_test.telemetry.logs import configure_logs, get_logger
from system_under_test.templates_catalog.service import seed_templates

# Two deployments that migrate at once wait for each other instead of colliding.
_ADVISORY_LOCK = 7_204_115
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


def migrate(engine: Engine) -> None:
    """Upgrade the schema to the head revision and seed templates and products. Idempotent.

    Raises ``sqlalchemy.exc.OperationalError`` when the database cannot be reached.
    """
    config = _config()
    with engine.connect() as connection:
        for statement in _TIMEOUTS:
            connection.execute(text(statement))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.commit()
        try:
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


def main() -> int:
    """Run the migration, or only show it; return 0, or 1 when the database cannot be reached."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.db.migrate", description=__doc__)
    parser.add_argument("--sql", action="store_true", help="print the SQL of all migrations and change nothing")
    if parser.parse_args().sql:
        print("\n".join(render().values()))
        return 0
    settings = load_settings(DatabaseSettings)
    configure_logs()
    engine = make_engine(settings, pool_size=1)
    try:
        migrate(engine)
    except OperationalError:
        print(
            "The database cannot be reached or refused the migration: check SHOP_DATABASE_URL.",
            file=sys.stderr,
        )
        return 1
    finally:
        engine.dispose()
    get_logger(__name__).info("migrated", revision=head_revision())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
