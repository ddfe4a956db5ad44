"""How a calendar looks beyond its template: the day a week begins with, and the accent colour."""

from dataclasses import dataclass
from enum import StrEnum

from system_under_test.errors import bad_input


class WeekStart(StrEnum):
    """The day that stands in the first column."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"

    @property
    def weekday(self) -> int:
        """Its number as ``date.weekday()`` counts: Monday is 0."""
        return {WeekStart.MONDAY: 0, WeekStart.SATURDAY: 5, WeekStart.SUNDAY: 6}[self]


@dataclass(frozen=True, slots=True)
class Accent:
    """A colour to choose, ``#rrggbb``, and what people call it."""

    colour: str
    name: str


# Each has a contrast of at least 4.5 to white and to the paper of every template (a test holds this),
# so that it may be the colour of small type.
PALETTE = (
    Accent("#a33b20", "Brick red"),
    Accent("#8a5a00", "Honey"),
    Accent("#55651a", "Olive"),
    Accent("#2f6b3a", "Leaf green"),
    Accent("#1f6b5c", "Pine"),
    Accent("#1b6a80", "Lagoon"),
    Accent("#2b5c94", "Cornflower"),
    Accent("#46478f", "Night blue"),
    Accent("#74408c", "Plum"),
    Accent("#a1306a", "Raspberry"),
    Accent("#7a4a33", "Chestnut"),
    Accent("#4a4a4a", "Slate"),
)
_COLOURS = frozenset(accent.colour for accent in PALETTE)


def clean_accent(value: str | None) -> str | None:
    """Return the colour in lower case, None for the template's own; raises BAD_INPUT."""
    if value is None:
        return None
    colour = value.strip().lower()
    if colour not in _COLOURS:
        raise bad_input("Please choose one of the colours on offer.")
    return colour


def accents_css() -> str:
    """Return the rules for the colours: ``data-accent`` next to ``data-theme``, ``data-swatch`` to show one."""
    # Two attributes in the selector, so that it wins over the template's theme wherever it stands.
    return "".join(
        f'[data-theme][data-accent="{a.colour}"]{{--accent:{a.colour};}}\n'
        f'[data-swatch="{a.colour}"]{{background:{a.colour};}}\n'
        for a in PALETTE
    )
