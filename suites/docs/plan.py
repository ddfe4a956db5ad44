"""What is to be looked at, as written down for the process that looks. One item is one check, or a run of steps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from harness.model.base import Frozen
from suites.docs.figures import Shown


class SourceItem(Frozen):
    """Something that the sources alone tell."""

    kind: Literal["source"] = "source"
    check: str
    problems: list[str] = Field(description="sentences with file and line; empty: nothing is wrong")


class LabelItem(Frozen):
    """An annotated name at a place."""

    kind: Literal["label"] = "label"
    check: str
    where: str
    role: str
    name: str
    at: str


class Act(Frozen):
    """What one annotated name in a step asks a person to do."""

    where: str
    role: str
    name: str
    do: Literal["click", "fill", "choose", "look"]
    value: str = ""


class StepItem(Frozen):
    """One numbered step."""

    check: str
    where: str
    text: str
    acts: list[Act]


class StepsItem(Frozen):
    """All numbered steps of a guide, in order, by one fresh guest."""

    kind: Literal["steps"] = "steps"
    guide: str
    steps: list[StepItem]


class LinksItem(Frozen):
    """The links of a served page. `written` says where the sources have a link."""

    kind: Literal["links"] = "links"
    check: str
    address: str
    where: str
    written: dict[str, str] = {}


class PlaceLinksItem(Frozen):
    """The links of a place into help and legal pages."""

    kind: Literal["place-links"] = "place-links"
    check: str
    at: str


class FoundItem(Frozen):
    """A guide is linked from the index or the footer there."""

    kind: Literal["found"] = "found"
    check: str
    where: str
    address: str
    index: str


class ShownItem(Frozen):
    """The blocks with tokens are on the served page, each token as a figure."""

    kind: Literal["shown"] = "shown"
    check: str
    address: str
    shown: list[Shown]


class AgreeItem(Frozen):
    """A token is everywhere what another page of the shop says. `shown` is by served address."""

    kind: Literal["agree"] = "agree"
    check: str
    token: str
    at: str
    reads: str | None
    field: str | None
    attribute: str
    shown: dict[str, list[Shown]]


class PictureItem(Frozen):
    """A picture in a served guide."""

    kind: Literal["picture"] = "picture"
    check: str
    where: str
    address: str
    file: str = Field(description="its file name, by which it is recognised on the page")
    alt: str


class PartItem(Frozen):
    """A part of a served guide, by its anchor."""

    kind: Literal["part"] = "part"
    check: str
    where: str
    address: str
    anchor: str
    words: int
    example: bool


class QuestionsItem(Frozen):
    """Questions with answers on a served guide."""

    kind: Literal["questions"] = "questions"
    check: str
    where: str
    address: str
    least: int
    words: int


class TooltipItem(Frozen):
    """A help button."""

    kind: Literal["tooltip"] = "tooltip"
    check: str
    at: str
    name: str


class CoversItem(Frozen):
    """The controls of a place, each to be named on a served guide."""

    kind: Literal["covers"] = "covers"
    check: str
    where: str
    address: str
    at: str
    apart: list[str]
    ignore: list[str]


Item = Annotated[
    SourceItem | LabelItem | StepsItem | LinksItem | PlaceLinksItem | FoundItem | ShownItem | AgreeItem | PictureItem
    | PartItem | QuestionsItem | TooltipItem | CoversItem,
    Field(discriminator="kind"),
]  # fmt: skip


class LookingPlan(Frozen):
    """The whole of it."""

    items: list[Item]
    unlooked: list[str] = Field(default=[], description="what cannot be looked at, each with its reason")

    @property
    def checks(self) -> list[str]:
        """Every check that must be told, in order."""
        return [check for item in self.items for check in checks_of(item)]


def checks_of(item: Item) -> list[str]:
    """The checks of one item."""
    return [step.check for step in item.steps] if isinstance(item, StepsItem) else [item.check]
