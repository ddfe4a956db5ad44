"""A chart as data: what is drawn, apart from how."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.quantity import Dimension, format_quantity

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One series.

    Attributes:
        label: what it is, for the legend.
        points: (seconds since the method began, value in the base unit), ordered by time.
        colour: a name of `style.PALETTE`.
        dash: SVG dash pattern; empty for a solid line. Colour alone never tells two lines apart.
    """

    label: str
    points: tuple[Point, ...]
    colour: str
    dash: tuple[float, ...] = ()

    @property
    def peak(self) -> float:
        """The highest value."""
        return max(value for _, value in self.points)


@dataclass(frozen=True)
class Limit:
    """A threshold, drawn across a panel."""

    label: str
    value: float


@dataclass(frozen=True)
class Panel:
    """One pair of axes. Panels of a chart share the time axis.

    Attributes:
        step: seconds that one point stands for.
        stacked: areas on top of one another, for parts of a whole.
        share: height beside the other panels.
    """

    label: str
    lines: tuple[Line, ...]
    dimension: Dimension = "number"
    step: float = 1.0
    stacked: bool = False
    limits: tuple[Limit, ...] = ()
    share: float = 3.0

    def show(self, value: float) -> str:
        """A value of this panel for people."""
        return format_quantity(value, self.dimension)


@dataclass(frozen=True)
class Chart:
    """A titled figure; without panels it says in `note` why there is nothing to draw.

    Attributes:
        marks: (seconds, label) of what was done to the system.
        until: end of the time axis, seconds; the same for every chart of a report, so that they can be compared.
    """

    id: str
    title: str
    panels: tuple[Panel, ...] = ()
    note: str = ""
    marks: tuple[tuple[float, str], ...] = ()
    until: float = 0.0

    @property
    def description(self) -> str:
        """What the picture shows, in words, for those who cannot see it."""
        parts = []
        for panel in self.panels:
            for line in panel.lines:
                low = min(value for _, value in line.points)
                when = next(t for t, value in line.points if value == line.peak)
                parts.append(f"{line.label}: from {panel.show(low)} to {panel.show(line.peak)}, highest at {when:g} s")
            parts += [f"threshold {limit.label}" for limit in panel.limits]
        return "; ".join(parts) + "." if parts else self.note

    @property
    def end(self) -> float:
        """Last moment of any line, seconds."""
        return max((line.points[-1][0] + p.step for p in self.panels for line in p.lines), default=0.0)
