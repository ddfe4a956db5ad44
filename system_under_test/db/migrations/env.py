"""Alembic's entry point: on the connection of :mod:`system_under_test.db.migrate`, or offline to write the SQL."""

from alembic import context

from system_under_test.db.tables import Base

if context.is_offline_mode():
    # For those who read or check a migration before it runs: `python -m system_under_test.db.migrate --sql`.
    context.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},
        literal_binds=True,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
    )
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        transaction_per_migration=True,
    )
with context.begin_transaction():
    context.run_migrations()
