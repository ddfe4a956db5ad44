"""The walk by keyboard: it goes on where the focus is seen, and is red where it is not."""

from __future__ import annotations

import pytest

from suites.e2e.pages.keyboard import Keyboard
from tests.support import clean_browser, needs_browser

PAGE = """<!doctype html><style>:focus-visible {{ outline: 3px solid #2b5f75 }} {style}</style>
<a href="#goal">First</a> <button {first}>Second</button> {more}<button id="goal">Goal</button>"""


def walk(style: str = "", first: str = "", more: str = "", limit: int = 10) -> int:
    with clean_browser() as browser:
        page = browser.new_page()
        page.set_content(PAGE.format(style=style, first=first, more=more))
        keyboard = Keyboard(page)
        keyboard.walk_to(page.get_by_role("button", name="Goal"), limit=limit)
        return keyboard.stops


@needs_browser
@pytest.mark.parametrize(
    "more",
    [
        "",
        "<label>Date <input type=date></label>",  # the browser's own button in it is drawn by the browser
        "<style>.r { opacity: 0 } .r:focus-visible + b { outline: 3px solid }</style>"
        "<label><input class=r type=radio><b>Red</b></label>",
        "<style>.card:has(:focus-visible) { outline: 3px solid } .card input { opacity: 0 }</style>"
        "<label class=card><input type=checkbox>Moon</label>",
        "<style>.f:focus { outline: none; box-shadow: 0 2px 0 red }</style><input class=f>",
        "<div style='height: 3000px'></div>",  # the browser scrolls to what comes below
    ],
)
def test_every_stop_is_seen(more: str) -> None:
    assert walk(more=more) >= 3


NO_OUTLINE = "no outline at button “Second”"
UNSEEN = [
    (NO_OUTLINE, {"style": "button:focus-visible { outline: none }"}),
    (NO_OUTLINE, {"style": "button:focus-visible { outline: 3px solid transparent }"}),
    (NO_OUTLINE, {"style": "button { outline: none !important; box-shadow: 0 1px 2px }"}),
    ("no outline at a “First”", {"style": "a:focus-visible { outline-width: 1px }"}),
    ("button “Second” outside of the window", {"first": "style='position: fixed; left: -500px'"}),
    ("got lost", {"first": "onfocus='this.blur()'"}),
]


@needs_browser
@pytest.mark.parametrize(("sentence", "page"), UNSEEN)
def test_a_stop_that_nobody_sees(sentence: str, page: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suites.e2e.pages.keyboard._SEEN_WITHIN", 0.2)
    with pytest.raises(AssertionError, match=sentence):
        walk(**page)


@needs_browser
def test_what_the_keyboard_cannot_reach() -> None:
    with pytest.raises(AssertionError, match="within 2 stops, got past a “First”, button “Second”"):
        walk(limit=2)


@needs_browser
def test_where_the_page_leads() -> None:
    with clean_browser() as browser:
        page = browser.new_page()
        page.set_content(PAGE.format(style="", first="onclick='this.disabled = true'", more=""))
        keyboard, second = Keyboard(page), page.get_by_role("button", name="Second")
        keyboard.walk_to(second)
        keyboard.expect_at(second, "the second")
        with pytest.raises(AssertionError, match="expected the keyboard to be led to the goal within 0 s, got button"):
            keyboard.expect_at(page.get_by_role("button", name="Goal"), "the goal", seconds=0)
        keyboard.expect_somewhere("nothing")
        keyboard.press("Enter")
        with pytest.raises(AssertionError, match="somewhere on the page after pressing it, got lost"):
            keyboard.expect_somewhere("pressing it")
