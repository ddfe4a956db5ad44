"""Audit log and feature flags.

Expands only: code that does not know these tables goes on working. Each step can be repeated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "audit_log",
    "feature_flags",
)
STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS audit_log (
        id bigint GENERATED ALWAYS AS IDENTITY,
        account_id uuid NOT NULL,
        action text NOT NULL,
        order_id uuid,
        details JSONB NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_audit_log PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_audit_log_order_id ON audit_log (order_id)",
    """
    CREATE TABLE IF NOT EXISTS feature_flags (
        name text NOT NULL,
        enabled boolean NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        updated_by uuid,
        CONSTRAINT pk_feature_flags PRIMARY KEY (name)
    )
    """,
)


def upgrade() -> None:
    """Create the tables."""
    # Foreign keys lock the tables they point to for a moment: rather give up than stand in everybody's way.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for statement in STATEMENTS:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Drop the tables; only for development."""
    for table in reversed(TABLES):
        op.drop_table(table)
