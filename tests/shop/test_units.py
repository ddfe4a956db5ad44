"""Calendar arithmetic, emoji, cookies and settings: no service needed."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from system_under_test.calendars.emoji import is_emoji, split_runs
from system_under_test.calendars.months import month_of, months_of
from system_under_test.calendars.validation import clean_text, clean_title, parse_date
from system_under_test.errors import ShopError
from system_under_test.guests.cookie import new_session_id, sign, verify
from system_under_test.printing.download import file_name
from system_under_test.templates_catalog.covers import mix, render_cover
from system_under_test.templates_catalog.seeds import SEED_YEAR, SEEDS
from system_under_test.templates_catalog.themes import themes_css


@given(st.integers(2000, 2100))
def test_a_year_has_every_day_once_and_in_its_column(year: int) -> None:
    days = [(day, column) for m in months_of(year) for week in m.weeks for column, day in enumerate(week) if day]
    assert [day for day, _ in days] == [
        date(year, 1, 1) + timedelta(n) for n in range(366 if calendar.isleap(year) else 365)
    ]
    assert all(day.weekday() == column for day, column in days)


def test_february_2027_has_exactly_four_weeks() -> None:
    assert len(month_of(2027, 2).weeks) == 4
    assert month_of(2027, 2).weeks[0][0] == date(2027, 2, 1)


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(calendar.IllegalMonthError):
        month_of(2027, 13)


@pytest.mark.parametrize("value", ["a", "1", "#", "", " ", "🎂a", "\u200d", "\ufe0f", "🇩", "é", "中"])
def test_no_emoji(value: str) -> None:
    assert not is_emoji(value)


@given(st.text(max_size=40))
def test_runs_join_to_the_text_again(value: str) -> None:
    runs = split_runs(value)
    assert "".join(run for _, run in runs) == value
    assert all(run for _, run in runs)


def test_digits_are_no_emoji_run() -> None:
    assert split_runs("At 7 🍝 #1") == [(False, "At 7 "), (True, "🍝"), (False, " #1")]


@given(st.text(max_size=300))
def test_cleaned_text_is_stable_and_within_limits(value: str) -> None:
    try:
        cleaned = clean_text(value)
    except ShopError:
        return
    assert 1 <= len(cleaned) <= 200
    assert clean_text(cleaned) == cleaned


def test_decomposed_letters_count_once() -> None:
    assert clean_title("a\u0308" * 120) == "ä" * 120


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_real_day_is_read(day: date) -> None:
    assert parse_date(day.isoformat(), day.year) == day


def test_cookie_is_only_valid_with_its_secret() -> None:
    session_id = new_session_id()
    cookie = sign(session_id, "one")
    assert verify(cookie, "one") == session_id
    assert verify(cookie, "two") is None


@pytest.mark.parametrize("forged", [None, "", "x", ".", "a" * 32 + "." + "b" * 43, "ä" * 32 + "." + "b" * 43])
def test_forged_cookie_is_refused(forged: str | None) -> None:
    assert verify(forged, "one") is None


def test_cookie_of_a_changed_id_is_refused() -> None:
    cookie = sign(new_session_id(), "one")
    changed = ("B" if cookie[0] == "A" else "A") + cookie[1:]
    assert verify(changed, "one") is None


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.slug)
def test_seeded_template_can_be_drawn_and_its_dates_exist(seed: object) -> None:
    assert "<svg" in render_cover(seed)  # type: ignore[arg-type]  # has the same attributes as a row
    for sample in seed.sample_events:  # type: ignore[attr-defined]
        for year in (SEED_YEAR, 2100):
            day = date(year, sample["month"], sample["day"])
            assert parse_date(day.isoformat(), year) == day
        assert clean_text(sample["text"]) == sample["text"]
        assert is_emoji(sample["emoji"])


def test_colours_are_mixed() -> None:
    assert mix("#ff0000", "#0000ff", 0.5) == "#800080"
    assert mix("#123456", "#ffffff", 1) == "#123456"


def test_style_sheet_takes_colours_only() -> None:
    good = SimpleNamespace(slug="a", accent="#112233", ink="#000000", paper="#ffffff", second="#abcdef")
    bad = SimpleNamespace(slug="b", accent="red;}", ink="#000000", paper="#ffffff", second="#abcdef")
    css = themes_css([good, bad])  # type: ignore[list-item]  # stands in for table rows
    assert '[data-theme="a"]' in css
    assert "red" not in css


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Millers' kitchen", "the-millers-kitchen-2027.pdf"),
        ("日本", "calendar-2027.pdf"),
        ('a"\r\nb', "a-b-2027.pdf"),
    ],
)
def test_file_name_is_plain(title: str, expected: str) -> None:
    assert file_name(title, 2027) == expected
