"""``python -m system_under_test.admin.demo_data``: fill the shop with customers and orders for a demonstration.

The same --seed and --until write the same rows; a second run with them changes nothing. Finished PDF jobs have
no file in the object store. Refused when SHOP_ENVIRONMENT is production.
"""

import argparse
import sys
from datetime import UTC, datetime

from sqlalchemy.exc import OperationalError, ProgrammingError

from system_under_test.admin.demo_data.write import AlreadyThereError, write_story
from system_under_test.db.engine import Database
from system_under_test.settings import DatabaseSettings, Environment, load_settings


class DemoSettings(DatabaseSettings):
    """What the command needs: the database, and to know that it does not serve customers."""

    environment: Environment


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def main(arguments: list[str] | None = None) -> int:
    """Write the story; return 0, or 2 with a sentence when that is refused or does not work."""
    parser = argparse.ArgumentParser(prog="python -m system_under_test.admin.demo_data", description=__doc__)
    parser.add_argument("--orders", type=int, default=200, help="how many orders (1 to 20000)")
    parser.add_argument("--days", type=int, default=60, help="over how many days (1 to 730)")
    parser.add_argument("--seed", type=int, default=1, help="another number tells another story")
    parser.add_argument("--until", type=_moment, default=None, help="the last moment, ISO 8601, UTC; default: now")
    chosen = parser.parse_args(arguments)
    if not (1 <= chosen.orders <= 20_000 and 1 <= chosen.days <= 730):
        parser.error("--orders must lie between 1 and 20000, --days between 1 and 730")
    settings = load_settings(DemoSettings)
    if settings.environment is Environment.PRODUCTION:
        print("Demonstration data are refused in production: SHOP_ENVIRONMENT is production.", file=sys.stderr)
        return 2
    until = chosen.until or datetime.now(UTC)
    database = Database(settings, pool_size=1)
    try:
        with database.write() as session:
            rows = write_story(session, orders=chosen.orders, days=chosen.days, seed=chosen.seed, until=until)
    except AlreadyThereError:
        print(f"The demonstration data of seed {chosen.seed} are there already; nothing was changed.")
        return 0
    except (OperationalError, ProgrammingError):
        print(
            "The database does not answer or has no tables yet: check SHOP_DATABASE_URL and run"
            " python -m system_under_test.db.migrate first.",
            file=sys.stderr,
        )
        return 2
    finally:
        database.dispose()
    print(f"Wrote {len(rows.orders)} orders, {len(rows.calendars)} calendars, {len(rows.accounts)} accounts.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
