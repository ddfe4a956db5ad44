"""The process that looks: takes a plan, opens the browser, writes down what it sees, one line at once each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from suites.browsing.launch import open_browser
from suites.docs.looks.covers import look_for_uncovered
from suites.docs.looks.figures import compare, look_at_shown
from suites.docs.looks.labels import look_at_label
from suites.docs.looks.pages import count_questions, find_from_index, follow_links, follow_place, look_at_part
from suites.docs.looks.pictures import look_at_picture
from suites.docs.looks.seen import Seen, judged
from suites.docs.looks.steps import carry_out
from suites.docs.looks.tooltips import try_tooltip
from suites.docs.places import PLACES
from suites.docs.plan import Item, LookingPlan, SourceItem, StepsItem, checks_of
from suites.docs.results import BeginLine, CheckLine, EndLine
from suites.docs.world import World
from suites.evidence.account import Account

_LOOKS: dict[str, Callable[[Any, World], Seen]] = {
    "label": look_at_label, "links": follow_links, "place-links": follow_place, "found": find_from_index,
    "shown": look_at_shown, "agree": compare, "picture": look_at_picture, "part": look_at_part,
    "questions": count_questions, "tooltip": try_tooltip,
    "covers": look_for_uncovered,
}  # fmt: skip


class Told(Account):
    """The account, and whether everything told so far was good."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.all_passed = True

    def tell(self, check: str, seen: Seen, since: float) -> None:
        """One check."""
        self.all_passed &= seen.outcome == "passed"
        evidence = [path.relative_to(self.folder).as_posix() for path in seen.evidence]
        self.write(CheckLine(check=check, outcome=seen.outcome, message=seen.message, at=since,
                             seconds=round(self.clock() - since, 4), evidence=evidence))  # fmt: skip


def walk(plan: LookingPlan, world: World, account: Told) -> None:
    """Looks at every item, those of one place after another in the order of the places."""
    order = list(PLACES)
    place = {name: number for number, name in enumerate(order)}

    def when(item: Item) -> int:
        return len(order) if isinstance(item, StepsItem) else place.get(getattr(item, "at", ""), -1)

    for item in sorted(plan.items, key=when):
        since = account.clock()
        left = dict.fromkeys(checks_of(item))
        try:
            for check, seen in _look(item, world):
                del left[check]
                account.tell(check, seen, since)
                since = account.clock()
        except httpx.HTTPError as error:
            _tell_rest(left, Seen("errored", f"no answer from the shop: {type(error).__name__}: {error}"), account)
        except PlaywrightError as error:
            _tell_rest(left, Seen("errored", f"the browser: {error.message.splitlines()[0]}"), account)
        except Exception as error:
            _tell_rest(left, Seen("errored", f"the check itself broke: {type(error).__name__}: {error}"), account)
            raise


def _look(item: Item, world: World) -> Iterator[tuple[str, Seen]]:
    if isinstance(item, StepsItem):
        yield from carry_out(item, world)
    elif isinstance(item, SourceItem):
        yield item.check, judged(item.problems)
    else:
        yield item.check, _LOOKS[item.kind](item, world)


def _tell_rest(left: dict[str, None], seen: Seen, account: Told) -> None:
    for check in left:
        account.tell(check, seen, account.clock())


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when every check passed, 1 when one did not; anything else is a broken process."""
    parser = argparse.ArgumentParser(prog="python -m suites.docs.walker", description=__doc__)
    parser.add_argument("--plan", type=Path, required=True, help="what is to be looked at")
    parser.add_argument("--into", type=Path, required=True, help="folder of results and evidence")
    parser.add_argument("--base-url", required=True, help="address of the shop")
    parser.add_argument("--browser-path", type=Path, required=True)
    parser.add_argument("--patience", type=float, default=8.0, help="seconds to wait for one thing to appear")
    options = parser.parse_args(arguments)
    plan = LookingPlan.model_validate_json(options.plan.read_bytes())
    account = Told(options.into)
    account.write(BeginLine(checks=len(plan.checks)))
    expect.set_options(timeout=options.patience * 1000)
    with open_browser(options.browser_path) as browser:
        world = World(browser, options.base_url.rstrip("/"), PLACES, options.patience, options.into)
        try:
            walk(plan, world, account)
        finally:
            world.close()
    account.write(EndLine())
    return 0 if account.all_passed else 1


if __name__ == "__main__":
    sys.exit(main())
