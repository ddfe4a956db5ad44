"""What an exception in a journey means: the shop failed, or the check broke; and the sentence that says it."""

from __future__ import annotations

import re
from pathlib import Path
from traceback import extract_tb

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from suites.e2e.results import Outcome

_THEIRS = ("strict mode violation", "net::ERR_")  # what the page shows, and what the network does
_TIMEOUT = re.compile(r"Timeout (\d+)ms exceeded")
_WAITED = re.compile(r"waiting for (.+)")
_LOCATORS = (
    (re.compile(r"get_by_role\(\"(\w+)\", name=(?:\"([^\"]*)\"|([^,)]+))[^)]*\)"), r"\1 “\2\3”"),
    (re.compile(r"get_by_label\(\"([^\"]*)\"[^)]*\)"), r"field “\1”"),
    (re.compile(r"get_by_test_id\(\"([^\"]*)\"\)"), r"“\1”"),
    (re.compile(r"get_by_text\(\"([^\"]*)\"[^)]*\)"), r"text “\1”"),
)
_LONGEST = 400  # characters; the whole text is in failure.txt


class SetupProblem(Exception):
    """Something that must be there before the journey's first action is not: nothing is said about the shop."""


def explain(error: BaseException) -> tuple[Outcome, str]:
    """(outcome, sentence) of what a journey raised."""
    if isinstance(error, pytest.skip.Exception):
        return "skipped", str(error.msg)
    if isinstance(error, SetupProblem):
        return "errored", str(error)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return "failed", _assertion(str(error))
    if isinstance(error, PlaywrightTimeout):
        return "failed", _timeout(error.message)
    if isinstance(error, PlaywrightError):
        theirs = any(sign in error.message for sign in _THEIRS)
        return ("failed" if theirs else "errored"), _short(
            ("" if theirs else "the browser: ") + readable(error.message)
        )
    return "errored", _short(f"the journey itself broke at {_place(error)}: {type(error).__name__}: {error}")


def readable(text: str) -> str:
    """Playwright's locators in the words of the page: `button “Save event”`."""
    for pattern, words in _LOCATORS:
        text = pattern.sub(words, text)
    return text


def _assertion(text: str) -> str:
    """The first line is the journey's own sentence; Playwright appends what it got, then a long log."""
    head, *rest = text.split("Call log:")[0].strip().splitlines() or ["an assertion without a message did not hold"]
    got = [line.partition(":")[2].strip() for line in rest if line.startswith(("Actual value:", "Error:"))]
    return _short(f"{head}, got {', '.join(got)}" if any(got) else head)


def _timeout(text: str) -> str:
    limit, target = _TIMEOUT.search(text), _WAITED.search(text)
    seconds = f"{int(limit[1]) / 1000:g} s" if limit else "long"
    what = readable(target[1].strip()) if target else readable(text.splitlines()[0])
    return _short(f"waited {seconds} for {what}, in vain")


def _place(error: BaseException) -> str:
    frames = extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
