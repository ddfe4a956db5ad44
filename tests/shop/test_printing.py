"""The PDF: thirteen pages with the guest's words, whatever they are."""

from __future__ import annotations

import io
import re
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest

from system_under_test.calendars.events import EventData
from system_under_test.calendars.months import MONTH_NAMES
from system_under_test.calendars.settings import CalendarSettings
from system_under_test.printing.document import build_document
from system_under_test.printing.render import RenderError, render_pdf
from system_under_test.templates_catalog.covers import render_cover
from system_under_test.templates_catalog.seeds import SEEDS

TEMPLATE: Any = SEEDS[0]  # has the attributes of a table row
# Reading text out of pages with the real drawings takes most of a second.
PLAIN_COVER = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 6"><rect width="8" height="6"/></svg>'


def event(day: str, text: str, emoji: str = "") -> EventData:
    return EventData(uuid.uuid4(), date.fromisoformat(day), text, emoji)


def pages_of(title: str, *events: EventData, emoji: str | None = "") -> list[str]:
    document = build_document(title, 2027, TEMPLATE, list(events))
    pdf = render_pdf(document, PLAIN_COVER, emoji=emoji)
    texts = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return [re.sub(r"\s+", " ", text.replace("\u200b", "")) for text in texts]


def test_title_page_and_twelve_months_on_a4() -> None:
    document = build_document("Our house", 2027, TEMPLATE, [])
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(document, PLAIN_COVER)))
    assert len(reader.pages) == 13
    assert all(
        abs(float(p.mediabox.width) - 595.28) < 1 and abs(float(p.mediabox.height) - 841.89) < 1 for p in reader.pages
    )
    assert reader.metadata
    assert reader.metadata.title == "Our house"
    texts = [page.extract_text() for page in reader.pages]
    assert "Our house" in texts[0]
    assert "2027" in texts[0]
    for name, text in zip(MONTH_NAMES, texts[1:], strict=True):
        assert name in text


def test_events_stand_in_their_month() -> None:
    pages = pages_of("T", event("2027-05-03", "Dinner with friends", "🍝"), event("2027-12-31", "Fireworks at 12"))
    assert "Dinner with friends" in pages[5]
    assert "Fireworks at 12" in pages[12]
    assert not any("Dinner" in page for number, page in enumerate(pages) if number != 5)


@pytest.mark.parametrize(
    "hostile",
    [
        "#panic()",
        '#read("/etc/passwd")',
        "$x^2$ *b* _i_ `c`",
        '"] #eval("1")',
        "\\ @ref <label> // /* ~ --- 'q'",
        "= Heading",
    ],
)
def test_text_is_never_source(hostile: str) -> None:
    pages = pages_of(hostile, event("2027-01-01", hostile))
    squeezed = hostile.replace(" ", "")
    assert squeezed in pages[1].replace(" ", "")


def test_without_an_emoji_font_the_words_remain() -> None:
    pages = pages_of("Home 🏡", event("2027-01-05", "Party 🎉 at 8", "🎂"), emoji=None)
    assert "🎂" not in pages[1]
    assert "Party at 8" in pages[1]


def test_a_full_day_is_counted_not_spilled() -> None:
    pages = pages_of("T", *[event("2027-03-10", f"Event number {n} with a long description") for n in range(60)])
    assert len(pages) == 13
    shown = len(re.findall(r"Event number", pages[3]))
    more = re.search(r"and (\d+) more", pages[3])
    assert more
    assert shown + int(more.group(1)) == 60


def test_a_thousand_events_and_long_words_still_make_thirteen_pages() -> None:
    many = [event(f"2027-{1 + n % 12:02d}-{1 + n % 28:02d}", "x" * 200, "👨‍👩‍👧‍👦") for n in range(1000)]
    assert len(pages_of("W" * 120, *many)) == 13


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.slug)
def test_every_template_can_be_printed(seed: Any) -> None:
    pdf = render_pdf(build_document(seed.name, 2027, seed, []), render_cover(seed))
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 13


