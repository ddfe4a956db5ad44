"""Migrations as SQL, without a database, held against squawk: nothing that locks out customers or breaks old code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from system_under_test.db import migrate
from tests.shop.helpers import ROOT

MIGRATIONS = ROOT / "system_under_test" / "db" / "migrations"
CONFIG = ROOT / "system_under_test" / "db" / ".squawk.toml"
SQUAWK = Path(sys.executable).with_name("squawk")
SQL = migrate.render()

PLANTED = '''
"""Planted."""

import sqlalchemy as sa
from alembic import op

revision = "planted"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {step}
'''


def lint(sql: str, folder: Path) -> set[str]:
    """Return the names of the rules that the SQL of one migration breaks."""
    # What stands before the first revision makes the table of alembic itself.
    timeouts, _, rest = sql.partition("BEGIN;")
    if "-- Running upgrade  ->" in rest:
        rest = rest[rest.index("-- Running upgrade  ->") :]
    path = folder / "migration.sql"
    path.write_text(f"{timeouts}BEGIN;\n{rest}")
    done = subprocess.run(
        [SQUAWK, "--config", CONFIG, "--reporter", "json", path], capture_output=True, text=True, check=False
    )
    found = {entry["rule_name"] for entry in json.loads(done.stdout)}
    assert bool(found) == (done.returncode != 0), done.stderr
    return found


@pytest.mark.parametrize("revision", SQL)
def test_migration_keeps_the_rules(revision: str, tmp_path: Path) -> None:
    assert lint(SQL[revision], tmp_path) == set()


def test_every_migration_is_rendered() -> None:
    files = {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py")}
    assert set(SQL) == files
    assert list(SQL)[-1] == migrate.head_revision()
    assert all(re.search(r"\b(?:CREATE|ALTER)\b", sql) for sql in SQL.values())


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ('op.add_column("orders", sa.Column("gift", sa.Text(), nullable=False))', "adding-required-field"),
        ('op.create_index("ix_orders_email", "orders", ["email"])', "require-concurrent-index-creation"),
        ('op.drop_column("orders", "email")', "ban-drop-column"),
        ('op.alter_column("orders", "email", new_column_name="mail")', "renaming-column"),
        ('op.alter_column("orders", "currency", type_=sa.String(3))', "changing-column-type"),
        ('op.drop_table("mails")', "ban-drop-table"),
        (
            'op.create_foreign_key("fk_x", "mails", "orders", ["subject_id"], ["id"])',
            "adding-foreign-key-constraint",
        ),
        ('op.create_check_constraint("ck_x", "orders", "total_cents > 0")', "constraint-missing-not-valid"),
        ('op.alter_column("orders", "owner_id", nullable=False)', "adding-not-nullable-field"),
    ],
)
def test_planted_migration_is_found(step: str, rule: str, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    planted = PLANTED.format(before=migrate.head_revision(), step=step)
    (folder / "versions" / "planted.py").write_text(planted.lstrip())
    assert rule in lint(migrate.render(folder)["planted"], tmp_path)


def open_exceptions(sql: str) -> list[str]:
    """Return what the excluded rules would have found and no step beside it makes good."""
    problems = []
    for match in re.finditer(r"DROP CONSTRAINT (?:IF EXISTS )?(\w+)", sql):
        if f"ADD CONSTRAINT {match.group(1)} " not in sql[match.end() :]:
            problems.append(f"{match.group(1)} is dropped for good")
    for match in re.finditer(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+)", sql):
        if f"DROP INDEX CONCURRENTLY IF EXISTS {match.group(1)};" not in sql[: match.start()]:
            problems.append(f"{match.group(1)} would stay invalid")
    return problems


@pytest.mark.parametrize("revision", SQL)
def test_exceptions_are_made_good(revision: str) -> None:
    assert open_exceptions(SQL[revision]) == []


def test_exceptions_that_are_not_made_good_are_found() -> None:
    assert open_exceptions("ALTER TABLE a DROP CONSTRAINT ck_a_b;")
    assert open_exceptions("CREATE INDEX CONCURRENTLY ix ON a (b);")
    assert not open_exceptions("ALTER TABLE a DROP CONSTRAINT x; ALTER TABLE a ADD CONSTRAINT x CHECK (b > 0);")


def test_sql_can_be_read_before_it_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "system_under_test.db.migrate", "--sql"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "CREATE TABLE IF NOT EXISTS orders" in done.stdout
