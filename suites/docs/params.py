"""The steps of a docs scenario."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from harness.model.base import Frozen
from suites.evidence.patterns import is_pattern

Pattern = Annotated[str, Field(min_length=1, description="a path or glob, from the root of the sources")]


def _one_group(text: str) -> str:
    if re.compile(is_pattern(text)).groups != 1:
        raise ValueError(f"'{text}' must have one group, the figure")
    return text


class Labels(Frozen):
    """Every annotated name is on the screen at the place that it names; nothing is bold without an annotation."""

    guides: list[Pattern] = Field(min_length=1)


class Steps(Frozen):
    """The numbered lists of guides are carried out to the letter, each guide by a fresh guest."""

    guides: list[Pattern] = Field(min_length=1, description="those without `executable: true` in front are refused")


class Links(Frozen):
    """Every link of the guides as served leads somewhere, anchors too; every guide can be found."""

    guides: list[Pattern] = Field(min_length=1)
    index: str = Field(default="/help", pattern=r"^/", description="the page from which guides are found")
    places: list[str] = Field(default=[], description="places whose links into help and legal pages are followed too")


class Agreement(Frozen):
    """A figure that the guides and another page of the shop both show, or that a field there holds to."""

    token: str = Field(description="as in `{{ token }}`")
    at: str = Field(description="the place that shows it too")
    reads: Annotated[str, AfterValidator(_one_group)] | None = Field(
        default=None, description="regular expression over that page's text; its group is the figure"
    )
    field: str | None = Field(default=None, description="instead: the field that is limited by the figure")
    attribute: Literal["max", "maxlength"] = Field(default="maxlength", description="where that field has its limit")

    @model_validator(mode="after")
    def _one_witness(self) -> Agreement:
        if (self.reads is None) == (self.field is None):
            raise ValueError("a figure has one witness: either `reads` or `field`")
        return self


class Figures(Frozen):
    """No figure is typed by hand, and what guides show is what the shop's own pages show."""

    guides: list[Pattern] = Field(min_length=1)
    agree: list[Agreement] = []


class Pictures(Frozen):
    """Every picture of a guide is served, can be seen, has its size declared and says what it shows."""

    guides: list[Pattern] = Field(min_length=1)


class Outline(Frozen):
    """A served guide has these parts, each with something in it."""

    guide: str = Field(description="path of one guide, from the root of the sources")
    anchors: list[str] = Field(default=[], description="ids of headings that must be there, with text under them")
    words: int = Field(default=15, ge=1, description="words that make a part more than a heading")
    examples: bool = Field(default=False, description="each of these parts gives an example")
    questions: int = Field(default=0, ge=0, description="headings that end with ? and have an answer, at least")


class Tooltips(Frozen):
    """Help buttons that open by keyboard, are announced, and close again."""

    at: str = Field(description="the place where they are")
    names: list[str] = Field(min_length=1, description="accessible names of the buttons")


class Covers(Frozen):
    """Every control of a place is named in a guide."""

    guide: str = Field(description="path of one guide, from the root of the sources")
    at: list[str] = Field(min_length=1, description="places whose every button, link and field the guide must name")
    apart: list[str] = Field(default=[], description="names of groups whose controls are explained as one")
    ignore: list[Annotated[str, AfterValidator(is_pattern)]] = Field(
        default=[], description="regular expressions: names that are explained as one, such as the days of a month"
    )


STEPS: dict[str, type[BaseModel]] = {
    "labels": Labels,
    "steps": Steps,
    "links": Links,
    "figures": Figures,
    "pictures": Pictures,
    "outline": Outline,
    "tooltips": Tooltips,
    "covers": Covers,
}
