"""Every colour of type can be read on every colour that it may stand on."""

from __future__ import annotations

import re

from system_under_test.calendars.appearance import PALETTE, accents_css
from system_under_test.templates_catalog.seeds import SEEDS
from tests.shop.helpers import ROOT


def luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_accent_can_be_read_on_every_paper() -> None:
    assert len(PALETTE) >= 8
    assert len({a.colour for a in PALETTE}) == len({a.name for a in PALETTE}) == len(PALETTE)
    for accent in PALETTE:
        assert re.fullmatch("#[0-9a-f]{6}", accent.colour)
        for paper in ("#ffffff", *(seed.paper for seed in SEEDS)):
            assert contrast(accent.colour, paper) >= 4.5, (accent, paper)
        assert f'[data-accent="{accent.colour}"]' in accents_css()


def mixed(one: str, other: str, percent: int) -> str:
    pairs = zip(*(bytes.fromhex(colour[1:]) for colour in (one, other)), strict=True)
    return "#" + bytes(round((a * percent + b * (100 - percent)) / 100) for a, b in pairs).hex()


def share_of(sheet: str, beginning: str) -> int:
    """The percentage in the first colour-mix() that follows ``beginning`` in a style sheet."""
    css = (ROOT / "system_under_test/web/static" / sheet).read_text()
    return int(re.search(re.escape(beginning) + r"[^}]*?color-mix\(in srgb, var\(--\w+\) (\d+)%", css)[1])  # type: ignore[index]


def test_small_type_can_be_read_on_the_tinted_days_of_every_design() -> None:
    type_share = share_of("base.css", "--accent-type:")
    tint = max(share_of("page.css", "td.weekend {"), share_of("marks.css", ".small-month td.weekend {"))
    foot = share_of("page.css", ".paper-foot {")
    for seed in SEEDS:
        weekend = mixed(seed.second, seed.paper, tint)
        for accent in (seed.accent, *(choice.colour for choice in PALETTE)):
            assert contrast(mixed(accent, seed.ink, type_share), weekend) >= 4.5, (seed.slug, accent)
        assert contrast(mixed(seed.ink, seed.paper, foot), seed.paper) >= 4.5, seed.slug
