"""Settings of calendars: week start, accent, holidays, sky.

Expands only: every column is nullable or has a constant default, which PostgreSQL keeps in its
catalogue instead of rewriting the table, and code that does not know the columns goes on working.
The checks are added without looking at existing rows and validated afterwards, under a lock that
lets reads and writes through. Each step can be repeated after an interruption.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = "calendars"
COLUMNS = (
    ("week_start", "text NOT NULL DEFAULT 'monday'"),
    ("accent", "text"),
    ("holiday_country", "text"),
    ("holiday_region", "text"),
    ("holiday_names", "text NOT NULL DEFAULT 'english'"),
    ("show_moon", "boolean NOT NULL DEFAULT false"),
    ("show_seasons", "boolean NOT NULL DEFAULT false"),
    ("time_zone", "text NOT NULL DEFAULT 'UTC'"),
)
CHECKS = (
    ("week_start", "week_start IN ('monday', 'sunday', 'saturday')"),
    ("accent", "accent ~ '^#[0-9a-f]{6}$'"),
    ("holiday_names", "holiday_names IN ('english', 'local')"),
    ("holiday_place", "holiday_region IS NULL OR holiday_country IS NOT NULL"),
)


def upgrade() -> None:
    """Add the columns, then the checks."""
    # Behind a migration that waits for its lock everybody else waits too: rather give up and be repeated.
    op.execute("SET LOCAL lock_timeout = '3s'")
    added = ", ".join(f"ADD COLUMN IF NOT EXISTS {name} {kind}" for name, kind in COLUMNS)
    op.execute(sa.text(f"ALTER TABLE {TABLE} {added}"))
    for name, rule in CHECKS:
        op.execute(sa.text(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS ck_{TABLE}_{name}"))
        op.execute(sa.text(f"ALTER TABLE {TABLE} ADD CONSTRAINT ck_{TABLE}_{name} CHECK ({rule}) NOT VALID"))
    with op.get_context().autocommit_block():
        for name, _ in CHECKS:
            op.execute(sa.text(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT ck_{TABLE}_{name}"))


def downgrade() -> None:
    """Drop the columns with their checks; only for development."""
    for name, _ in COLUMNS:
        op.drop_column(TABLE, name)
