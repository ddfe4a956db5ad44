"""Reading guides: lines, names, steps, pictures; and every annotation that nobody could look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model.errors import SuiteError
from suites.docs.annotations import annotation_problems, labels_of, numbered_steps
from suites.docs.guides import parse_guide, read_guides
from tests.suites.docs.samples import FILE, GUIDE, sources

PLACES = ("home", "templates", "any")


def test_names_have_role_place_and_the_line_on_which_they_begin() -> None:
    spans = [(s.line, s.role, s.text, s.attributes) for s in parse_guide(FILE, GUIDE).spans]
    assert spans[:3] == [
        (6, "button", "Begin", {"at": "home"}),
        (6, "heading", "All designs", {"at": "templates"}),
        (9, "button", "Begin", {"at": "home"}),
    ]
    assert (10, "field", "Title", {"at": "home", "fill": "Our kitchen"}) in spans
    assert (11, "select", "Colour", {"at": "home", "choose": "Red"}) in spans
    assert (23, "link", "Next", {"at": "home"}) in spans


def test_a_name_twice_in_one_paragraph_has_two_lines() -> None:
    guide = parse_guide(FILE, "[A]{.link at=home} and\nagain [A]{.link at=any}\n")
    assert [span.line for span in guide.spans] == [1, 2]


def test_a_label_is_looked_for_once_for_each_place() -> None:
    labels = labels_of(parse_guide(FILE, GUIDE), PLACES)
    assert [one.check for one in labels] == [
        "labels/guide/button-begin@home",
        "labels/guide/heading-all-designs@templates",
        "labels/guide/field-title@home",
        "labels/guide/select-colour@home",
        "labels/guide/text-done@home",
        "labels/guide/link-next@home",
    ]
    assert labels[-1].where == f"{FILE}:14"


def test_names_that_differ_in_signs_alone_are_two_checks() -> None:
    labels = labels_of(parse_guide(FILE, "[Pay]{.button at=home} [Pay!]{.button at=home}"), PLACES)
    assert [one.check for one in labels] == ["labels/guide/button-pay@home", "labels/guide/button-pay@home+"]


def test_numbered_steps_count_through_the_guide() -> None:
    steps = numbered_steps(parse_guide(FILE, GUIDE))
    assert [step.check for step in steps] == [f"steps/guide/{number}" for number in (1, 2, 3, 4)]
    assert [[(act.do, act.name, act.value) for act in step.acts] for step in steps] == [
        [("click", "Begin", "")],
        [("fill", "Title", "Our kitchen"), ("choose", "Colour", "Red")],
        [("look", "Done", ""), ("look", "Next", "")],
        [("click", "Next", "")],
    ]
    assert steps[1].where == f"{FILE}:10"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Press **Save**.", "“Save” is bold and has no annotation"),
        ("[Save]{.button at=home} and **Save**.", "“Save” is bold and has no annotation"),
        ("**Save [Save]{.button at=home}**.", "“Save Save” is bold and has no annotation"),
        ("Press “Save”.", "“Save” is quoted and has no annotation"),
        ("[Save]{.buton at=home}", "“Save” has the role “buton”, and there are button,"),
        ("[Save]{.button at=nowhere}", "“Save” is at “nowhere”, which is no known place"),
        ("[Save]{.button}", "“Save” says no place"),
        ("[Save]{.button at=home do=press}", "do=press, and there is only do=look"),
        ('[Save]{.field at=home fill="a\nb"}', "broken over two lines"),
        ("[Save]{.button at=home wen=now}", "unknown attribute “wen”"),
    ],
)
def test_a_name_that_nobody_could_look_for(text: str, problem: str) -> None:
    (found,) = annotation_problems(parse_guide(FILE, f"\n\n{text}\n"), PLACES)
    assert found.startswith(f"{FILE}:3: ")
    assert problem in found


@pytest.mark.parametrize(
    "text", ["**[Save]{.button at=home}**", "[**Save**]{.button at=home}", "*Save*", "[7]{.typed because=x}"]
)
def test_sound_annotations(text: str) -> None:
    assert annotation_problems(parse_guide(FILE, text), PLACES) == []


def test_front_matter() -> None:
    guide = parse_guide(FILE, GUIDE)
    assert (guide.slug, guide.address, guide.executable) == ("guide", "/help/guide", True)
    assert guide.front["title"] == "Guide: the first steps"
    assert parse_guide("docs/legal/terms.md", "text").address == "/legal/terms"
    assert parse_guide("docs/guides/x.md", "text").address == ""
    with pytest.raises(SuiteError, match="no end"):
        parse_guide(FILE, "---\ntitle: x\n")


def test_patterns_that_match_nothing_are_told(tmp_path: Path) -> None:
    guides, empty = read_guides(sources(tmp_path), ["docs/help-center/*.md", "docs/legal/*.md"])
    assert [guide.slug for guide in guides] == ["guide", "other"]
    assert empty == ["docs/legal/*.md"]
