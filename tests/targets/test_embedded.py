"""The embedded servers start, answer, survive a kill, and are gone afterwards."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest
import redis

from harness.model.errors import TargetError
from harness.targets import binaries, postgres
from harness.targets.embedded import running_postgres, running_valkey, start_on_free_port
from harness.targets.ports import HOST, accepts_connections
from harness.targets.readiness import ServiceFailed, await_ready
from harness.targets.supervisor import Supervisor
from tests.targets.fakes.systems import SERVICE


def port_of(url: str) -> int:
    return int(url.split(":")[-1].split("/")[0])


def test_postgres_answers_and_is_gone_afterwards(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "deep") as dsn:
        with psycopg.connect(dsn) as connection:
            assert connection.execute("select current_user, 1 + 1").fetchone() == ("postgres", 2)
        assert dsn.startswith("postgresql://postgres@127.0.0.1:")
    assert not accepts_connections(HOST, port_of(dsn))
    assert "database system is shut down" in (tmp_path / "deep/postgres.log").read_text()


def test_valkey_answers_and_is_gone_afterwards(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as url:
        with redis.Redis.from_url(url) as client:
            client.set("a", "1")
            assert client.get("a") == b"1"
        assert url.endswith("/0")
    assert not accepts_connections(HOST, port_of(url))


def test_committed_rows_survive_a_killed_server(supervisor: Supervisor, tmp_path: Path) -> None:
    server = postgres.Postgres(supervisor, name="pg", scratch=supervisor.scratch(), log=tmp_path / "pg.log")
    server.prepare()
    handle, port = start_on_free_port(server.start, postgres.await_postgres, 60)
    with psycopg.connect(postgres.create_database(port, "my-shop"), autocommit=True) as connection:
        connection.execute("create table orders as select generate_series(1, 100) as id")
    assert handle.kill() == -9
    assert not postgres.is_ready(port)

    again, port = start_on_free_port(server.start, postgres.await_postgres, 60)
    with psycopg.connect(postgres.url(port, "my-shop")) as connection:
        assert connection.execute("select count(*) from orders").fetchone() == (100,)
    assert again.terminate(10, postgres.STOP_SIGNAL) == 0


def test_another_port_is_tried_when_one_was_taken(supervisor: Supervisor, tmp_path: Path) -> None:
    def start(port: int, takes: int) -> object:
        argv = ["python3", SERVICE, "taken", "--port", str(port), "--count", str(tmp_path / f"n{takes}")]
        return supervisor.spawn([*argv, "--takes", str(takes)], name="s", log=tmp_path / "s.log")

    def ready(handle: object, port: int, within: float) -> None:
        await_ready(handle, lambda: accepts_connections(HOST, port), within)

    _, port = start_on_free_port(lambda p: start(p, 2), ready, 20)
    tried = (tmp_path / "n2").read_text().split()
    assert len(set(tried)) == 3
    assert tried[-1] == str(port)
    with pytest.raises(ServiceFailed, match="already in use"):
        start_on_free_port(lambda p: start(p, 9), ready, 20)
    assert len((tmp_path / "n9").read_text().split()) == 3


def test_programs_are_copied_once_for_everybody_and_no_parent_is_opened(tmp_path: Path) -> None:
    package, cache = tmp_path / "site/pg", tmp_path / "private/cache"
    (package / "pginstall/bin").mkdir(parents=True)
    (package / "pginstall/bin/postgres").write_text("#!")
    (package / "pginstall/bin/postgres").chmod(0o700)
    (tmp_path / "site/pg.libs").mkdir()
    (tmp_path / "site/pg.libs/libpq.so").write_text("lib")
    cache.parent.mkdir(mode=0o700)

    place = binaries._copy_once(package, cache / "pg-1")
    program = place / "pg/pginstall/bin/postgres"
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    assert stat.S_IMODE((place / "pg.libs/libpq.so").stat().st_mode) == 0o644
    assert stat.S_IMODE(cache.parent.stat().st_mode) == 0o700
    program.write_text("kept")
    assert binaries._copy_once(package, cache / "pg-1") == place
    assert program.read_text() == "kept"
    assert os.listdir(cache) == ["pg-1"]


@pytest.mark.parametrize(("what", "package"), [("postgres", "postgresql"), ("valkey", "valkey")])
def test_without_wheel_the_system_is_used_else_the_next_step_is_named(
    what: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose() -> Path:
        return binaries.postgres_programs(tmp_path) if what == "postgres" else binaries.valkey_program()

    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "DEBIAN_SERVERS", tmp_path / "debian")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError) as failed:
        choose()
    assert f"install the package `{package}`" in failed.value.advice

    for name in ("postgres", "initdb", "redis-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert choose() == (tmp_path if what == "postgres" else tmp_path / "redis-server")
