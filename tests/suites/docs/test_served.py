"""Reading a served page."""

from __future__ import annotations

from suites.docs.served import read_page

PAGE = """<!doctype html><html><head><title>no</title><style>p{}</style></head><body>
<header><a href="/">Home</a></header>
<main id="content"><h1>Guide</h1><p>One <b class="ui">Two</b><br>three</p>
<h2 id="a-part">A <i>part</i></h2><p>Words &amp; more.</p><ul><li>Item<ul><li>Inner</li></ul></li></ul>
<h3 id="deeper">Deeper</h3><p>Still of it.</p>
<h2><span id="next"></span>Next</h2><p>Other.</p><img src="/p.png?v=1" alt="A dog" width="10" height="20">
<h3 id="why">Why?</h3><p>Because it is so.</p><h3 id="how">How?</h3><h2>End</h2><p>Last.</p>
<svg><title>never</title></svg><script>never()</script></main>
<footer><a href="/legal/terms">Terms</a></footer></body></html>"""


def test_texts_and_parts() -> None:
    page = read_page(PAGE)
    assert [one.text for one in page.texts[:6]] == [
        "Guide", "One Two three", "A part", "Words & more.", "Item", "Inner"
    ]  # fmt: skip
    assert page.part("a-part") == ["Words & more.", "Item", "Inner", "Deeper", "Still of it."]
    assert page.part("deeper") == ["Still of it."]
    assert page.part("next") == ["Other.", "Why?", "Because it is so.", "How?"]
    assert page.part("nothing") is None
    assert not any("never" in one.text for one in page.texts)


def test_questions_end_at_the_next_heading() -> None:
    assert read_page(PAGE).questions() == [("Why?", "Because it is so."), ("How?", "")]
    folded = "<main><details><summary>Who?</summary><p>All of us.</p></details></main>"
    assert read_page(folded).questions() == [("Who?", "All of us.")]


def test_links_anchors_pictures() -> None:
    page = read_page(PAGE)
    assert (page.links, page.footer_links) == (["/"], ["/legal/terms"])
    assert page.anchors == {"content", "a-part", "deeper", "next", "why", "how"}
    (picture,) = page.pictures
    assert (picture.source, picture.alt, picture.width, picture.height) == ("/p.png?v=1", "A dog", "10", "20")
    assert read_page("<img src=x>").pictures[0].alt is None
