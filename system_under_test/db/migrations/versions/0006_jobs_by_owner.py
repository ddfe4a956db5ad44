"""PDF jobs are found by their owner, when a guest signs in and when an account is deleted.

Expands only. The step can be repeated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEX = "ix_pdf_jobs_session_id"


def upgrade() -> None:
    """Add the index without holding up those who write."""
    with op.get_context().autocommit_block():
        # An index that was interrupted while it was built stays behind invalid.
        op.execute(sa.text(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}"))
        op.execute(sa.text(f"CREATE INDEX CONCURRENTLY {INDEX} ON pdf_jobs (session_id)"))


def downgrade() -> None:
    """Drop the index; only for development."""
    op.drop_index(INDEX, "pdf_jobs")
