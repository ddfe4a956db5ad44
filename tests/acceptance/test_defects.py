"""Every planted defect against the real shop: what it names goes red, and the summary says what was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli.project import load_project
from harness.model.verdict import Status
from tests.acceptance.command import ROOT, gone_within, launchgate, only_run
from tests.support import needs_browser

pytestmark = pytest.mark.slow

DEFECTS = load_project(ROOT).defects
CODES = {"fail": 10, "inconclusive": 20, "error": 30}


@needs_browser
@pytest.mark.parametrize("name", sorted(DEFECTS))
def test_the_defect_turns_what_it_names_red(name: str, tmp_path: Path) -> None:
    defect = DEFECTS[name]
    chosen = [word for scenario in defect.turns_red for word in ("--scenario", scenario)]
    answer = launchgate("run", "--runs-dir", str(tmp_path), "--defect", name, *chosen)
    assert answer.code == CODES[defect.expect], answer.out + answer.err

    run = only_run(tmp_path)
    record = run.record
    assert record.defect == name
    assert not any("was not seen" in reason for reason in record.reasons), record.reasons
    by_id = {s.id: {e.id: e for e in s.expectations} for s in record.scenarios}
    for scenario, expectations in defect.turns_red.items():
        for expectation in expectations:
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
    project = load_project(ROOT)
    shipped = {
        (loaded.id, expectation.id)
        for loaded in project.scenarios
        for profile in loaded.profiles.values()
        for expectation in profile.expectations
        if not expectation.standing
    }
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
