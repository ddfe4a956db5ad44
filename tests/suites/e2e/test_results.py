"""Reading the journeys' account: a golden file, and every way in which an account can be broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from harness.model.observation import CheckResult, Measurement, Observation
from suites.e2e.results import check_account, observations

GOLDEN = (Path(__file__).parent / "golden" / "mixed.ndjson").read_text(encoding="utf-8")
LINES = GOLDEN.splitlines()
ALL = ["guest-calendar", "checkout", "admin"]


def read(raw: str, selected: list[str] = ALL, suffix: str = "") -> list[Observation]:
    return list(reading(raw, selected, suffix))


def reading(
    raw: str, selected: list[str] = ALL, suffix: str = "", done: set[str] | None = None
) -> Iterator[Observation]:
    for line in check_account(raw, selected=selected, done=set() if done is None else done):
        yield from observations(line, scenario="s", folder="evidence/walk", suffix=suffix, began=100.0)


def test_golden() -> None:
    seen = read(GOLDEN)
    assert [(c.check, c.outcome) for c in seen if isinstance(c, CheckResult)] == [
        ("guest-calendar/open-the-home-page", "passed"),
        ("guest-calendar/add-events", "failed"),
        ("guest-calendar", "failed"),
        ("checkout/pay", "passed"),
        ("checkout", "passed"),
        ("admin", "errored"),
    ]
    failed = next(c for c in seen if isinstance(c, CheckResult) and c.check == "guest-calendar")
    assert failed.message == "at step “add events”: expected the preview to show “Party”, got nothing"
    assert failed.evidence == ["evidence/walk/guest-calendar/guest-trace.zip"]
    assert (failed.duration, failed.t) == (8.5, 109.5)
    assert [(m.labels["check"], m.value) for m in seen if isinstance(m, Measurement)] == [
        ("guest-calendar", 8.5),
        ("checkout", 1.2),
    ]


def test_a_viewport_is_told_apart() -> None:
    checks = {c.check for c in read(GOLDEN, suffix="@phone") if isinstance(c, CheckResult)}
    assert {"checkout@phone", "checkout@phone/pay"} <= checks


BROKEN = {
    "empty": ("", "left no results"),
    "no beginning": ("\n".join(LINES[1:]), "left no results"),
    "no end": ("\n".join(LINES[:-1]), "ended in the middle"),
    "killed in a journey": ("\n".join(LINES[:6]), "ended in the middle while checkout was walked"),
    "half a line": (GOLDEN[: GOLDEN.index("expected the preview")], "line 4 of the journeys' results cannot be read"),
    "no json": (LINES[0] + "\nSegmentation fault\n", "line 2 of the journeys' results cannot be read"),
    "unknown outcome": (GOLDEN.replace('"errored"', '"great"'), "line 10 of"),
    "unknown key": (GOLDEN.replace('"exit":1', '"exit":1,"x":1'), "line 11 of"),
    "an outcome twice": ("\n".join([*LINES[:8], LINES[7], *LINES[8:]]), "speak of checkout unasked, or twice"),
    "two accounts": (GOLDEN + GOLDEN, "more than one account"),
    "begun, never told": ("\n".join([*LINES[:9], LINES[10]]), "admin was begun, and its outcome was never told"),
}


@pytest.mark.parametrize(("raw", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_account_is_an_error(raw: str, sentence: str) -> None:
    with pytest.raises(SuiteError, match=sentence):
        read(raw)


def test_an_unasked_journey_is_an_error() -> None:
    with pytest.raises(SuiteError, match="checkout unasked"):
        read(GOLDEN, ["guest-calendar", "admin"])


def test_what_was_readable_is_given_before_the_error() -> None:
    seen: list[Observation] = []
    with pytest.raises(SuiteError):
        seen.extend(reading("\n".join(LINES[:7])))
    assert [c.check for c in seen if isinstance(c, CheckResult)][-1] == "checkout/pay"


def test_two_processes_may_not_tell_of_one_journey() -> None:
    done: set[str] = set()
    list(reading(GOLDEN, done=done))
    assert done == set(ALL)
    with pytest.raises(SuiteError, match="speak of guest-calendar unasked, or twice"):
        list(reading(GOLDEN, done=done))
