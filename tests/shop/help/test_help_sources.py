"""What a reader should not meet keeps the shop from starting, with a sentence that names file and line."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from system_under_test.help.errors import HelpError
from tests.shop.helpers import ROOT, free_port

if TYPE_CHECKING:
    from tests.shop.help.conftest import Docs

FAQ = "help-center/faq.md"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It costs {{ prices.a5_wall }}.", "the shop knows no figure called “prices.a5_wall”; it knows prices.a3_wall"),
        ("It costs {{ prices.a4_wall }.", "a token is not closed"),
        ("Press [Save event]{.buton at=editor}.", "“.buton” is no kind of name; there are .button"),
        ("Press [Save event]{.button}.", "a name needs the place where it is"),
        ("Press [Save event]{.button at=editor press=1}.", "a name has no “press”"),
        ("Press [Save event].", "brackets without a kind"),
        ("In [all]{.typed} it is so.", "a typed figure needs “reason”"),
        ("See [this](nowhere.md).", "there is no page /help/nowhere"),
        ("See [this](editor.md#nowhere).", "the page /help/editor has no heading “#nowhere”"),
        ("See [this](#nowhere).", "the page /help/faq has no heading “#nowhere”"),
        ("See [this](/nowhere).", "the link to “/nowhere” leads nowhere"),
        ("See [this](https://elsewhere.example/).", "the link to “https://elsewhere.example/” leads nowhere"),
        ("See [this](../../README.md).", "leads nowhere"),
        ("![A picture](pictures/none.png)", "there is no picture “pictures/none.png”"),
        ("![](pictures/getting-started-1.png)", "needs words for those who do not see it"),
        ("#### Too deep", "headings are of level 2 or 3"),
        ("### Do I need an account?", "there is another heading “Do I need an account?”"),
    ],
)
def test_a_wrong_page_is_refused(docs: Docs, text: str, sentence: str) -> None:
    line = docs.add(FAQ, text)
    with pytest.raises(HelpError) as refused:
        docs.open()
    assert str(refused.value).startswith(f"docs/{FAQ}:{line}: ")
    assert sentence in str(refused.value)


def test_the_line_is_that_of_the_mistake_and_not_of_its_paragraph(docs: Docs) -> None:
    line = docs.add(FAQ, "One line,\nanother one, and [this](nowhere.md)\nin the middle.")
    with pytest.raises(HelpError, match=rf"faq\.md:{line + 1}: there is no page /help/nowhere"):
        docs.open()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("title: Questions and answers\n", "", "the page lacks title"),
        ("theme: Questions\n", "theme: Questions\nthema: Fragen\n", "faq.md:5: “thema: Fragen” is none of"),
        ("changed: 2026-11-23", "changed: yesterday", "“changed” is a day like"),
        ("---\ntitle", "title", "must begin with its title"),
    ],
)
def test_what_stands_before_the_text_is_checked(docs: Docs, old: str, new: str, sentence: str) -> None:
    docs.replace(FAQ, old, new)
    with pytest.raises(HelpError, match=sentence):
        docs.open()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("sky=#moon-and-seasons", "sky=#moon", "the tooltip “sky” needs a section #moon"),
        ("sky=#moon-and-seasons, ", "", "no page has the tooltip “sky”"),
        ("sky=", "heaven=#holidays, sky=", "the shop shows no tooltip “heaven”"),
        ("Tick [Phases", "Word " * 60 + "tick [Phases", "is a tooltip: at most"),
    ],
)
def test_tooltips_are_checked(docs: Docs, old: str, new: str, sentence: str) -> None:
    docs.replace("help-center/editor.md", old, new)
    with pytest.raises(HelpError, match=sentence):
        docs.open()


def test_pages_that_must_be_there(docs: Docs) -> None:
    (docs.folder / "legal/privacy.md").rename(docs.folder / "legal/private.md")
    with pytest.raises(HelpError, match=r"legal/privacy\.md:1: this page is missing"):
        docs.open()
    for page in (docs.folder / "help-center").glob("*.md"):
        page.unlink()
    with pytest.raises(HelpError, match="no page in this folder"):
        docs.open()


def test_a_picture_that_is_none(docs: Docs) -> None:
    (docs.folder / "help-center/pictures/getting-started-1.png").write_bytes(b"GIF89a")
    with pytest.raises(HelpError, match=r"getting-started-1\.png:1: this file is no PNG"):
        docs.open()


def test_the_process_does_not_start(docs: Docs, process_environment: dict[str, str]) -> None:
    line = docs.add(FAQ, "It costs {{ prices.none }}.")
    done = subprocess.run(
        [sys.executable, "-m", "system_under_test.app", "--port", str(free_port())],
        env={**process_environment, "SHOP_DOCS_DIR": str(docs.folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"Village Calendar cannot start: docs/{FAQ}:{line}: " in done.stderr
    assert "Traceback" not in done.stderr
