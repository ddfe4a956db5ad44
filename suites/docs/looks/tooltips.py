"""A help button: by keyboard alone, and as a screen reader hears it."""

from __future__ import annotations

import re

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, expect

from suites.docs.finding import instead, visible
from suites.docs.looks.seen import Seen, judged
from suites.docs.plan import TooltipItem
from suites.docs.world import UnreachableError, World

_WITHIN_MS = 3000
_WORDS = 5  # of a text that explains something
# What the button opens, however it says so.
_OPENED = """button => {
  const named = ["aria-controls", "popovertarget", "aria-details", "aria-describedby"]
    .map(name => button.getAttribute(name)).filter(Boolean)
    .flatMap(ids => ids.split(/\\s+/)).map(id => document.getElementById(id)).filter(Boolean);
  return named.find(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true})) ?? null;
}"""


def try_tooltip(item: TooltipItem, world: World) -> Seen:
    """Opens and closes it without a mouse. The place is left as it was."""
    try:
        page = world.at(item.at)
    except UnreachableError as error:
        return judged([str(error)])
    found = visible(page, "button", item.name)
    if not found.count():
        hint = instead(page, "button", item.name)
        return judged([f"there is no help button “{item.name}” at {item.at}{hint}"], lambda: world.picture_of(item.at))
    problems = [f"“{item.name}” at {item.at} {problem}" for problem in _problems(page, found.first)]
    return judged(problems, lambda: world.picture_of(item.at))


def _problems(page: Page, button: Locator) -> list[str]:
    button.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    if not _holds(lambda: expect(button).to_be_focused(timeout=_WITHIN_MS)):
        return ["is not reached with the tab key"]
    if button.evaluate(_OPENED):
        return ["is open before anybody pressed it"]
    page.keyboard.press("Enter")
    try:
        page.wait_for_function(_OPENED, arg=button.element_handle(), timeout=_WITHIN_MS)
    except PlaywrightError:
        return ["does not open with the Enter key, or nothing ties it to what it opens"]
    problems = _opened(page, button)
    page.keyboard.press("Escape")
    if not _holds(lambda: page.wait_for_function(f"button => !({_OPENED})(button)", arg=button.element_handle(),
                                                 timeout=_WITHIN_MS)):  # fmt: skip
        return [*problems, "does not close with the Escape key"]
    if not _holds(lambda: expect(button).to_be_focused(timeout=_WITHIN_MS)):
        problems.append("does not give the keyboard back when it closes")
    if not _holds(lambda: expect(button).to_have_attribute("aria-expanded", "false", timeout=_WITHIN_MS)):
        problems.append("does not say that it is closed (aria-expanded)")
    return problems


def _opened(page: Page, button: Locator) -> list[str]:
    problems = []
    if not _holds(lambda: expect(button).to_have_attribute("aria-expanded", "true", timeout=_WITHIN_MS)):
        problems.append("does not say that it is open (aria-expanded)")
    opened = page.evaluate_handle(_OPENED, button.element_handle()).as_element()
    if opened is None:
        return [*problems, "closed again by itself"]
    text = " ".join((opened.inner_text() or "").split())
    if len(text.split()) < _WORDS:
        problems.append(f"says no more than “{text}”")
    hrefs = opened.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    if not any(re.match(r"/help/[\w-]+#[\w-]+$", href or "") for href in hrefs):
        problems.append("has no link to the part of the guide that says more")
    page.keyboard.press("Tab")
    inside = opened.evaluate("box => box.contains(document.activeElement)")
    if hrefs and not inside:
        problems.append("has a link that the tab key does not reach next")
    return problems


def _holds(check: object) -> bool:
    try:
        check()  # type: ignore[operator]
    except (AssertionError, PlaywrightError):
        return False
    return True
