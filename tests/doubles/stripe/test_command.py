"""The one command that starts the double."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from system_under_test.doubles.stripe.__main__ import main
from tests.doubles.stripe.helpers import SECRET
from tests.shop.helpers import ROOT

GOOD = {"--port": "1", "--webhook-url": "http://127.0.0.1:9/", "--webhook-secret": SECRET}


def start(options: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHOP_", "DOUBLE_"))}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "system_under_test.doubles.stripe",
            *(part for pair in options.items() for part in pair),
        ],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_production_is_refused_in_one_sentence() -> None:
    ended = start(GOOD, SHOP_ENVIRONMENT="production")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "production" in ended.stderr
    assert ended.stderr.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--webhook-secret", "whsec-0815"),
        ("--api-key", "sk_live_0123456789"),
        ("--webhook-url", "ftp://127.0.0.1/"),
        ("--max-attempts", "0"),
        ("--retry-base", "nan"),
    ],
)
def test_a_wrong_option_is_named_and_no_secret_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    options = {**GOOD, option: value}
    monkeypatch.setattr(sys, "argv", ["stripe", *(part for pair in options.items() for part in pair)])
    monkeypatch.delenv("SHOP_ENVIRONMENT", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert option in told.splitlines()[-1]
    assert "secret" not in option or value not in told
