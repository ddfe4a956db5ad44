"""From steps and sources to what is looked at: nothing is left out without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from harness.model.errors import SuiteError
from harness.model.plan import Step
from suites.docs.params import Agreement
from suites.docs.plan import LookingPlan, StepsItem, checks_of
from suites.docs.planning import make_plan
from tests.suites.docs.samples import sources

PLACES = ("home", "templates", "any")
ALL = ["docs/help-center/*.md"]


def plan(root: Path, kind: str, params: dict[str, Any], **files: str) -> LookingPlan:
    return make_plan([Step(id="look", kind=kind, params=params)], sources(root, **files), PLACES)


def test_labels(tmp_path: Path) -> None:
    made = plan(tmp_path, "labels", {"guides": ALL})
    assert "labels/guide/annotations" in made.checks
    assert "labels/other/text-how-it-is@any" in made.checks
    assert made.unlooked == []


def test_a_guide_that_names_nothing_is_told(tmp_path: Path) -> None:
    made = plan(tmp_path, "labels", {"guides": ALL}, other="Just words.\n")
    assert made.unlooked == ["look: docs/help-center/other.md names nothing on the screen"]


@pytest.mark.parametrize("kind", ["labels", "steps", "links", "figures", "pictures"])
def test_a_pattern_that_matches_no_file_is_told(tmp_path: Path, kind: str) -> None:
    made = plan(tmp_path, kind, {"guides": [*ALL, "docs/legal/*.md"]})
    assert "look: no file is like docs/legal/*.md" in made.unlooked


def test_steps_are_one_item_with_a_check_each(tmp_path: Path) -> None:
    made = plan(tmp_path, "steps", {"guides": ["docs/help-center/guide.md"]})
    (item,) = made.items
    assert isinstance(item, StepsItem)
    assert checks_of(item) == made.checks == [f"steps/guide/{number}" for number in (1, 2, 3, 4)]


def test_steps_of_a_guide_that_is_not_executable_are_told(tmp_path: Path) -> None:
    made = plan(tmp_path, "steps", {"guides": ["docs/help-center/other.md"]}, other="1. Press [A]{.button at=home}.\n")
    assert (made.items, made.unlooked) == ([], ["look: docs/help-center/other.md has no `executable: true`"])


def test_links(tmp_path: Path) -> None:
    made = plan(tmp_path, "links", {"guides": ALL, "places": ["home"]})
    assert made.checks == [
        "links/index", "links/guide", "found/guide", "links/other", "found/other", "links/at-home"
    ]  # fmt: skip


def test_figures(tmp_path: Path) -> None:
    agree = [{"token": "prices.one", "at": "home", "reads": "costs (.+)"}, {"token": "x.y", "at": "home", "field": "A"}]
    made = plan(tmp_path, "figures", {"guides": ALL, "agree": agree})
    assert made.checks == [
        "figures/typed/guide", "figures/typed/other", "figures/shown/guide", "figures/agree/prices-one@home"
    ]  # fmt: skip
    assert made.unlooked == ["look: no guide shows {{ x.y }}"]


@pytest.mark.parametrize("params", [{}, {"reads": "(a)", "field": "A"}, {"reads": "a"}, {"reads": "(a"}])
def test_a_figure_has_one_witness(params: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Agreement.model_validate({"token": "a", "at": "home", **params})


def test_pictures_outlines_tooltips_covers(tmp_path: Path) -> None:
    guide = "docs/help-center/guide.md"
    assert plan(tmp_path, "pictures", {"guides": ALL}).checks == ["pictures/guide/begin-png"]
    outline = plan(tmp_path, "outline", {"guide": guide, "anchors": ["a-part", "gone"], "questions": 2})
    assert [item.model_dump().get("where") for item in outline.items] == [f"{guide}:16", guide, guide]
    assert outline.checks == ["outline/guide/a-part", "outline/guide/gone", "outline/guide/questions"]
    assert plan(tmp_path, "outline", {"guide": guide}).unlooked == [f"look: nothing is asked of {guide}"]
    assert plan(tmp_path, "tooltips", {"at": "home", "names": ["Help: A"]}).checks == ["tooltips/help-a"]
    assert plan(tmp_path, "covers", {"guide": guide, "at": ["home"]}).checks == ["covers/guide@home"]


def test_two_steps_that_ask_for_the_same_get_one_answer(tmp_path: Path) -> None:
    step = Step(id="a", kind="labels", params={"guides": ALL})
    root = sources(tmp_path)
    assert make_plan([step, step], root, PLACES).checks == make_plan([step], root, PLACES).checks


def test_two_different_looks_of_one_name_are_refused(tmp_path: Path) -> None:
    steps = [
        Step(
            id=str(words),
            kind="outline",
            params={"guide": "docs/help-center/guide.md", "anchors": ["a"], "words": words},
        )
        for words in (3, 4)
    ]
    with pytest.raises(SuiteError, match="two looks are called outline/guide/a"):
        make_plan(steps, sources(tmp_path), PLACES)


def test_a_plan_survives_being_written_down(tmp_path: Path) -> None:
    made = plan(tmp_path, "labels", {"guides": ALL})
    assert LookingPlan.model_validate_json(made.model_dump_json()) == made
