"""Every planted defect against the real shop: what it names goes red, and the summary says what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.project import load_project
from harness.model.verdict import Status
from tests.acceptance.command import ROOT, gone_within, launchgate, only_run
from tests.support import needs_browser

pytestmark = pytest.mark.slow

PROJECT = load_project(ROOT)
DEFECTS = PROJECT.defects
CODES = {"fail": 10, "inconclusive": 20, "error": 30}


def targets_of(name: str) -> list[str]:
    """Where the scenarios run that the defect turns red; empty for anywhere."""
    wanted = {s.id: s.scenario.targets for s in PROJECT.scenarios}
    return next((wanted[scenario] for scenario in DEFECTS[name].turns_red if wanted.get(scenario)), [])


def red_in(name: str, profile: str) -> list[str]:
    """Scenarios that the defect turns red in this profile: quick where they have it, else full."""
    by_id = {s.id: s.profiles for s in PROJECT.scenarios}
    return [s for s in DEFECTS[name].turns_red if ("quick" if "quick" in by_id[s] else "full") == profile]


ANYWHERE = sorted(name for name in DEFECTS if not targets_of(name) and red_in(name, "quick"))
ONLY_IN_FULL = sorted(name for name in DEFECTS if not targets_of(name) and not red_in(name, "quick"))
ON_A_CLUSTER = sorted(name for name in DEFECTS if "kind" in targets_of(name))


def runs_beside(name: str) -> pytest.MarkDecorator:
    """Whether another such run may go on beside it: not where load is measured."""
    suites = {s.id: s.scenario.suite for s in PROJECT.scenarios}
    measures = any(suites[scenario] == "load" for scenario in DEFECTS[name].turns_red)
    return pytest.mark.alone if measures else pytest.mark.paired


@needs_browser
@pytest.mark.parametrize("name", [pytest.param(name, marks=runs_beside(name)) for name in ANYWHERE])
def test_the_defect_turns_what_it_names_red(name: str, tmp_path: Path) -> None:
    see_red(name, tmp_path, "quick")


@needs_browser
@pytest.mark.nightly
@pytest.mark.parametrize("name", ONLY_IN_FULL)
def test_the_defect_turns_what_has_no_quick_profile_red(name: str, tmp_path: Path) -> None:
    see_red(name, tmp_path, "full", timeout=3600)


@pytest.mark.parametrize("name", [name for name in ON_A_CLUSTER if red_in(name, "quick")])
@pytest.mark.usefixtures("kept_cluster")
def test_the_defect_turns_what_it_names_red_on_a_cluster(name: str, tmp_path: Path) -> None:
    see_red(name, tmp_path, "quick", "--target", "kind", "--keep", timeout=1200)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [name for name in ON_A_CLUSTER if red_in(name, "full")])
@pytest.mark.usefixtures("kept_cluster")
def test_the_defect_turns_what_takes_long_red_on_a_cluster(name: str, tmp_path: Path) -> None:
    see_red(name, tmp_path, "full", "--target", "kind", "--keep", timeout=2400)


def see_red(name: str, tmp_path: Path, profile: str, *where: str, timeout: float = 600) -> None:
    """Runs the scenarios that the defect concerns; each expectation that it names must fail, with its evidence."""
    defect, scenarios = DEFECTS[name], red_in(name, profile)
    chosen = [word for scenario in scenarios for word in ("--scenario", scenario)]
    options = ("--runs-dir", str(tmp_path), "--defect", name, "--profile", profile)
    answer = launchgate("run", *options, *where, *chosen, timeout=timeout)
    assert answer.code == CODES[defect.expect], answer.out + answer.err

    run = only_run(tmp_path)
    record = run.record
    assert record.defect == name
    assert not any("was not seen" in reason for reason in record.reasons), record.reasons
    by_id = {s.id: {e.id: e for e in s.expectations} for s in record.scenarios}
    for scenario in scenarios:
        for expectation in defect.turns_red[scenario]:
            verdict = by_id[scenario][expectation]
            assert verdict.status is Status.FAIL, f"{scenario}/{expectation} is {verdict.status}: {verdict.reason}"
            told = f"{expectation}: observed {verdict.observed_text}, expected {verdict.threshold}"
            assert told in answer.out
            assert verdict.evidence, f"{expectation} cites no evidence"
            assert verdict.evidence[0] in answer.out
            assert run.evidence(verdict.evidence[0]).is_file()
    assert "opens no gate" in answer.out
    assert gone_within(run.plan.run_id, 20), "something of the run is still there"


def test_every_expectation_that_ships_is_turned_red_by_some_defect() -> None:
    """Standing expectations are those of the suites; their own tests show both colours."""
    shipped = {
        (loaded.id, expectation.id)
        for loaded in PROJECT.scenarios
        for profile in loaded.profiles.values()
        for expectation in profile.expectations
        if not expectation.standing
    }
    # No defect can be planted where the system runs already: test_remote.py shows those in both colours.
    shipped -= {("beta", "journeys")}
    shown = {(s, e) for defect in DEFECTS.values() for s, names in defect.turns_red.items() for e in names}
    assert shipped - shown == set(), "no planted defect turns these red"
    assert shown - shipped == set(), "a defect names what does not exist"


def test_every_patch_fits_exactly_once() -> None:
    """A stale defect would be noticed by its run as well; this says so in a second."""
    for defect in DEFECTS.values():
        for change in defect.changes:
            if change.kind == "patch":
                text = (ROOT / change.file).read_text(encoding="utf-8")
                assert text.count(change.find) == 1, f"{defect.id}: {change.file}"
