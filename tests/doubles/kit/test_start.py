"""Each double starts with one command, says when it is ready, ends on SIGTERM, and refuses production."""

from __future__ import annotations

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
DOUBLES = {"mail": ["--port", "0", "--http-port", "0"], "slack": ["--port", "0"], "pagerduty": ["--port", "0"]}


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOP_", "DOUBLE_"))}
    return kept | more


@contextmanager
def started(name: str, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"system_under_test.doubles.{name}", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def refused(name: str, *arguments: str, **variables: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", f"system_under_test.doubles.{name}", *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", DOUBLES)
def test_a_double_starts_serves_and_ends(name: str) -> None:
    # The port by environment, the rest by command line: both ways lead in.
    variables = {f"DOUBLE_{name.upper()}_{'HTTP_' if name == 'mail' else ''}PORT": "0"}
    arguments = ["--port", "0"] if name == "mail" else []
    with started(name, *arguments, **variables) as (process, line):
        found = re.fullmatch(
            rf"{name} double ready on (?:smtp://127\.0\.0\.1:(\d+) and )?(http://127\.0\.0\.1:\d+)\n", line
        )
        assert found, line
        assert httpx.get(f"{found[2]}/livez", timeout=10).json() == {"status": "live"}
        assert httpx.get(f"{found[2]}/static/double.css", timeout=10).status_code == 200
        if name == "mail":
            with smtplib.SMTP("127.0.0.1", int(found[1]), timeout=10) as sender:
                assert sender.noop()[0] == 250
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("name", DOUBLES)
def test_production_is_refused_in_one_sentence(name: str) -> None:
    status, said = refused(name, *DOUBLES[name], SHOP_ENVIRONMENT="production")
    assert status == 2
    assert re.fullmatch(rf"SHOP_ENVIRONMENT is production: the {name} double refuses to start\.\n", said, re.IGNORECASE)


def test_a_missing_or_wrong_option_is_told() -> None:
    status, said = refused("slack")
    assert status == 2
    assert "--port" in said
    status, said = refused("mail", "--port", "0", "--http-port", "70000")
    assert status == 2
    assert "must be a port between 0 and 65535" in said
    status, said = refused("pagerduty", "--port", "0", DOUBLE_PAGERDUTY_ROUTING_KEYS="too-short-secret=shop")
    assert status == 2
    assert "32 letters or digits" in said
    assert "too-short-secret" not in said


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, said = refused("slack", "--port", str(port))
    assert status == 1
    assert re.fullmatch(rf"The Slack double cannot listen on 127\.0\.0\.1 port {port}: .+\.\n", said)
