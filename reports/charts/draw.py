"""Chart → SVG text. matplotlib is imported only here, and only when something is drawn."""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reports.charts.model import Chart, Panel
from reports.charts.style import PALETTE, PRINT_FONT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HEIGHT_PER_SHARE = {False: 0.74, True: 0.6}  # inches, on a screen and on paper
_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 12
_FRAME = 0.42  # inches for the time axis


def draw(chart: Chart, *, paper: bool) -> str:
    """One `<svg>` element; the same chart gives the same bytes.

    Args:
        paper: fixed colours and fonts, sized for a page; else colours are CSS variables of the page.
    """
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    options: dict[Any, Any] = {
        "svg.hashsalt": chart.id, "svg.fonttype": "none", "font.family": ["DejaVu Sans"],
        "font.size": 7.2 if paper else 7.5, "axes.unicode_minus": False, "path.simplify": False,
    }  # fmt: skip
    with matplotlib.rc_context(options):
        shares = [panel.share for panel in chart.panels]
        size = (7.1 if paper else 8.6, sum(shares) * _HEIGHT_PER_SHARE[paper] + _FRAME)
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.subplots(len(shares), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": shares})
        for panel, (axis,) in zip(chart.panels, axes, strict=True):
            _panel(axis, panel, chart)
        _time_axis(axes[-1][0], chart.until or chart.end)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_page(stream.getvalue(), chart, paper=paper)


def _panel(axis: Axes, panel: Panel, chart: Chart) -> None:
    axis.set_title(panel.label, loc="left", fontsize="medium", color=_hex("quiet"), pad=4)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.spines["bottom"].set_color(_hex("quiet"))
    axis.tick_params(axis="y", length=0, colors=_hex("quiet"))
    axis.tick_params(axis="x", length=3, colors=_hex("quiet"))
    axis.grid(axis="y", color=_hex("rule"), linewidth=0.7)
    axis.set_axisbelow(True)
    axis.yaxis.set_major_formatter(lambda value, _: panel.show(value))
    (_stack if panel.stacked else _lines)(axis, panel)
    top = max([axis.get_ylim()[1], *(limit.value * 1.06 for limit in panel.limits)])
    # where every value is zero the line lies on the floor, not in the middle of nothing
    axis.set_ylim(0, top if any(line.peak > 0 for line in panel.lines) or panel.limits else 1)
    axis.set_yticks(_ticks(axis.get_ylim()[1], panel))
    _limits(axis, panel)
    for at, label in chart.marks:
        axis.axvline(at, color=_hex("ink"), linewidth=0.8, linestyle=(0, (1, 2)))
        axis.annotate(label, (at, 1), xycoords=("data", "axes fraction"), xytext=(3, -3),
                      textcoords="offset points", va="top", color=_hex("ink"))  # fmt: skip


def _limits(axis: Axes, panel: Panel) -> None:
    """Thresholds, named in the right margin; of two close ones the lower name hangs below its line."""
    top = axis.get_ylim()[1]
    for limit in panel.limits:
        close = any(0 < other.value - limit.value < top * 0.08 for other in panel.limits)
        axis.axhline(limit.value, color=_hex("limit"), linewidth=0.9, linestyle=(0, (6, 3)))
        axis.annotate(limit.label, (1, limit.value), xycoords=("axes fraction", "data"), xytext=(4, 0),
                      textcoords="offset points", va="top" if close else "center", color=_hex("limit"))  # fmt: skip


def _lines(axis: Axes, panel: Panel) -> None:
    for line in panel.lines:
        times, values = _with_gaps(line.points, panel.step)
        style = (0, line.dash) if line.dash else "solid"
        alone = len(line.points) == 1
        axis.plot(times, values, color=_hex(line.colour), linewidth=1.3, linestyle=style,
                  solid_capstyle="round", marker="o" if alone else "", markersize=3)  # fmt: skip


def _stack(axis: Axes, panel: Panel) -> None:
    times = sorted({t for line in panel.lines for t, _ in line.points})
    below = [0.0] * len(times)
    for line in panel.lines:
        at = dict(line.points)
        top = [b + at.get(t, 0.0) for b, t in zip(below, times, strict=True)]
        axis.bar(times, [h - b for h, b in zip(top, below, strict=True)], panel.step * 0.86, below, align="edge",
                 color=_hex(line.colour), linewidth=0)  # fmt: skip
        below = top


def _with_gaps(points: tuple[tuple[float, float], ...], step: float) -> tuple[list[float], list[float]]:
    """A time without samples is a gap in the line, not a straight stroke across it."""
    times: list[float] = []
    values: list[float] = []
    for t, value in points:
        if times and t - times[-1] > 2.5 * step:
            times.append(t)
            values.append(float("nan"))
        times.append(t)
        values.append(value)
    return times, values


def _time_axis(axis: Axes, end: float) -> None:
    axis.set_xlim(0, end)
    step = next((s for s in _TIME_STEPS if end / s <= _MOST_TICKS), _TIME_STEPS[-1])
    axis.set_xticks(range(0, int(end) + 1, step))
    axis.xaxis.set_major_formatter(lambda value, _: f"{int(value) // 60}:{int(value) % 60:02d}")


def _ticks(top: float, panel: Panel) -> list[float]:
    """Round figures in the unit that is shown; whole ones for what is counted."""
    unit = {"bytes": 2.0**20 if top < 2.0**32 else 2.0**30}.get(panel.dimension, 1.0)
    wanted = top / unit / (4 if panel.share > 2 else 2)
    size = 10.0 ** math.floor(math.log10(wanted))
    step = next(size * f for f in (1, 2, 2.5, 5, 10) if size * f >= wanted * 0.9)
    if panel.dimension == "number":
        step = max(1.0, float(math.ceil(step)))
    return [index * step * unit for index in range(int(top / unit / step) + 1)]


def _hex(name: str) -> str:
    return PALETTE[name][0]


def _for_page(svg: str, chart: Chart, *, paper: bool) -> str:
    """Makes the file of matplotlib an inline element: own ids, title and description, colours and fonts of the page."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{chart.id}-', svg)
    svg = re.sub(r'((?:xlink:)?href="#|url\(#)', rf"\g<1>{chart.id}-", svg)
    svg = re.sub(r'font: ([\d.]+px)[^;"]*', rf"font-size: \1; font-family: {PRINT_FONT if paper else 'inherit'}", svg)
    if not paper:
        for name, (light, _) in PALETTE.items():
            svg = svg.replace(light, f"var(--chart-{name})")
    names = f'role="img" aria-labelledby="{chart.id}-title {chart.id}-desc"'
    head = (f'<title id="{chart.id}-title">{escape(chart.title)}</title>'
            f'<desc id="{chart.id}-desc">{escape(chart.description)}</desc>')  # fmt: skip
    return re.sub(r"<svg ([^>]*)>", lambda m: f"<svg {m[1]} {names}>{head}", svg, count=1)
