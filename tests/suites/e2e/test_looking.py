"""Looking at a page: what axe says, what differs from the baseline, and the guides' pictures with their digests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser
from ruamel.yaml import YAML

from suites.browsing.launch import find_browser, open_browser
from suites.browsing.visitor import Visitor
from suites.e2e import looking
from suites.e2e.journey import Journey
from suites.e2e.looking import BASELINES, PICTURES, TAKEN, Look, digest
from suites.e2e.results import Line, MeasureLine, StepLine
from suites.e2e.suite import JOURNEYS
from tests.support import browser_or_reason, needs_browser

PAGE = """<!doctype html><html lang="en"><head><title>Shop</title></head><body><main>
<h1>Calendars</h1><p id="price">from <b>24</b> euros</p><label>Name <input id="name"></label></main></body></html>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser_or_reason()
    with open_browser(find_browser({})) as opened:
        yield opened


class Stand:
    """A page, and a journey that looks at it."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.lines: list[Line] = []
        self.journey = Journey("tour", folder, [], 60.0, self.lines.append, lambda: 0.0)
        self.visitor = Visitor.enter(browser, "guest", base_url="http://127.0.0.1:9", viewport="desktop", patience=5)
        self.visitor.page.set_content(PAGE)

    def look(self, *, take: bool = False, **more: object) -> dict[str, float]:
        self.lines.clear()
        Look(self.journey, "desktop", take).at(self.visitor, "front", **more)  # type: ignore[arg-type]
        return {line.metric: line.value for line in self.lines if isinstance(line, MeasureLine)}

    def change(self, script: str) -> None:
        self.visitor.page.evaluate(script)

    @property
    def problems(self) -> list[str]:
        return [line.message for line in self.lines if isinstance(line, StepLine) and line.outcome == "failed"]


@pytest.fixture
def stand(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    monkeypatch.setattr(looking, "BASELINES", tmp_path / "baselines")
    monkeypatch.setattr(looking, "PICTURES", tmp_path / "pictures")
    made = Stand(browser, tmp_path / "evidence")
    yield made
    made.visitor.context.close()


@needs_browser
def test_an_unchanged_page_is_green(stand: Stand) -> None:
    stand.look(take=True)
    assert stand.look() == {"e2e.a11y.violations": 0.0, "e2e.visual.difference": 0.0}
    assert stand.problems == []


@needs_browser
def test_a_changed_page_is_measured_and_shown(stand: Stand) -> None:
    stand.look(take=True)
    stand.change("document.querySelector('h1').style.marginLeft = '300px'")
    seen = stand.look()
    assert seen["e2e.visual.difference"] > 0.001
    assert any(path.name == "differs-front-desktop.png" for path in stand.journey.evidence)


@needs_browser
def test_what_differs_from_run_to_run_can_be_hidden(stand: Stand) -> None:
    price = stand.visitor.page.locator("#price b")
    stand.look(take=True, hide=[price])
    stand.change("document.querySelector('#price b').textContent = '42'")
    assert stand.look(hide=[price])["e2e.visual.difference"] == 0.0
    assert stand.look()["e2e.visual.difference"] > 0.0


@needs_browser
def test_without_a_baseline_nothing_is_measured(stand: Stand) -> None:
    assert "e2e.visual.difference" not in stand.look()


@needs_browser
def test_axe_names_rule_and_element_and_the_journey_tells_it_at_its_end(stand: Stand) -> None:
    stand.change("document.querySelector('label').replaceWith(document.querySelector('#name'))")
    stand.change("document.querySelector('h1').style.color = '#eee'")
    assert stand.look()["e2e.a11y.violations"] == 2.0
    (told,) = stand.problems
    assert "color-contrast at h1" in told
    assert "label at #name" in told
    with stand.journey.step("front"):
        pass
    with pytest.raises(AssertionError, match=r"front: axe: .*color-contrast"):
        stand.journey.finish()


@needs_browser
def test_a_page_without_anything_is_not_taken_for_a_good_one(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    from axe_playwright_python.sync_playwright import Axe

    class Blind:
        response: dict[str, object] = {"passes": [], "violations": []}

    monkeypatch.setattr(Axe, "run", lambda *_: Blind)
    with pytest.raises(RuntimeError, match="axe found nothing to look at"):
        stand.look()


@needs_browser
def test_a_picture_and_its_baseline_are_taken_together(stand: Stand, tmp_path: Path) -> None:
    title = stand.visitor.page.locator("h1")
    stand.look(take=True, picture="first", marks=[title])
    known = json.loads((tmp_path / "pictures" / TAKEN).read_text())
    picture, baseline = tmp_path / "pictures/first.png", tmp_path / "baselines/desktop/front.webp"
    assert known == {
        "first.png": {
            "sha256": digest(picture), "baseline": "desktop/front.webp", "baseline_sha256": digest(baseline)
        }
    }  # fmt: skip
    assert size(picture) == (1280, 900)
    stand.look(take=True, picture="close", showing=title, marks=[title])
    assert size(tmp_path / "pictures/close.png")[1] < 100
    before = picture.read_bytes()
    stand.look(picture="first", marks=[title])
    assert picture.read_bytes() == before


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_every_picture_of_the_guides_is_as_old_as_its_baseline() -> None:
    known = json.loads((PICTURES / TAKEN).read_text())
    there = {path.name for path in PICTURES.glob("*.png")}
    assert there == set(known), "run `make pictures`"
    assert there
    for name, taken in known.items():
        assert digest(PICTURES / name) == taken["sha256"], f"{name} was changed by hand; run `make pictures`"
        assert digest(BASELINES / taken["baseline"]) == taken["baseline_sha256"], (
            f"{name} is stale; run `make pictures`"
        )


def test_every_page_that_is_looked_at_has_its_baseline_and_is_asked_for() -> None:
    text = (JOURNEYS / "test_main_pages.py").read_text(encoding="utf-8")
    named = re.findall(r"look\.at\(guest, \"([a-z0-9-]+)\"", re.sub(r"\(\s+", "(", text).replace("\n            ", " "))
    plain = re.findall(r"^    \"([a-z0-9-]+)\": \"/", text, re.MULTILINE)
    pages = {*named, *plain}
    for viewport in ("desktop", "phone"):
        assert {path.stem for path in (BASELINES / viewport).iterdir()} == pages, viewport
    scenario = YAML(typ="safe").load(JOURNEYS.parents[2] / "scenarios/e2e/main-pages.yaml")
    assert {one["min_samples"] for one in scenario["expectations"]} == {2 * len(pages)}
