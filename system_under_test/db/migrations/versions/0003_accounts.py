"""Accounts, sign-ins and refresh tokens.

Expands only: code that does not know these tables goes on working. Each step can be repeated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "accounts",
    "sign_ins",
    "refresh_tokens",
)
STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS accounts (
        id uuid NOT NULL,
        owner_id text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        email text NOT NULL,
        name text NOT NULL,
        role text DEFAULT 'customer' NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_accounts PRIMARY KEY (id),
        CONSTRAINT uq_accounts_issuer_subject UNIQUE (issuer, subject),
        CONSTRAINT ck_accounts_role CHECK (role IN ('customer', 'admin')),
        CONSTRAINT uq_accounts_owner_id UNIQUE (owner_id),
        CONSTRAINT fk_accounts_owner_id FOREIGN KEY(owner_id) REFERENCES sessions (id)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS sign_ins (
        id uuid NOT NULL,
        account_id uuid NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_because text,
        CONSTRAINT pk_sign_ins PRIMARY KEY (id),
        CONSTRAINT fk_sign_ins_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_sign_ins_account_id ON sign_ins (account_id)",
    """
    CREATE TABLE IF NOT EXISTS refresh_tokens (
        digest text NOT NULL,
        sign_in_id uuid NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        used_at timestamptz,
        CONSTRAINT pk_refresh_tokens PRIMARY KEY (digest),
        CONSTRAINT fk_refresh_tokens_sign_in_id FOREIGN KEY(sign_in_id) REFERENCES sign_ins (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_refresh_tokens_sign_in_id ON refresh_tokens (sign_in_id)",
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
