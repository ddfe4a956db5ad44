"""The steps of a scenario and the sources → what is to be looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from harness.model.errors import SuiteError
from harness.model.plan import Step
from suites.docs import params as p
from suites.docs import plan
from suites.docs.annotations import annotation_problems, labels_of, numbered_steps, slug_of
from suites.docs.figures import shown_blocks, typed_figures
from suites.docs.guides import Guide, read_guides

Planned = tuple[list[plan.Item], list[str]]


def make_plan(steps: Sequence[Step], root: Path, places: Iterable[str]) -> plan.LookingPlan:
    """Items of all steps, in order.

    Args:
        root: of the sources that are up.
        places: the names that `at=` may have.

    Raises SuiteError for a guide that cannot be read, and when two different looks have one name.
    """
    items: list[plan.Item] = []
    unlooked: list[str] = []
    for step in steps:
        params = p.STEPS[step.kind].model_validate(step.params)
        made, missing = _PLANNERS[step.kind](params, root, frozenset(places))
        items += made
        unlooked += [f"{step.id}: {reason}" for reason in missing]
    return plan.LookingPlan(items=_distinct(items), unlooked=unlooked)


def _distinct(items: list[plan.Item]) -> list[plan.Item]:
    """Two steps of a scenario that ask for the same look get one answer."""
    found = list({item.model_dump_json(): item for item in items}.values())
    names = [check for item in found for check in plan.checks_of(item)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SuiteError(f"two looks are called {twice[0]}", advice="ask for each guide once in a scenario")
    return found


def _labels(params: p.Labels, root: Path, places: frozenset[str]) -> Planned:
    guides, missing = _guides(root, params.guides)
    items: list[plan.Item] = []
    for guide in guides:
        items.append(
            plan.SourceItem(check=f"labels/{guide.slug}/annotations", problems=annotation_problems(guide, places))
        )
        found = labels_of(guide, places)
        items += found
        if not found:
            missing.append(f"{guide.file} names nothing on the screen")
    return items, missing


def _steps(params: p.Steps, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, params.guides)
    items: list[plan.Item] = []
    for guide in guides:
        steps = numbered_steps(guide)
        if not guide.executable or not steps:
            missing.append(f"{guide.file} has {'no numbered step' if guide.executable else 'no `executable: true`'}")
            continue
        items.append(plan.StepsItem(guide=guide.slug, steps=steps))
    return items, missing


def _links(params: p.Links, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, params.guides)
    items: list[plan.Item] = [plan.LinksItem(check="links/index", address=params.index, where=params.index)]
    for guide in guides:
        written = {href: guide.where(block.line_of(href)) for block in guide.blocks for href in block.links}
        items += [
            plan.LinksItem(check=f"links/{guide.slug}", address=guide.address, where=guide.file, written=written),
            plan.FoundItem(check=f"found/{guide.slug}", where=guide.file, address=guide.address, index=params.index),
        ]
    return [*items, *(plan.PlaceLinksItem(check=f"links/at-{at}", at=at) for at in params.places)], missing


def _figures(params: p.Figures, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, params.guides)
    items: list[plan.Item] = [
        plan.SourceItem(check=f"figures/typed/{g.slug}", problems=typed_figures(g)) for g in guides
    ]
    shown = [(guide, shown_blocks(guide)) for guide in guides]
    items += [
        plan.ShownItem(check=f"figures/shown/{guide.slug}", address=guide.address, shown=blocks)
        for guide, blocks in shown
        if blocks
    ]
    for one in params.agree:
        told = {guide.address: blocks for guide, blocks in shown if any(one.token in b.tokens for b in blocks)}
        if not told:
            missing.append(f"no guide shows {{{{ {one.token} }}}}")
            continue
        items.append(plan.AgreeItem(check=f"figures/agree/{slug_of(one.token)}@{one.at}", shown=told, **dict(one)))
    return items, missing


def _pictures(params: p.Pictures, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, params.guides)
    items: dict[str, plan.Item] = {}
    for guide in guides:
        for block in guide.blocks:
            for source, alt in block.images:
                name, where = PurePosixPath(source).name, guide.where(block.line_of(source))
                check = f"pictures/{guide.slug}/{slug_of(name)}"
                one = plan.PictureItem(check=check, where=where, address=guide.address, file=name, alt=alt)
                items.setdefault(check, one)
    return list(items.values()), missing or ([] if items else ["no guide shows a picture"])


def _outline(params: p.Outline, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, [params.guide])
    items: list[plan.Item] = []
    for guide in guides:
        items += [
            plan.PartItem(check=f"outline/{guide.slug}/{anchor}", where=_where_of_part(guide, anchor), anchor=anchor,
                     address=guide.address, words=params.words, example=params.examples)
            for anchor in params.anchors
        ]  # fmt: skip
        if params.questions:
            items.append(
                plan.QuestionsItem(check=f"outline/{guide.slug}/questions", where=guide.file, address=guide.address,
                              least=params.questions, words=params.words)
            )  # fmt: skip
    return items, missing or ([] if items else [f"nothing is asked of {params.guide}"])


def _tooltips(params: p.Tooltips, _root: Path, _: frozenset[str]) -> Planned:
    return [plan.TooltipItem(check=f"tooltips/{slug_of(name)}", at=params.at, name=name) for name in params.names], []


def _covers(params: p.Covers, root: Path, _: frozenset[str]) -> Planned:
    guides, missing = _guides(root, [params.guide])
    return [
        plan.CoversItem(check=f"covers/{guide.slug}@{at}", where=guide.file, address=guide.address, at=at,
                        apart=params.apart, ignore=params.ignore)
        for guide in guides
        for at in params.at
    ], missing  # fmt: skip


_PLANNERS: dict[str, Callable[[Any, Path, frozenset[str]], Planned]] = {
    "labels": _labels, "steps": _steps, "links": _links, "figures": _figures, "pictures": _pictures,
    "outline": _outline, "tooltips": _tooltips, "covers": _covers,
}  # fmt: skip


def _guides(root: Path, patterns: Sequence[str]) -> tuple[list[Guide], list[str]]:
    guides, empty = read_guides(root, patterns)
    lost = [f"nobody knows where the shop serves {guide.file}" for guide in guides if not guide.address]
    return [guide for guide in guides if guide.address], [f"no file is like {one}" for one in empty] + lost


def _where_of_part(guide: Guide, anchor: str) -> str:
    """The line of the heading that becomes this anchor, if there is one."""
    return next((guide.where(line) for line, slug in _headings(guide) if slug == anchor), guide.file)


def _headings(guide: Guide) -> Iterator[tuple[int, str]]:
    for block in guide.blocks:
        if re.fullmatch(r"h[1-6]", block.kind):
            yield block.line, slug_of(block.text.replace("'", ""))
