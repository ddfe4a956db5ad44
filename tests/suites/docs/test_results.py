"""Reading the account of the looks: a golden file, and every way in which an account can be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from harness.model.observation import CheckResult
from suites.docs.results import parse

GOLDEN = (Path(__file__).parent / "golden" / "mixed.ndjson").read_text(encoding="utf-8")
LINES = GOLDEN.splitlines()
CHECKS = [
    "labels/editor/annotations", "labels/editor/button-save@editor", "links/editor", "steps/getting-started/2",
]  # fmt: skip


def read(raw: str, checks: list[str] = CHECKS) -> list[CheckResult]:
    return list(parse(raw, scenario="s", checks=checks, folder="evidence/s", began=100.0))


def test_golden() -> None:
    seen = read(GOLDEN)
    assert [(one.check, one.outcome) for one in seen] == list(
        zip(CHECKS, ["passed", "failed", "errored", "skipped"], strict=True)
    )
    failed = seen[1]
    assert failed.message.startswith("docs/help-center/editor.md:34: ")
    assert (failed.duration, failed.t) == (2.5, 103.5)
    assert failed.evidence == ["evidence/s/at-editor.png"]
    assert seen[2].evidence == ["evidence/s/results.ndjson"]


def test_the_order_does_not_matter() -> None:
    assert len(read(GOLDEN, CHECKS[::-1])) == 4


BROKEN = {
    "nothing": ("", "there are no results"),
    "no beginning": ("\n".join(LINES[1:]), "there are no results"),
    "no end": ("\n".join(LINES[:-1]), "ended in the middle"),
    "cut": ("\n".join(LINES[:3]), "ended in the middle, before links/editor"),
    "half a line": ("\n".join([*LINES[:2], LINES[2][:40]]), "line 3 of the docs results cannot be read"),
    "a check twice": ("\n".join([*LINES[:2], *LINES[1:]]), "unasked, or twice"),
    "a check too few": ("\n".join([*LINES[:4], LINES[5]]), "1 checks were never told, the first is steps/"),
    "a second account": ("\n".join([*LINES, *LINES]), "more than one account"),
    "a line behind the end": ("\n".join([*LINES, LINES[1]]), "more than one account"),
    "another outcome": (GOLDEN.replace('"passed"', '"fine"'), "cannot be read"),
}


@pytest.mark.parametrize(("raw", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_account(raw: str, sentence: str) -> None:
    with pytest.raises(SuiteError, match=sentence):
        read(raw)


def test_a_plan_of_another_size() -> None:
    with pytest.raises(SuiteError, match="5 checks were planned, and the results are of 4"):
        read(GOLDEN, [*CHECKS, "labels/faq/annotations"])


def test_a_check_that_nobody_asked_for() -> None:
    with pytest.raises(SuiteError, match="links/editor unasked"):
        read(GOLDEN, [*CHECKS[:2], CHECKS[3], "links/faq"])
