"""First slice: guest sessions, templates, calendars, events, PDF jobs, outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def _timestamp(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False)


def upgrade() -> None:
    """Create every table of the first slice."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        _timestamp("created_at"),
    )
    op.create_table(
        "templates",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("accent", sa.Text, nullable=False),
        sa.Column("ink", sa.Text, nullable=False),
        sa.Column("paper", sa.Text, nullable=False),
        sa.Column("second", sa.Text, nullable=False),
        sa.Column("motif", sa.Text, nullable=False),
        sa.Column("position", sa.SmallInteger, nullable=False),
        sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.Column("sample_events", JSONB, nullable=False),
    )
    op.create_table(
        "calendars",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("template_slug", sa.Text, sa.ForeignKey("templates.slug"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        _timestamp("created_at"),
        _timestamp("updated_at"),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 120", name="title_length"),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year_range"),
    )
    op.create_index("ix_calendars_session_id_created_at", "calendars", ["session_id", "created_at"])
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("calendar_id", sa.Uuid, sa.ForeignKey("calendars.id", ondelete="CASCADE"), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("emoji", sa.Text, server_default="", nullable=False),
        _timestamp("created_at"),
        sa.CheckConstraint("char_length(text) BETWEEN 1 AND 200", name="text_length"),
    )
    op.create_index("ix_events_calendar_id_date", "events", ["calendar_id", "date"])
    op.create_table(
        "pdf_jobs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("calendar_id", sa.Uuid, sa.ForeignKey("calendars.id", ondelete="SET NULL")),
        sa.Column("status", sa.Text, server_default="QUEUED", nullable=False),
        sa.Column("attempts", sa.SmallInteger, server_default="0", nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("object_key", sa.Text),
        sa.Column("sha256", sa.Text),
        sa.Column("size_bytes", sa.BigInteger),
        _timestamp("created_at"),
        _timestamp("updated_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')", name="status"),
    )
    op.create_index("ix_pdf_jobs_calendar_id", "pdf_jobs", ["calendar_id"])
    op.create_index("ix_pdf_jobs_status_updated_at", "pdf_jobs", ["status", "updated_at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("job_id", sa.Uuid, nullable=False),
        _timestamp("created_at"),
    )


def downgrade() -> None:
    """Drop everything again; only for development."""
    for table in ("outbox", "pdf_jobs", "events", "calendars", "templates", "sessions"):
        op.drop_table(table)
