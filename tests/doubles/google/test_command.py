"""The command: it starts, it ends in order, and it says in one sentence why it cannot start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest

from system_under_test.doubles.google.settings import DoubleSettings
from tests.doubles.google.forms import submit
from tests.doubles.google.helpers import ANNA, CLIENT_ID, REDIRECT, SECRET, started_double
from tests.shop.helpers import ROOT, free_port


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOUBLE_GOOGLE_", "SHOP_"))}
    return subprocess.run(
        [sys.executable, "-m", "system_under_test.doubles.google", *arguments],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["production", "Production "])
def test_production_is_refused(name: str) -> None:
    done = run(["--port", str(free_port())], SHOP_ENVIRONMENT=name)
    assert done.returncode == 2
    assert done.stderr == "SHOP_ENVIRONMENT is production: the Google double refuses to start.\n"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "environment", "name"),
    [
        ([], {}, "PORT is missing"),
        (["--port", "0"], {}, "PORT"),
        (["--port", "9", "--issuer", "https://host/path"], {}, "ISSUER"),
        (["--port", "9", "--issuer", "ftp://host"], {}, "ISSUER"),
        (["--port", "9", "--public-url", "http://host/path"], {}, "PUBLIC_URL"),
        (["--port", "9", "--redirect-uri", "callback"], {}, "REDIRECT_URIS"),
        (["--port", "9", "--redirect-uri", "http://host/#there"], {}, "REDIRECT_URIS"),
        (["--port", "9", "--client-id", "a b"], {}, "CLIENT_ID"),
        (["--port", "9"], {"DOUBLE_GOOGLE_CLIENT_SECRET": "top:secret"}, "CLIENT_SECRET"),
    ],
)
def test_wrong_settings_are_named_and_not_shown(arguments: list[str], environment: dict[str, str], name: str) -> None:
    done = run(arguments, **environment)
    assert done.returncode == 2
    assert done.stderr.startswith(f"The Google double cannot start: DOUBLE_GOOGLE_{name}")
    assert done.stderr.count("\n") == 1
    assert "top:secret" not in done.stderr


def test_environment_starts_it_options_win_and_sigterm_ends_it() -> None:
    port = free_port()
    environment = {
        "DOUBLE_GOOGLE_PORT": "1",
        "DOUBLE_GOOGLE_ISSUER": f"http://localhost:{port}/",
        "DOUBLE_GOOGLE_CLIENT_ID": "by-environment",
        "DOUBLE_GOOGLE_CLIENT_SECRET": "s3cret",
        "DOUBLE_GOOGLE_REDIRECT_URIS": "http://127.0.0.1:9/one, http://127.0.0.1:9/two",
    }
    with started_double(port, [], environment) as double:
        for path in ("one", "two"):
            client = double.client(
                issuer=f"http://localhost:{port}",
                client_id="by-environment", secret="s3cret", redirect_uri=f"http://127.0.0.1:9/{path}",
            )  # fmt: skip
            assert client.sign_in()[1]["iss"] == f"http://localhost:{port}"
        double.process.send_signal(signal.SIGTERM)
        assert double.process.wait(10) == 0


def test_browsers_may_reach_it_by_another_address_than_programs_do() -> None:
    port = free_port()
    issuer, public = f"http://localhost:{port}", f"http://127.0.0.1:{port}"
    options = ["--issuer", issuer, "--public-url", public, "--client-id", CLIENT_ID, "--redirect-uri", REDIRECT]
    with started_double(port, options, {"DOUBLE_GOOGLE_CLIENT_SECRET": SECRET}) as double:
        client = double.client(issuer=issuer)
        endpoints = {name: url for name, url in client.metadata.items() if name.endswith(("_endpoint", "_uri"))}
        assert endpoints.pop("authorization_endpoint").startswith(f"{public}/o/oauth2/")
        assert endpoints
        assert all(url.startswith(f"{issuer}/") for url in endpoints.values())
        callback = submit(client.begin().url, ANNA)
        assert parse_qs(urlsplit(callback).query)["iss"] == [issuer]
        assert client.sign_in()[1]["iss"] == issuer


def test_without_a_public_url_browsers_go_to_the_issuer() -> None:
    settings = DoubleSettings(port=9, issuer="https://accounts.test")
    assert settings.browser_url == "https://accounts.test"
    assert DoubleSettings(port=9, public_url="https://browser.test/").browser_url == "https://browser.test"


def test_taken_port_is_a_failure() -> None:
    with started_double(port := free_port(), [], {}):
        done = run(["--port", str(port)])
    assert done.returncode not in (0, 2)
    assert "address already in use" in done.stderr.lower()


@pytest.mark.parametrize(
    ("host", "issuer"),
    [
        ("127.0.0.1", "http://127.0.0.1:9"),
        ("0.0.0.0", "http://127.0.0.1:9"),  # noqa: S104 - not bound
        ("::", "http://[::1]:9"),
        ("::1", "http://[::1]:9"),
    ],
)
def test_issuer_follows_the_host(host: str, issuer: str) -> None:
    assert DoubleSettings(host=host, port=9).issuer_url == issuer
