"""Looking at a page on the way: axe, its picture beside the baseline, and the guides' pictures.

Baselines lie in `suites/e2e/baselines/VIEWPORT/NAME.webp`, at half size; `--take-pictures` writes them anew, together
with the pictures of the guides, which are taken in the same moment: whoever sees that a page has changed since its
baseline sees that the guide's picture of it is stale as well.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from suites.browsing import looks
from suites.browsing.axe import grave_violations
from suites.browsing.pictures import Box, annotate
from suites.browsing.visitor import Visitor
from suites.e2e.journey import Journey, slug_of

VIOLATIONS_METRIC, DIFFERENCE_METRIC = "e2e.a11y.violations", "e2e.visual.difference"
BASELINES = Path(__file__).parent / "baselines"
PICTURES = Path(__file__).parents[2] / "docs" / "help-center" / "pictures"
TAKEN = "taken.json"  # picture → digests of it and of the baseline that was taken with it
_HALF, _QUALITY, _PICTURE_COLOURS = 2, 85, 256
# Every machine has other letters of its own, and with them other line breaks: a baseline is taken in one that the shop
# itself serves. A constructed sheet is what a strict content security policy lets through.
_STILL = """
() => {
  window.launchgateLook = new CSSStyleSheet();
  window.launchgateLook.replaceSync(`
    *, *::before, *::after {
      font-family: "Source Serif 4" !important; caret-color: transparent !important;
      animation: none !important; transition: none !important; scroll-behavior: auto !important;
    }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.launchgateLook];
  return document.fonts.ready.then(() => true);
}
"""
_AGAIN = "() => { document.adoptedStyleSheets = document.adoptedStyleSheets.filter(s => s !== window.launchgateLook) }"


@dataclass(frozen=True)
class Look:
    """Looks at pages in one journey.

    Attributes:
        take: write baselines and pictures anew instead of comparing.
    """

    journey: Journey
    viewport: str
    take: bool

    def at(
        self,
        visitor: Visitor,
        page: str,
        *,
        hide: Sequence[Locator] = (),
        picture: str = "",
        showing: Locator | int | None = None,
        marks: Sequence[Locator] = (),
    ) -> None:
        """axe and the baseline, once per page and viewport of a journey.

        Args:
            page: what the page is called in labels, a slug.
            hide: what differs from run to run, such as order numbers.
            picture: also the guide's picture of this name, on a desk; it stands or falls with the baseline.
            showing: what the guide's picture shows: a part of the page, or so many pixels of the window from its upper
                edge; by default the whole window.
            marks: what the picture frames and numbers.
        """
        labels = {"page": page, "viewport": self.viewport}
        raw = self.journey.folder / f"axe-{page}.json"
        found = grave_violations(visitor.page, raw)
        self.journey.measure(VIOLATIONS_METRIC, float(len(found)), labels)
        self.journey.note(f"{page}: axe", _first(found))
        if found:
            self.journey.evidence.append(raw)
        self._compare(visitor.page, page, hide)
        if picture and self.take and self.viewport == "desktop":
            self._take_picture(visitor.page, f"{self.viewport}/{page}.webp", picture, showing, marks)

    def _compare(self, page: Page, name: str, hide: Sequence[Locator]) -> None:
        seen, baseline = _half(_still_picture(page, hide)), BASELINES / self.viewport / f"{name}.webp"
        if self.take:
            baseline.parent.mkdir(parents=True, exist_ok=True)
            seen.save(baseline, quality=_QUALITY, method=6)
        if not baseline.exists():
            return  # nothing is measured, so the expectation lacks a sample
        with Image.open(baseline) as opened:
            known = opened.convert("RGB")
        differs = looks.difference(known, seen)
        self.journey.measure(DIFFERENCE_METRIC, differs, {"page": name, "viewport": self.viewport})
        if differs > 0:
            self.journey.folder.mkdir(parents=True, exist_ok=True)
            path = self.journey.folder / f"differs-{slug_of(name)}-{self.viewport}.png"
            looks.shown(known, seen).save(path)
            self.journey.evidence.append(path)

    def _take_picture(
        self, page: Page, baseline: str, picture: str, showing: Locator | int | None, marks: Sequence[Locator]
    ) -> None:
        png, corner = _shot(page, showing)
        path = PICTURES / f"{picture}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        annotate(png, [_box(mark, corner) for mark in marks]).quantize(_PICTURE_COLOURS).save(path, optimize=True)
        register = PICTURES / TAKEN
        known = json.loads(register.read_text(encoding="utf-8")) if register.exists() else {}
        known[path.name] = {
            "sha256": digest(path),
            "baseline": baseline,
            "baseline_sha256": digest(BASELINES / baseline),
        }
        register.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


@pytest.fixture
def look(request: pytest.FixtureRequest, journey: Journey) -> Look:
    """Looks at pages of this journey."""
    option = request.config.getoption
    return Look(journey, str(option("--viewport")), bool(option("--take-pictures")))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that makes baselines and pictures."""
    parser.getgroup("journeys").addoption(
        "--take-pictures", action="store_true", help="write the baselines and the guides' pictures anew"
    )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _first(problems: Sequence[str]) -> str:
    more = f" (and {len(problems) - 2} more)" if len(problems) > 2 else ""
    return "; ".join(problems[:2]) + more


def _shot(page: Page, showing: Locator | int | None) -> tuple[bytes, tuple[float, float]]:
    """A picture as a person sees it, and where its upper left corner is in the window."""
    page.mouse.move(0, 0)  # what lies under the mouse looks different
    if isinstance(showing, int):
        page.evaluate("() => { scrollTo(0, 0); document.activeElement?.blur() }")
        width = page.evaluate("() => innerWidth")
        return page.screenshot(animations="disabled", clip={"x": 0, "y": 0, "width": width, "height": showing}), (0, 0)
    if showing is None:
        return page.screenshot(animations="disabled"), (0.0, 0.0)
    png = showing.screenshot(animations="disabled")  # scrolls to it first
    seen = showing.bounding_box()
    return png, (seen["x"], seen["y"]) if seen else (0.0, 0.0)


def _box(mark: Locator, corner: tuple[float, float]) -> Box:
    seen = mark.bounding_box()
    if seen is None:
        raise RuntimeError(f"the picture is to mark {mark}, which is not to be seen")
    return Box(seen["x"] - corner[0], seen["y"] - corner[1], seen["width"], seen["height"])


def _half(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return picture.resize((picture.width // _HALF, picture.height // _HALF), Image.Resampling.LANCZOS)


def _still_picture(page: Page, hide: Sequence[Locator]) -> bytes:
    """The whole page in the shop's own letters, without anything that moves."""
    page.evaluate(_STILL)
    try:
        return page.screenshot(full_page=True, scale="css", animations="disabled", mask=list(hide))
    finally:
        page.evaluate(_AGAIN)
