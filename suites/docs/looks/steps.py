"""Numbered steps, carried out to the letter."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page

from suites.browsing.visitor import Visitor
from suites.docs.finding import instead, visible
from suites.docs.looks.seen import Seen
from suites.docs.plan import Act, StepItem, StepsItem
from suites.docs.world import World

_PATIENCE_MS = 20_000  # what a guide lets a reader wait for, such as a PDF, may take so long


def carry_out(item: StepsItem, world: World) -> Iterator[tuple[str, Seen]]:
    """(check, what was seen) for every step: after the first one that fails nobody can go on."""
    visitor = world.reader(f"reader-of-{item.guide}")
    visitor.page.goto("/")
    failed = ""
    for step in item.steps:
        if failed:
            yield step.check, Seen("skipped", f"{step.where}: not reached, because {failed} did not work")
            continue
        problem = _take(step, visitor)
        if not problem:
            yield step.check, Seen("passed")
            continue
        failed = step.where
        yield step.check, Seen("failed", problem, tuple(visitor.keep(world.folder / f"steps-{item.guide}")))


def _take(step: StepItem, visitor: Visitor) -> str:
    """Does what the step says. Returns what went wrong."""
    if not step.acts:
        return f"{step.where}: the step names nothing on the screen, so nobody can check it"
    for act in step.acts:
        page = visitor.context.pages[-1]  # a link may have opened a tab of its own
        found = visible(page, act.role, act.name)
        try:
            found.first.wait_for(state="visible", timeout=_PATIENCE_MS)
        except PlaywrightError:
            return f"{act.where}: there is no {act.role} “{act.name}”{instead(page, act.role, act.name)}"
        try:
            _do(act, found.first, page)
        except PlaywrightError as error:
            told = " ".join(error.message.splitlines()[0].split())
            return f"{act.where}: “{act.name}” is there, but one cannot {act.do} it: {told}"
    return ""


def _do(act: Act, found: Locator, page: Page) -> None:
    match act.do:
        case "click":
            found.click()
        case "fill":
            found.fill(act.value)
        case "choose":
            found.select_option(label=act.value)
        case "look":
            found.scroll_into_view_if_needed()
    page.wait_for_load_state()