def test_same_content_gives_the_same_file() -> None:
    document = build_document("Same", 2027, TEMPLATE, [event("2027-01-01", "x")])
    made_at = datetime(2026, 11, 1, tzinfo=UTC)
    assert render_pdf(document, render_cover(TEMPLATE), made_at) == render_pdf(
        document, render_cover(TEMPLATE), made_at
    )


def test_a_broken_cover_is_a_render_error() -> None:
    with pytest.raises(RenderError):
        render_pdf(build_document("T", 2027, TEMPLATE, []), "no svg")


EVERYTHING = CalendarSettings(
    week_start="sunday", accent="#2b5c94", holiday_country="DE", holiday_region="BY",
    show_moon=True, show_seasons=True, time_zone="Europe/Berlin",
)  # fmt: skip


def reader_of(settings: CalendarSettings, *events: EventData) -> pypdf.PdfReader:
    document = build_document("T", 2027, TEMPLATE, list(events), settings)
    return pypdf.PdfReader(io.BytesIO(render_pdf(document, PLAIN_COVER)))


def drawing_of(page: pypdf.PageObject) -> str:
    contents = page.get_contents()
    assert contents is not None
    return contents.get_data().decode("latin-1")


def test_settings_are_printed() -> None:
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader_of(EVERYTHING).pages]
    assert len(pages) == 13
    assert "Good Friday" in pages[3]
    assert "Corpus Christi" in pages[5]
    assert "March equinox 21:25" in pages[3]
    assert "December solstice 03:42" in pages[12]
    assert pages[3].index("SUN") < pages[3].index("MON") < pages[3].index("SAT")
    plain = pages_of("T")
    assert plain[3].index("MON") < plain[3].index("SUN")
    assert "Good Friday" not in "".join(plain)


def test_moon_and_sun_are_shapes_not_letters() -> None:
    moonless = CalendarSettings(week_start="sunday")
    moon = CalendarSettings(week_start="sunday", show_moon=True)
    without, drawn = (drawing_of(reader_of(settings).pages[3]) for settings in (moonless, moon))
    # A circle is four curves: March 2027 has a new and a full moon, and two quarters of two circles each.
    curves = re.compile(r" c[ \n]")
    assert len(curves.findall(drawn)) - len(curves.findall(without)) == 4 * (1 + 1 + 2 + 2)
    texts = [reader_of(settings).pages[3].extract_text() for settings in (moonless, moon)]
    assert texts[0] == texts[1]


def test_the_accent_of_the_guest_replaces_that_of_the_template() -> None:
    def colours(settings: CalendarSettings) -> set[str]:
        document = build_document("T", 2027, TEMPLATE, [], settings)
        return {document["accent"], document["ink"], document["paper"], document["second"]}

    assert TEMPLATE.accent in colours(CalendarSettings())
    assert colours(EVERYTHING) == {"#2b5c94", TEMPLATE.ink, TEMPLATE.paper, TEMPLATE.second}
    triples = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) scn", drawing_of(reader_of(EVERYTHING).pages[3]))
    drawn = {"#" + "".join(f"{round(float(channel) * 255):02x}" for channel in triple) for triple in triples}
    assert "#2b5c94" in drawn
    assert TEMPLATE.accent not in drawn


def test_a_holiday_leaves_room_for_a_full_day() -> None:
    many = [event("2027-03-26", f"Event number {n} with a long description") for n in range(60)]
    page = re.sub(r"\s+", " ", reader_of(EVERYTHING, *many).pages[3].extract_text().replace("\u200b", ""))
    more = re.search(r"and (\d+) more", page)
    assert more
    assert "Good Friday" in page
    assert page.count("Event number") + int(more.group(1)) == 60


@pytest.mark.parametrize("country", ["TH", "EG", "IN", "JP", "BA"])
def test_long_and_foreign_names_fit(country: str) -> None:
    settings = CalendarSettings(holiday_country=country, holiday_names="local", show_moon=True, show_seasons=True)
    assert len(reader_of(settings).pages) == 13
