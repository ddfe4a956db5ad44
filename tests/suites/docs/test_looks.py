"""Every kind of look in both colours, at a fake shop, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from harness.model.plan import Step
from suites.docs.planning import make_plan
from suites.docs.walker import Told, walk
from suites.docs.world import UnreachableError, World
from tests.suites.docs.fake_shop import FakeShop, fake_shop, picture
from tests.suites.docs.samples import GUIDE, sources
from tests.support import clean_browser, modules_browser, needs_browser

ALL = ["docs/help-center/*.md"]
MORE = GUIDE.replace("[All designs]{.heading\nat=templates}", "All\ndesigns")
FILE = "docs/help-center/guide.md"


@pytest.fixture(autouse=True, scope="module")
def _browser() -> Iterator[None]:
    yield
    modules_browser.close()


def home(world: World) -> Page:
    page = world.tab("guest")
    page.goto("/")
    if page.get_by_role("button", name="Begin").count():
        page.get_by_role("button", name="Begin").click()
    return page


def nowhere(world: World) -> Page:
    raise UnreachableError("the door is locked")


def unfinished(world: World) -> Page:
    page = home(world)
    expect(page.get_by_text("never there")).to_be_visible(timeout=50)
    return page


PLACES = {"home": home, "nowhere": nowhere, "unfinished": unfinished}


@dataclass
class Shop:
    """A shop, guides, and what comes of looking at them."""

    root: Path
    shop: FakeShop
    files: dict[str, str] = field(default_factory=lambda: {"guide": MORE, "other": "[Next]{.link at=home}\n"})

    def look(self, kind: str, **params: Any) -> dict[str, tuple[str, str]]:
        """check → (outcome, message)"""
        steps = [Step(id="look", kind=kind, params=params)]
        plan = make_plan(steps, sources(self.root, **self.files), [*PLACES, "any"])
        into = self.root / "evidence"
        into.mkdir(exist_ok=True)
        with clean_browser() as browser:
            world = World(browser, self.shop.url, PLACES, 2.0, into)
            walk(plan, world, Told(into))
            world.close()
        told = [json.loads(line) for line in (into / "results.ndjson").read_text(encoding="utf-8").splitlines()]
        assert sorted(one["check"] for one in told) == sorted(plan.checks)
        assert all((into / path).is_file() for one in told for path in one["evidence"])
        return {one["check"]: (one["outcome"], one["message"]) for one in told}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr("suites.docs.looks.steps._PATIENCE_MS", 700)
    monkeypatch.setattr("suites.docs.looks.labels._LATE_MS", 200)
    monkeypatch.setattr("suites.docs.looks.tooltips._WITHIN_MS", 700)
    with fake_shop() as running:
        yield Shop(tmp_path, running)


def outcomes(seen: dict[str, tuple[str, str]]) -> set[str]:
    return {outcome for outcome, _ in seen.values()}


@needs_browser
def test_names_that_are_there(shop: Shop) -> None:
    shop.files["guide"] = (
        "[Begin]{.button at=home} [Begin a calendar]{.button at=home} [Title]{.field at=home}\n"
        "[Colour]{.select at=home} [Red]{.option at=home} [More]{.tab at=home}\n"
        "[Shop]{.heading at=home} [A thing costs]{.text at=home}\n"
        "[A thing costs {{ prices.one }}]{.text at=home}\n"
    )
    seen = shop.look("labels", guides=ALL)
    assert outcomes(seen) == {"passed"}
    assert len(seen) == 12


@needs_browser
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("[Begn]{.button at=home}", "there is no button “Begn” at home; did you mean “Begin"),
        ("[begin]{.button at=home}", "no button “begin”"),
        ("[Beg]{.button at=home}", "no button “Beg”"),
        ("[Begin]{.link at=home}", "no link “Begin” at home"),
        ("[Next]{.button at=home}", "“Next” is a link there"),
        ("[Rea]{.text at=home}", "no text “Rea”"),
        ("[Green]{.option at=home}", "no option “Green”"),
        ("[Read more]{.link at=home}", "it is in the page, but hidden"),
        ("[Begin]{.button at=nowhere}", "cannot be looked for: nobody comes to “nowhere”: the door is locked"),
        ("[Begin]{.button at=unfinished}", "nobody comes to “unfinished”"),
    ],
)
def test_names_that_are_not_there(shop: Shop, name: str, says: str) -> None:
    shop.files["guide"] = f"\n\nPress\n{name}.\n"
    seen = shop.look("labels", guides=[FILE])
    (failed,) = [told for told in seen.values() if told[0] != "passed"]
    assert failed[0] == "failed"
    assert failed[1].startswith(f"{FILE}:4: ")
    assert says in failed[1]


@needs_browser
def test_what_is_on_every_page_stands_in_its_frame(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suites.docs.looks.labels.ON_EVERY_PAGE", ("home",))
    shop.files["guide"] = "[Help]{.link at=any} [Next]{.link at=any}\n"
    seen = shop.look("labels", guides=[FILE])
    assert seen["labels/guide/link-help@any"] == ("passed", "")
    assert seen["labels/guide/link-next@any"][1].startswith(f"{FILE}:1: there is no link “Next” at home")


@needs_browser
def test_steps_that_work(shop: Shop) -> None:
    assert outcomes(shop.look("steps", guides=[FILE])) == {"passed"}


@needs_browser
def test_a_step_that_does_not_work_ends_the_walk(shop: Shop) -> None:
    shop.shop.change("/", "'Done: it is '", "'Nothing is '")
    seen = shop.look("steps", guides=[FILE])
    assert [outcome for outcome, _ in seen.values()] == ["passed", "passed", "failed", "skipped"]
    assert seen["steps/guide/3"][1].startswith(f"{FILE}:14: there is no text “Done”")
    assert f"{FILE}:14 did not work" in seen["steps/guide/4"][1]
    assert (shop.root / "evidence" / "steps-guide").is_dir()


@needs_browser
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1. Press [Begin]{.button at=home}.\n", "1. Think.\n", "names nothing on the screen"),
        ("1. Press [Begin]{.button at=home}.\n", "1. Do [Title]{.field at=home fill=a}.\n", "no field “Title”"),
        ('choose="Red"', 'choose="Green"', "“Colour” is there, but one cannot choose it"),
    ],
)
def test_steps_that_nobody_can_take(shop: Shop, old: str, new: str, says: str) -> None:
    assert MORE.count(old) == 1
    shop.files["guide"] = MORE.replace(old, new)
    failed = [message for outcome, message in shop.look("steps", guides=[FILE]).values() if outcome == "failed"]
    assert len(failed) == 1
    assert says in failed[0]


@needs_browser
def test_links_that_lead_somewhere(shop: Shop) -> None:
    assert outcomes(shop.look("links", guides=ALL, places=["home"])) == {"passed"}


@needs_browser
@pytest.mark.parametrize(
    ("page", "old", "new", "check", "says"),
    [
        ("/help/guide", '"/help/other#part"', '"/help/othr"', "links/guide", "the link /help/othr answers 404"),
        ("/help/guide", '"/help/other#part"', '"/help/other#gone"', "links/guide", "nothing is called #gone"),
        ("/help/guide", '"/help/other#part"', '"http://x y"', "links/guide", "is no address"),
        ("/help/other", 'id="part"', 'id="p"', "links/guide", f"{FILE}:18: the link /help/other#part leads to"),
        ("/help/other", 'id="part"', 'id="p"', "links/at-home", "nothing is called #part"),
        ("/help", '<a href="/help/guide">Guide</a>', "", "found/guide", "has a link to /help/guide"),
        ("/help", '"/help/guide"', '"/help/guid"', "links/index", "/help/guid answers 404"),
    ],
)
def test_links_that_do_not(shop: Shop, page: str, old: str, new: str, check: str, says: str) -> None:
    shop.shop.change(page, old, new)
    outcome, message = shop.look("links", guides=ALL, places=["home"])[check]
    assert outcome == "failed"
    assert says in message


@needs_browser
def test_a_guide_that_is_not_served(shop: Shop) -> None:
    del shop.shop.pages["/help/guide"]
    assert shop.look("links", guides=ALL)["links/guide"] == ("failed", f"{FILE}: /help/guide answers 404")


AGREE = [
    {"token": "prices.one", "at": "home", "reads": "thing costs (€[0-9]+)"},
    {"token": "prices.two", "at": "home", "field": "Title"},
]


@needs_browser
def test_figures_in_both_colours(shop: Shop) -> None:
    seen = shop.look("figures", guides=ALL, agree=AGREE)
    assert seen["figures/shown/guide"][0] == seen["figures/agree/prices-one@home"][0] == "passed"
    assert seen["figures/agree/prices-two@home"][1] == f"{FILE}:7: /help/guide says “€9”, and home says “120”"
    shop.shop.change("/help/guide", "<td>€5</td>", "<td>€6</td>")
    shop.shop.change("/help/guide", "€9 for two", "{{ prices.two }} for two")
    seen = shop.look("figures", guides=ALL, agree=AGREE)
    assert seen["figures/agree/prices-one@home"] == (
        "failed", f"{FILE}:22: /help/guide says “€6”, and home says “€5”"
    )  # fmt: skip
    assert "{{ prices.two }} is shown as “{{ prices.two }}”" in seen["figures/shown/guide"][1]
    shop.shop.change("/", "<b>€5</b>", "nothing")
    assert "has no witness" in shop.look("figures", guides=ALL, agree=AGREE)["figures/agree/prices-one@home"][1]


@needs_browser
def test_pictures_in_both_colours(shop: Shop) -> None:
    check = "pictures/guide/begin-png"
    assert shop.look("pictures", guides=ALL)[check] == ("passed", "")
    for content, says in ((picture(41, 99), "41×99"), (b"no picture", "cannot be decoded"), ("text", "text/html")):
        shop.shop.pages["/begin.png"] = content
        assert says in shop.look("pictures", guides=ALL)[check][1]
    shop.shop.pages["/begin.png"] = picture()
    shop.shop.change("/help/guide", 'alt="The page with its button."', "")
    assert shop.look("pictures", guides=ALL)[check] == ("failed", f"{FILE}:13: begin.png is described as “”")
    shop.shop.change("/help/guide", "/begin.png", "/other.png")
    assert "does not show begin.png" in shop.look("pictures", guides=ALL)[check][1]


@needs_browser
def test_outlines_in_both_colours(shop: Shop) -> None:
    def look(**params: Any) -> list[str]:
        return [
            message for outcome, message in shop.look("outline", guide=FILE, **params).values() if outcome != "passed"
        ]

    assert look(anchors=["a-part"], words=5, questions=1, examples=True) == []
    assert "has no part #gone; it has 2 others" in look(anchors=["gone"])[0]
    assert "has no part #the-part; did you mean #a-part?" in look(anchors=["the-part"])[0]
    assert "says no more than" in look(anchors=["q1"], words=50)[0]
    assert "1 questions of at least 2" in look(questions=2, words=3)[0]
    shop.shop.change("/help/guide", "For example, yes, you may at any time.", "Yes.")
    assert "“May I?” has no answer" in look(questions=1, words=3)[0]
    assert "gives no example" in look(anchors=["a-part"], words=3, examples=True)[0]


@needs_browser
def test_what_a_guide_never_speaks_of(shop: Shop) -> None:
    def look(**params: Any) -> tuple[str, str]:
        return shop.look("covers", guide=FILE, at=["home"], **params)["covers/guide@home"]

    sound = {"apart": ["Symbols"], "ignore": ["^Help: ", "^Begin a calendar$"]}
    assert look(**sound) == ("passed", "")
    assert "it never speaks of “cake”" in look(ignore=["^Help: ", "^Begin a", "dog"])[1]
    shop.shop.change("/", '<a href="/next">Next</a>', '<a href="/next">Next</a><a href="/x">Secret</a>')
    assert look(**sound) == ("failed", f"{FILE}: it never speaks of “Secret”, which is at home")
    assert "nothing at home can be pressed" in look(ignore=["."])[1]


@needs_browser
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('aria-label="Help: Things"', 'aria-label="Things"', "there is no help button “Help: Things” at home"),
        ('<button id="tip"', '<button id="tip" tabindex="-1"', "is not reached with the tab key"),
        ('popovertarget="box" ', "", "does not open with the Enter key"),
        ('aria-controls="box"', "", ""),
        ("e.newState", '"closed"', "does not say that it is open"),
        ("A thing is what you get here. ", "", "says no more than “Read more”"),
        ('<a href="/help/other#part">Read more</a></div>', "</div>", "has no link to the part of the guide"),
        ("<script>box", "<script>box.addEventListener('keydown', e => e.preventDefault());box", "does not close"),
    ],
)
def test_tooltips_in_both_colours(shop: Shop, old: str, new: str, says: str) -> None:
    assert shop.look("tooltips", at="home", names=["Help: Things"])["tooltips/help-things"] == ("passed", "")
    shop.shop.change("/", old, new)
    outcome, message = shop.look("tooltips", at="home", names=["Help: Things"])["tooltips/help-things"]
    assert outcome == ("failed" if says else "passed")
    assert says in message


@needs_browser
def test_a_shop_that_is_gone_breaks_the_check_and_does_not_fail_it(shop: Shop) -> None:
    shop.shop.url = "http://127.0.0.1:9"
    assert outcomes(shop.look("links", guides=ALL)) == {"errored"}
    assert outcomes(shop.look("outline", guide=FILE, anchors=["a"])) == {"errored"}
