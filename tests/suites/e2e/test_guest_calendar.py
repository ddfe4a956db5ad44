"""The real journey in a real browser, against the fake shop: green when all is well, red for each fault."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from harness.model.observation import Measurement
from suites.e2e.suite import EndToEndSuite
from tests.suites.context import FakeContext, planned
from tests.suites.e2e.fake_shop import fake_shop
from tests.support import needs_browser


def walk(root: Path, url: str, settings: dict[str, str] | None = None, **params: object) -> FakeContext:
    context = FakeContext(root, {"api": url}, settings)
    step = {"select": ["guest-calendar"], "patience": "1500ms", **params}
    EndToEndSuite().run(planned("e2e", [{"id": "walk", "journeys": step}], duration=120), context)
    return context


@needs_browser
@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_green(tmp_path: Path, viewport: str) -> None:
    with fake_shop() as shop:
        seen = walk(tmp_path, shop.url, viewport=viewport, patience="8s")
    check = seen.check("guest-calendar" if viewport == "desktop" else "guest-calendar@phone")
    assert (check.outcome, check.message) == ("passed", "")
    kinds = [path.rpartition(".")[2] for path in check.evidence]
    assert sorted(set(kinds)) == ["jpg", "pdf"]  # milestones only: traces are kept for failures
    assert all((seen.root / path).stat().st_size > 0 for path in check.evidence)
    assert seen.receipt().complete
    assert seen.of(Measurement)[0].value == check.duration > 0


FAULTS = {
    "event-never-shown": "“add events with emoji”: expected the preview to show “Grandma turns 80”, got Preview",
    "save-500": "expected the editor to say “Saved”, got Not saved; meanwhile POST /events/",
    "console-error": "“add events with emoji”: expected no error in the browser's console, got error: planted error",
    "not-kept": "at step “find everything again after a reload”: expected the preview to show “Grandma's party”",
    "no-pdf": "at step “download the PDF”: expected a file that begins with %PDF-, got b'<html'",
    "seen-by-all": "at step “another guest does not see it”: expected another guest to be told 404",
    "home-500": "at step “open the home page”: expected the home page with status 200, got 500",
}


@needs_browser
@pytest.mark.parametrize(("fault", "sentence"), FAULTS.items(), ids=FAULTS.keys())
def test_red(tmp_path: Path, fault: str, sentence: str) -> None:
    with fake_shop(fault) as shop:
        seen = walk(tmp_path, shop.url)
    check = seen.check("guest-calendar")
    assert check.outcome == "failed"
    assert sentence in check.message
    assert seen.receipt().complete
    by_name = {Path(path).name: seen.root / path for path in check.evidence}
    assert by_name["guest-page.png"].read_bytes().startswith(b"\x89PNG")
    assert "trace.trace" in zipfile.ZipFile(by_name["guest-trace.zip"]).namelist()
    assert check.message in by_name["failure.txt"].read_text(encoding="utf-8")
    console, network = (by_name[f"guest-{kind}.log"].read_text(encoding="utf-8") for kind in ("console", "network"))
    assert ("planted error" in console) == (fault == "console-error")
    assert ("answered 500" in network) == (fault in ("save-500", "home-500"))


@needs_browser
def test_a_console_error_can_be_allowed(tmp_path: Path) -> None:
    with fake_shop("console-error") as shop:
        seen = walk(tmp_path, shop.url, allow_console=["planted error"], patience="8s")
    assert seen.check("guest-calendar").outcome == "passed"


@needs_browser
def test_a_shop_that_was_never_there_is_not_blamed(tmp_path: Path) -> None:
    check = walk(tmp_path, "http://127.0.0.1:9").check("guest-calendar")
    assert check.outcome == "errored"
    assert "setup: nothing answers at http://127.0.0.1:9" in check.message


def test_a_browser_that_does_not_start_is_not_the_shops_fault(tmp_path: Path) -> None:
    with fake_shop() as shop:
        seen = walk(tmp_path, shop.url, {"browser": sys.executable})
    check = seen.check("guest-calendar")
    assert check.outcome == "errored"
    assert "setup: the browser does not start" in check.message
    assert seen.receipt().complete is False
