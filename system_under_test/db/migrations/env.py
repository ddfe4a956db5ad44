"""Alembic's entry point; the connection is handed over by :mod:`system_under_test.db.migrate`."""

from alembic import context

from system_under_test.db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
