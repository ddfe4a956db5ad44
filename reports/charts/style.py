"""Colours and type of the charts. Okabe and Ito (2008): distinct for every common form of colour blindness."""

from __future__ import annotations

# name → (on paper and in light mode, in dark mode). Each light value occurs once: the page replaces it by a variable.
PALETTE: dict[str, tuple[str, str]] = {
    "blue": ("#0072b2", "#5cb3ec"),
    "orange": ("#d98200", "#f2ab3c"),
    "green": ("#008763", "#3cc79c"),
    "red": ("#c44e00", "#ff8a4d"),
    "purple": ("#a8528b", "#de93c3"),
    "sky": ("#3d97cc", "#8ccdf3"),
    "brown": ("#7a5c2e", "#c9a873"),
    "grey": ("#5b6673", "#a3afbb"),
    "ink": ("#1b2530", "#e4eaf0"),
    "quiet": ("#5a6675", "#9aa8b6"),
    "rule": ("#dde3e9", "#2d3843"),
    "limit": ("#b3261e", "#ff8078"),
}
SERIES = ("blue", "orange", "green", "purple", "brown", "sky", "red", "grey")
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.8), (7, 2, 1.5, 2))
PRINT_FONT = "'Liberation Sans', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def series_style(index: int) -> tuple[str, tuple[float, ...]]:
    """Colour and dash of the n-th series: no two of the first 32 are alike."""
    return SERIES[index % len(SERIES)], DASHES[(index + index // len(SERIES)) % len(DASHES)]


def variables(mode: int) -> str:
    """CSS custom properties of the palette; mode 0 is light, 1 is dark."""
    return " ".join(f"--chart-{name}: {pair[mode]};" for name, pair in PALETTE.items())
