"""Products, carts, orders, payments and mail; PDF jobs for items of orders.

Expands only: code that does not know these tables goes on working. Each step can be repeated.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    "products",
    "cart_items",
    "orders",
    "order_items",
    "order_changes",
    "placed_keys",
    "webhook_events",
    "refunds",
    "mails",
)
ITEM_KEY = "fk_pdf_jobs_order_item_id"
ITEM_INDEX = "ix_pdf_jobs_order_item_id"
STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS products (
        slug text NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        paper text NOT NULL,
        price_cents integer NOT NULL,
        position smallint NOT NULL,
        active boolean DEFAULT true NOT NULL,
        CONSTRAINT pk_products PRIMARY KEY (slug),
        CONSTRAINT ck_products_price CHECK (price_cents > 0),
        CONSTRAINT ck_products_paper CHECK (paper IN ('a4', 'a3'))
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS cart_items (
        id uuid NOT NULL,
        owner_id text NOT NULL,
        calendar_id uuid NOT NULL,
        product_slug text NOT NULL,
        quantity smallint NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_cart_items PRIMARY KEY (id),
        CONSTRAINT uq_cart_items_owner_id_calendar_id_product_slug UNIQUE (owner_id, calendar_id, product_slug),
        CONSTRAINT ck_cart_items_quantity CHECK (quantity BETWEEN 1 AND 50),
        CONSTRAINT fk_cart_items_owner_id FOREIGN KEY(owner_id) REFERENCES sessions (id) ON DELETE CASCADE,
        CONSTRAINT fk_cart_items_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendars (id) ON DELETE CASCADE,
        CONSTRAINT fk_cart_items_product_slug FOREIGN KEY(product_slug) REFERENCES products (slug)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_cart_items_calendar_id ON cart_items (calendar_id)",
    """
    CREATE TABLE IF NOT EXISTS orders (
        id uuid NOT NULL,
        number bigint GENERATED ALWAYS AS IDENTITY (START WITH 100001),
        owner_id text,
        status text DEFAULT 'PLACED' NOT NULL,
        currency text NOT NULL,
        items_cents integer NOT NULL,
        shipping_cents integer NOT NULL,
        total_cents integer NOT NULL,
        tax_cents integer NOT NULL,
        refunded_cents integer DEFAULT '0' NOT NULL,
        email text NOT NULL,
        ship_name text NOT NULL,
        ship_line1 text NOT NULL,
        ship_line2 text DEFAULT '' NOT NULL,
        ship_postcode text NOT NULL,
        ship_city text NOT NULL,
        ship_region text DEFAULT '' NOT NULL,
        ship_country text NOT NULL,
        stripe_session_id text,
        stripe_payment_intent text,
        checkout_url text,
        created_at timestamptz DEFAULT now() NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        paid_at timestamptz,
        CONSTRAINT pk_orders PRIMARY KEY (id),
        CONSTRAINT ck_orders_status CHECK (status IN (
            'PLACED', 'PAID', 'IN_PRODUCTION', 'SHIPPED', 'DELIVERED', 'CANCELLED', 'REFUNDED'
        )),
        CONSTRAINT ck_orders_sum CHECK (
            items_cents > 0 AND shipping_cents >= 0 AND total_cents = items_cents + shipping_cents
        ),
        CONSTRAINT ck_orders_refunded CHECK (refunded_cents BETWEEN 0 AND total_cents),
        CONSTRAINT ck_orders_paid CHECK ((paid_at IS NULL) = (status IN ('PLACED', 'CANCELLED'))),
        CONSTRAINT uq_orders_number UNIQUE (number),
        CONSTRAINT fk_orders_owner_id FOREIGN KEY(owner_id) REFERENCES sessions (id) ON DELETE SET NULL,
        CONSTRAINT uq_orders_stripe_session_id UNIQUE (stripe_session_id),
        CONSTRAINT uq_orders_stripe_payment_intent UNIQUE (stripe_payment_intent)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_orders_created_at ON orders (created_at)",
    "CREATE INDEX IF NOT EXISTS ix_orders_owner_id_created_at ON orders (owner_id, created_at)",
    "CREATE INDEX IF NOT EXISTS ix_orders_status_created_at ON orders (status, created_at)",
    """
    CREATE TABLE IF NOT EXISTS order_items (
        id uuid NOT NULL,
        order_id uuid NOT NULL,
        calendar_id uuid,
        position smallint NOT NULL,
        product_slug text NOT NULL,
        product_name text NOT NULL,
        template_slug text NOT NULL,
        title text NOT NULL,
        year smallint NOT NULL,
        quantity smallint NOT NULL,
        unit_price_cents integer NOT NULL,
        document JSONB NOT NULL,
        cover text NOT NULL,
        CONSTRAINT pk_order_items PRIMARY KEY (id),
        CONSTRAINT ck_order_items_quantity CHECK (quantity > 0),
        CONSTRAINT fk_order_items_order_id FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE,
        CONSTRAINT fk_order_items_calendar_id FOREIGN KEY(calendar_id) REFERENCES calendars (id) ON DELETE SET NULL,
        CONSTRAINT fk_order_items_product_slug FOREIGN KEY(product_slug) REFERENCES products (slug)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_order_items_calendar_id ON order_items (calendar_id)",
    "CREATE INDEX IF NOT EXISTS ix_order_items_order_id ON order_items (order_id)",
    """
    CREATE TABLE IF NOT EXISTS order_changes (
        id bigint GENERATED ALWAYS AS IDENTITY,
        order_id uuid NOT NULL,
        old_status text,
        new_status text NOT NULL,
        actor text NOT NULL,
        note text DEFAULT '' NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_order_changes PRIMARY KEY (id),
        CONSTRAINT ck_order_changes_actor CHECK (actor IN ('customer', 'payment', 'worker', 'admin')),
        CONSTRAINT fk_order_changes_order_id FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_order_changes_order_id ON order_changes (order_id)",
    """
    CREATE TABLE IF NOT EXISTS placed_keys (
        owner_id text NOT NULL,
        key text NOT NULL,
        request_digest text NOT NULL,
        order_id uuid NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_placed_keys PRIMARY KEY (owner_id, key),
        CONSTRAINT uq_placed_keys_order_id UNIQUE (order_id),
        CONSTRAINT fk_placed_keys_owner_id FOREIGN KEY(owner_id) REFERENCES sessions (id) ON DELETE CASCADE,
        CONSTRAINT fk_placed_keys_order_id FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS webhook_events (
        id uuid NOT NULL,
        event_id text NOT NULL,
        type text NOT NULL,
        happened_at timestamptz NOT NULL,
        payload JSONB NOT NULL,
        status text DEFAULT 'RECEIVED' NOT NULL,
        attempts smallint DEFAULT '0' NOT NULL,
        note text DEFAULT '' NOT NULL,
        created_at timestamptz DEFAULT now() NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_webhook_events PRIMARY KEY (id),
        CONSTRAINT ck_webhook_events_status CHECK (status IN ('RECEIVED', 'DONE', 'IGNORED', 'FAILED')),
        CONSTRAINT uq_webhook_events_event_id UNIQUE (event_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_webhook_events_status_updated_at ON webhook_events (status, updated_at)",
    """
    CREATE TABLE IF NOT EXISTS refunds (
        id uuid NOT NULL,
        order_id uuid NOT NULL,
        amount_cents integer NOT NULL,
        reason text DEFAULT '' NOT NULL,
        idempotency_key text NOT NULL,
        stripe_refund_id text,
        status text DEFAULT 'REQUESTED' NOT NULL,
        attempts smallint DEFAULT '0' NOT NULL,
        requested_by uuid,
        created_at timestamptz DEFAULT now() NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        CONSTRAINT pk_refunds PRIMARY KEY (id),
        CONSTRAINT ck_refunds_amount CHECK (amount_cents > 0),
        CONSTRAINT ck_refunds_status CHECK (status IN ('REQUESTED', 'DONE', 'FAILED')),
        CONSTRAINT fk_refunds_order_id FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE,
        CONSTRAINT uq_refunds_idempotency_key UNIQUE (idempotency_key),
        CONSTRAINT uq_refunds_stripe_refund_id UNIQUE (stripe_refund_id)
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_refunds_order_id ON refunds (order_id)",
    "CREATE INDEX IF NOT EXISTS ix_refunds_status_updated_at ON refunds (status, updated_at)",
    """
    CREATE TABLE IF NOT EXISTS mails (
        id uuid NOT NULL,
        kind text NOT NULL,
        subject_id uuid NOT NULL,
        order_id uuid NOT NULL,
        status text DEFAULT 'QUEUED' NOT NULL,
        attempts smallint DEFAULT '0' NOT NULL,
        error text,
        created_at timestamptz DEFAULT now() NOT NULL,
        updated_at timestamptz DEFAULT now() NOT NULL,
        sent_at timestamptz,
        CONSTRAINT pk_mails PRIMARY KEY (id),
        CONSTRAINT uq_mails_kind_subject_id UNIQUE (kind, subject_id),
        CONSTRAINT ck_mails_kind CHECK (kind IN ('confirmation', 'shipped', 'refunded')),
        CONSTRAINT ck_mails_status CHECK (status IN ('QUEUED', 'SENT', 'FAILED')),
        CONSTRAINT fk_mails_order_id FOREIGN KEY(order_id) REFERENCES orders (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX IF NOT EXISTS ix_mails_order_id ON mails (order_id)",
    "CREATE INDEX IF NOT EXISTS ix_mails_status_updated_at ON mails (status, updated_at)",
)


def upgrade() -> None:
    """Create the tables."""
    # Foreign keys lock the tables they point to for a moment: rather give up than stand in everybody's way.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for statement in STATEMENTS:
        op.execute(sa.text(statement))
    op.execute(sa.text("ALTER TABLE pdf_jobs ADD COLUMN IF NOT EXISTS order_item_id uuid"))
    op.execute(sa.text(f"ALTER TABLE pdf_jobs DROP CONSTRAINT IF EXISTS {ITEM_KEY}"))
    op.execute(
        sa.text(
            f"ALTER TABLE pdf_jobs ADD CONSTRAINT {ITEM_KEY} FOREIGN KEY (order_item_id)"
            " REFERENCES order_items (id) ON DELETE SET NULL NOT VALID"
        )
    )
    op.execute(sa.text("ALTER TABLE outbox ADD COLUMN IF NOT EXISTS trace_parent text"))
    with op.get_context().autocommit_block():
        op.execute(sa.text(f"ALTER TABLE pdf_jobs VALIDATE CONSTRAINT {ITEM_KEY}"))
        # An index that was interrupted while it was built stays behind invalid.
        op.execute(sa.text(f"DROP INDEX CONCURRENTLY IF EXISTS {ITEM_INDEX}"))
        op.execute(sa.text(f"CREATE UNIQUE INDEX CONCURRENTLY {ITEM_INDEX} ON pdf_jobs (order_item_id)"))


def downgrade() -> None:
    """Drop the tables; only for development."""
    op.drop_column("outbox", "trace_parent")
    op.drop_column("pdf_jobs", "order_item_id")
    for table in reversed(TABLES):
        op.drop_table(table)
